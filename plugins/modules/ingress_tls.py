# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ingress_tls
short_description: Serve the hosts of a Kubernetes Ingress over TLS
version_added: 1.0.0
description:
  - Gives an Ingress, one that exists or one made from O(rules), a C(tls) entry for the hosts, has the
    certificate issued, redirects, and announces the hosts to external-dns.
  - Waits until the Secret holds a certificate that matches. M(certops.kubernetes.tls_probe) proves that it is served.
  - Other people's C(tls) entries and annotations on the same Ingress stay as they are.
  - Annotations hold for a whole Ingress, so that all tasks for one Ingress have to agree on O(redirect), O(hsts) and O(issuer_ref).
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.state
  - certops.kubernetes.common.delete_secret
  - certops.kubernetes.common.followed_engine
  - certops.kubernetes.common.cluster_issuers
  - certops.kubernetes.common.wait
  - certops.kubernetes.common.dns
  - certops.kubernetes.common.preflight
  - certops.kubernetes.common.force
  - certops.kubernetes.common.attributes
options:
  name:
    description: Name of the Ingress.
    type: str
    required: true
  namespace:
    description: Its namespace.
    type: str
    required: true
  hosts:
    description: The hosts to serve. Required with O(state=present).
    type: list
    elements: str
  secret_name:
    description: The Secret that holds their certificate. Required with O(state=present), unless O(alb) is given.
    type: str
  issuer_ref:
    description: Who signs. Without it the Secret is served as it is, and only looked at.
    type: dict
    suboptions:
      name:
        description: Name of the issuer.
        type: str
        required: true
      kind:
        description: V(Issuer) or V(ClusterIssuer), or the kind of an external issuer.
        type: str
        default: Issuer
      group:
        description: API group of the issuer; other than the default for external issuers.
        type: str
        default: cert-manager.io
  ingress_class_name:
    description: The Ingress's class; as it is, or the cluster's default, when not given.
    type: str
  rules:
    description: The paths of an Ingress that is made by this task. Without them it has to exist.
    type: list
    elements: dict
    suboptions:
      path:
        description: The path.
        type: str
        default: /
      path_type:
        description: How the path is matched.
        type: str
        choices: [Exact, ImplementationSpecific, Prefix]
        default: Prefix
      service:
        description: The Service behind it.
        type: str
        required: true
      port:
        description: The Service's port, by number or by name.
        type: str
        required: true
      host:
        description: One of O(hosts); all of them when not given.
        type: str
  redirect:
    description: Whether HTTP is redirected to HTTPS, in the controller's dialect; left to the controller when not given.
    type: bool
  hsts:
    description:
      - Strict-Transport-Security (RFC 6797), in the controller's dialect.
      - ingress-nginx must allow the header with C(global-allowed-response-headers) in its ConfigMap.
    type: dict
    suboptions:
      max_age:
        description: Seconds that browsers remember it.
        type: int
        required: true
      include_subdomains:
        description: Whether it holds for subdomains too.
        type: bool
        default: false
      preload:
        description: Whether browsers may ship it; needs a year at least, and subdomains.
        type: bool
        default: false
  external_dns:
    description: Announce the hosts in DNS by external-dns; V({}) for its defaults.
    type: dict
    suboptions:
      hostnames:
        description: The names to announce; O(hosts) by default.
        type: list
        elements: str
      target:
        description: Address or name to point at, instead of the Ingress's own.
        type: str
      ttl:
        description: Time to live of the records, in seconds.
        type: int
      annotation_prefixes:
        description:
          - The prefixes that the annotations get. external-dns reads V(external-dns.alpha.kubernetes.io/) up to version 0.21
            and V(external-dns.kubernetes.io/) from 0.22 on, each version only its own, so that both are safe at any time.
        type: list
        elements: str
        choices: [external-dns.alpha.kubernetes.io/, external-dns.kubernetes.io/]
        default: [external-dns.alpha.kubernetes.io/, external-dns.kubernetes.io/]
  controller:
    description: The ingress controller's dialect; found out from the class with V(auto).
    type: str
    choices: [auto, alb, ingress_nginx, traefik]
    default: auto
  alb:
    description:
      - Serve them by an Application Load Balancer of AWS. It has its certificates from ACM and serves no Secret, so that
        O(secret_name) and O(issuer_ref) are not for it; see M(certops.kubernetes.acm_certificate).
      - Becomes annotations of the AWS Load Balancer Controller, and a C(tls) entry without a Secret.
      - The annotations, and what they mean in a group, are seen to here. That the load balancer serves the hosts is
        M(certops.kubernetes.tls_probe)'s to prove.
    type: dict
    suboptions:
      certificate_arns:
        description:
          - ARNs of the certificates; the first one is for clients that name no host.
          - Without any, the controller looks in ACM for certificates that the hosts match, and does nothing for the Ingress
            while there is none for one of them.
        type: list
        elements: str
      listen_ports:
        description: The ports that are listened on; HTTP on 80 and HTTPS on 443 by default. O(redirect) leads to the first HTTPS port.
        type: list
        elements: dict
        suboptions:
          protocol:
            description: What is spoken there.
            type: str
            choices: [HTTP, HTTPS]
            required: true
          port:
            description: Its number.
            type: int
            required: true
      ssl_policy:
        description: The security policy, versions and ciphers of TLS; the controller's default when not given.
        type: str
      group_name:
        description:
          - Ingresses of one group share a load balancer. One that others have set stays when this is not given.
          - O(redirect) holds for the whole group. What would contradict another Ingress of the group, which the controller
            answers by doing nothing for any of them, is refused before anything is changed.
        type: str
      group_order:
        description: Whose rules come first in the group, the least first, from -1000 to 1000.
        type: int
  certificate:
    description:
      - Further options of the certificate, as in M(certops.kubernetes.certificate).
      - They become cert-manager's annotations where there are such, otherwise a Certificate is made explicitly.
    type: dict
  wait_timeout:
    default: 300
"""

EXAMPLES = r"""
- name: Serve a host that an Ingress has already
  certops.kubernetes.ingress_tls:
    name: www
    namespace: shop
    hosts: [www.example.org]
    secret_name: www-tls
    issuer_ref: {name: letsencrypt}

- name: Serve a host from two apps, redirect to HTTPS, announce it in DNS
  certops.kubernetes.ingress_tls:
    name: www
    namespace: shop
    hosts: [www.example.org]
    secret_name: www-tls
    issuer_ref: {name: letsencrypt}
    ingress_class_name: nginx
    redirect: true
    external_dns: {}
    rules:
      - {path: /app1, service: app1, port: 80}
      - {path: /app2, service: app2, port: 80}

- name: Serve it by a load balancer of AWS, with a certificate of ACM
  certops.kubernetes.ingress_tls:
    name: www
    namespace: shop
    hosts: [www.example.org]
    ingress_class_name: alb
    redirect: true
    alb:
      certificate_arns: [arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012]
      ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06
      group_name: shop

- name: Take TLS off the Ingress again
  certops.kubernetes.ingress_tls:
    name: www
    namespace: shop
    state: absent
"""

RETURN = r"""
ingress:
  description: The Ingress.
  returned: success, and when the wait fails
  type: dict
  contains:
    name: {description: Its name., returned: always, type: str, sample: www}
    namespace: {description: Its namespace., returned: always, type: str, sample: shop}
    hosts: {description: The hosts that are served., returned: present, type: list, elements: str}
    secret_name: {description: The Secret they are served from; null with O(alb)., returned: present, type: str}
    certificate_arns: {description: Those of O(alb); empty where the controller looks for them itself., returned: with O(alb), type: list, elements: str}
    class: {description: Its class., returned: present, type: str, sample: nginx}
    controller: {description: The controller's dialect., returned: present, type: str, sample: ingress_nginx}
    addresses: {description: Addresses of the load balancer., returned: present, type: list, elements: str}
certificate:
  description: The certificate, as M(certops.kubernetes.certificate) returns it; null without O(issuer_ref).
  returned: present
  type: dict
findings:
  description: Why something isn't as wanted, the cause first; the same structure as in M(certops.kubernetes.certificate).
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils import errors
from ..module_utils.engine import ingresses
from ..module_utils.glue import certificates, cluster, engines, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import ingress
from ..module_utils.spec.certificate_options import ISSUER_REF
from ..module_utils.spec.certificate_options import SPEC as CERTIFICATE
from ..module_utils.spec.dialects import DIALECTS
from ..module_utils.spec.external_dns import LEGACY_PREFIX, PREFIX

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports
    from ..module_utils.spec.ingress import IngressSpec


RULE = {
    "path": {"type": "str", "default": "/"},
    "path_type": {"type": "str", "choices": ["Exact", "ImplementationSpecific", "Prefix"], "default": "Prefix"},
    "service": {"type": "str", "required": True},
    "port": {"type": "str", "required": True},
    "host": {"type": "str"},
}
HSTS = {
    "max_age": {"type": "int", "required": True},
    "include_subdomains": {"type": "bool", "default": False},
    "preload": {"type": "bool", "default": False},
}
EXTERNAL_DNS = {
    "hostnames": {"type": "list", "elements": "str"},
    "target": {"type": "str"},
    "ttl": {"type": "int"},
    "annotation_prefixes": {
        "type": "list",
        "elements": "str",
        "choices": [LEGACY_PREFIX, PREFIX],
        "default": [LEGACY_PREFIX, PREFIX],
    },
}
ALB = {
    "certificate_arns": {"type": "list", "elements": "str"},
    "listen_ports": {
        "type": "list",
        "elements": "dict",
        "options": {
            "protocol": {"type": "str", "choices": ["HTTP", "HTTPS"], "required": True},
            "port": {"type": "int", "required": True},
        },
    },
    "ssl_policy": {"type": "str"},
    "group_name": {"type": "str"},
    "group_order": {"type": "int"},
}

ARGUMENTS = (
    options.AUTH.merge(options.STATE)
    .merge(options.DELETE_SECRET)
    .merge(options.FOLLOWED_ENGINE)
    .merge(options.wait(300))
    .merge(options.DNS)
    .merge(options.PREFLIGHT)
    .merge(options.FORCE)
    .merge(
        ArgumentSpec(
            {
                "name": {"type": "str", "required": True},
                "namespace": {"type": "str", "required": True},
                "hosts": {"type": "list", "elements": "str"},
                "secret_name": {"type": "str"},
                "issuer_ref": {"type": "dict", "options": ISSUER_REF},
                "ingress_class_name": {"type": "str"},
                "rules": {"type": "list", "elements": "dict", "options": RULE},
                "redirect": {"type": "bool"},
                "hsts": {"type": "dict", "options": HSTS},
                "external_dns": {"type": "dict", "options": EXTERNAL_DNS},
                "controller": {
                    "type": "str",
                    "choices": ["auto", *(dialect.name for dialect in DIALECTS)],
                    "default": "auto",
                },
                "alb": {"type": "dict", "options": ALB},
                "certificate": {"type": "dict"},
            },
            required_if=[("state", "present", ("hosts",))],
        )
    )
)
# What the Ingress says itself is not said again in its certificate.
CERTIFICATE_OPTIONS = ArgumentSpec(
    {name: rule for name, rule in CERTIFICATE.items() if name not in ("secret_name", "issuer_ref")}
)


def wanted(module: AnsibleModule) -> IngressSpec:
    """The spec that the parameters describe."""
    problems: list[str] = []
    parameters = dict(module.params)
    if parameters["certificate"] is not None:
        parameters["certificate"] = certificates.validated(
            module, CERTIFICATE_OPTIONS, parameters["certificate"], "certificate", problems
        )
    if problems:
        raise errors.SpecError(problems)
    return ingress.from_parameters(parameters)


def act(module: AnsibleModule) -> ports.Outcome:
    """Serve the hosts over TLS, or no longer."""
    p = module.params
    if p["state"] == "present":
        spec = wanted(module)
        return ingresses.ensure(cluster.new_run(module), engines.engine(module), spec)
    problems = list(ingress.identity(p))
    if problems:
        raise errors.SpecError(problems)
    return ingresses.remove(cluster.new_run(module), p["namespace"], p["name"], p["delete_secret"])


def main() -> None:
    """Entry point."""
    module = ARGUMENTS.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
