# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The testbed's components: where each comes from, how it starts, and how it is known to be ready.

Services run in the node under the supervisor; images wait in its container runtime; tools are run from the machine.
Commands may hold the names that Testbed.fill knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from . import acme, artifacts, checks, dynamic_dns
from .images import Image
from .layout import PROXY_PORT
from .store import Source

T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """ready has to succeed within `within` seconds of the start; needs are services that have to be ready before."""

    name: str
    sources: tuple[Source, ...]
    command: str
    ready: checks.Check
    needs: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    within: float = 60


ETCD = Service(
    "etcd",
    (artifacts.ETCD,),
    # All is lost at the end anyway: no waiting for the disk.
    "etcd --data-dir=/var/lib/etcd/data --unsafe-no-fsync --listen-client-urls=http://127.0.0.1:2379 "
    "--advertise-client-urls=http://127.0.0.1:2379 --listen-peer-urls=http://127.0.0.1:2380",
    checks.http_inside("http://127.0.0.1:2379/health"),
)
CONTAINERD = Service(
    "containerd",
    (artifacts.CONTAINERD, artifacts.RUNC, artifacts.CNI_PLUGINS),
    "containerd --config=$config/containerd.toml",
    checks.container_runtime_answers,
)
KUBE_APISERVER = Service(
    "kube-apiserver",
    (artifacts.KUBERNETES,),
    """kube-apiserver --advertise-address=$node_address --secure-port=6443 --etcd-servers=http://127.0.0.1:2379
    --service-cluster-ip-range=$service_subnet --allow-privileged=true
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction
    --client-ca-file=$pki/ca.crt --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key
    --kubelet-client-certificate=$pki/apiserver-kubelet-client.crt --kubelet-client-key=$pki/apiserver-kubelet-client.key
    --kubelet-preferred-address-types=InternalIP
    --service-account-issuer=https://kubernetes.default.svc.cluster.local
    --service-account-key-file=$pki/sa.pub --service-account-signing-key-file=$pki/sa.key
    --proxy-client-cert-file=$pki/front-proxy-client.crt --proxy-client-key-file=$pki/front-proxy-client.key
    --requestheader-client-ca-file=$pki/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client
    --requestheader-extra-headers-prefix=X-Remote-Extra- --requestheader-group-headers=X-Remote-Group
    --requestheader-username-headers=X-Remote-User""",
    checks.https(6443, "/readyz", lambda testbed: testbed.state / "kubernetes" / "pki" / "ca.crt"),
    needs=("etcd",),
)
KUBE_CONTROLLER_MANAGER = Service(
    "kube-controller-manager",
    (artifacts.KUBERNETES,),
    """kube-controller-manager --leader-elect=false --use-service-account-credentials=true
    --kubeconfig=$kubeconfigs/controller-manager.conf --authentication-kubeconfig=$kubeconfigs/controller-manager.conf
    --authorization-kubeconfig=$kubeconfigs/controller-manager.conf
    --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key --root-ca-file=$pki/ca.crt
    --service-account-private-key-file=$pki/sa.key""",
    checks.default_service_account_exists,
    needs=("kube-apiserver",),
)
KUBE_SCHEDULER = Service(
    "kube-scheduler",
    (artifacts.KUBERNETES,),
    "kube-scheduler --leader-elect=false --kubeconfig=$kubeconfigs/scheduler.conf "
    "--authentication-kubeconfig=$kubeconfigs/scheduler.conf --authorization-kubeconfig=$kubeconfigs/scheduler.conf",
    checks.https(10259, "/readyz"),
    needs=("kube-apiserver",),
)
KUBELET = Service(
    "kubelet",
    (artifacts.KUBERNETES,),
    "kubelet --config=$config/kubelet.yaml --kubeconfig=$kubeconfigs/kubelet.conf --node-ip=$node_address",
    checks.node_is_ready,
    # It gives up without a container runtime.
    needs=("containerd", "kube-apiserver"),
)
KUBE_PROXY = Service(
    "kube-proxy",
    (artifacts.KUBERNETES,),
    "kube-proxy --config=$config/kube-proxy.yaml",
    checks.http(10256, "/livez"),
    needs=("kube-apiserver",),
)
COREDNS = Service(
    "coredns",
    (artifacts.COREDNS,),
    "coredns -conf=$config/Corefile",
    checks.kubernetes_service_resolves,
    needs=("kube-apiserver",),
)
BIND = Service(
    "bind",
    (artifacts.BIND,),
    "named -g -c $state/dns/named.conf",
    dynamic_dns.answers,
    needs=("coredns",),
)
PEBBLE = Service(
    "pebble",
    (artifacts.PEBBLE,),
    "pebble -strict -config=$config/pebble.json -dnsserver=$node_address:53",
    acme.directory_answers,
    # Validation at once, not after a random pause of up to 15 s. Two chains to choose from.
    environment={"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_ALTERNATE_ROOTS": "1"},
)

FAULT_PROXY = Service(
    "fault-proxy",
    (),
    """env "PYTHONPATH=$checkout" "$python" -m tests.acme_proxy --upstream=https://$node_address:14000
    --trust=$state/acme/ca.pem --certificate=$state/acme/server.pem --key=$state/acme/server.key
    --address=$node_address --port=$proxy_port --control-port=$proxy_control_port""",
    checks.https(PROXY_PORT, "/dir", lambda testbed: testbed.acme_ca),
    needs=("pebble",),
)

PAUSE = Image(
    "registry.k8s.io/pause:3.10",
    artifacts.CATATONIT,
    {"/catatonit": "catatonit"},
    entrypoint=("/catatonit", "-P"),
)
TRAEFIK = Image(
    "docker.io/library/traefik:v3.7",
    artifacts.TRAEFIK,
    {"/usr/local/bin/traefik": "traefik"},
    entrypoint=("/usr/local/bin/traefik",),
)
EXTERNAL_DNS = Image(
    f"registry.k8s.io/external-dns/external-dns:{artifacts.EXTERNAL_DNS_VERSION}",
    artifacts.EXTERNAL_DNS,
    {"/ko-app/external-dns": "external-dns"},
    entrypoint=("/ko-app/external-dns",),
)
# The layout of Docker's official image: same places, same command.
CADDY = Image(
    "docker.io/library/caddy:2",
    artifacts.CADDY,
    {"/usr/bin/caddy": "caddy"},
    command=("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"),
    environment=("PATH=/usr/local/bin:/usr/bin:/bin", "XDG_CONFIG_HOME=/config", "XDG_DATA_HOME=/data"),
    working_folder="/srv",
    files={"/etc/caddy/Caddyfile": ":80\nroot * /usr/share/caddy\nfile_server\n"},
    folders=("/config", "/data", "/srv", "/tmp", "/usr/share/caddy"),
)


def _cert_manager(source: Source) -> tuple[Image, ...]:
    def image(component: str) -> Image:
        path = f"/app/cmd/{component}/{component}"
        reference = f"quay.io/jetstack/cert-manager-{component}:{source.version}"
        return Image(reference, source, {path: component}, entrypoint=(path,), user="1000:1000")

    return tuple(map(image, ("controller", "webhook", "cainjector", "acmesolver", "startupapicheck")))


CERT_MANAGER = _cert_manager(artifacts.CERT_MANAGER)
OLDER_CERT_MANAGER = _cert_manager(artifacts.OLDER_CERT_MANAGER)


@dataclass(frozen=True)
class Scenario:
    """What is built and started. Services come after those that they need."""

    services: tuple[Service, ...]
    images: tuple[Image, ...]
    tools: tuple[Source, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        services = [source for service in self.services for source in service.sources]
        return _each_once([*services, *(image.source for image in self.images), *self.tools])


def _each_once(things: Iterable[T]) -> tuple[T, ...]:
    return tuple({str(thing): thing for thing in things}.values())


CONTROL_PLANE = (
    ETCD,
    CONTAINERD,
    KUBE_APISERVER,
    KUBE_CONTROLLER_MANAGER,
    KUBE_SCHEDULER,
    KUBELET,
    KUBE_PROXY,
    COREDNS,
)
CLUSTER = Scenario(CONTROL_PLANE, (PAUSE,), (artifacts.KUBECTL,))
DEMO = Scenario(
    (*CONTROL_PLANE, BIND, PEBBLE),
    (PAUSE, *CERT_MANAGER, TRAEFIK, EXTERNAL_DNS, CADDY),
    (artifacts.KUBECTL, artifacts.HELM, artifacts.CERT_MANAGER_CHART, artifacts.EXTERNAL_DNS_CHART),
)
# For what differs between releases of cert-manager, and for going from one to the next.
UPGRADE = Scenario(
    DEMO.services, (*DEMO.images, *OLDER_CERT_MANAGER), (*DEMO.tools, artifacts.OLDER_CERT_MANAGER_CHART)
)
# What the integration tests need.
TESTS = Scenario((*DEMO.services, FAULT_PROXY), DEMO.images, DEMO.tools)
SCENARIOS = {"cluster": CLUSTER, "demo": DEMO, "tests": TESTS, "upgrade": UPGRADE}
ALL = Scenario(
    _each_once(service for scenario in SCENARIOS.values() for service in scenario.services),
    _each_once(image for scenario in SCENARIOS.values() for image in scenario.images),
    _each_once(tool for scenario in SCENARIOS.values() for tool in scenario.tools),
)
SCENARIOS["all"] = ALL
