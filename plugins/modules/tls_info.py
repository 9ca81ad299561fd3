# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tls_info
short_description: See which host is served over which certificate
version_added: 1.0.0
description:
  - Returns every host of Ingresses, and of Gateways where the Gateway API exists, with its Secret, the Certificate that
    keeps the Secret, the issuer, expiry and next renewal, with findings on what is not as it should be.
  - "Found are hosts without TLS, Secrets that are missing, unreadable, expired or for other names, certificates of CAs for
    tests and of controllers, two Certificates or Ingresses that claim one Secret, one host that is served from two
    Secrets, Certificates that nobody serves or whose renewal fails, and Secrets that nobody renews."
  - What the direct engine keeps is read as well, so its certificates and issuers are among the others. They have no
    labels, so that O(label_selector) finds them only behind hosts that have.
  - It takes one list request for each kind, and for each page of 500. Without permission on Secrets it goes on with what
    the status of Certificates says. Nothing is ever written.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.info
  - certops.kubernetes.common.cluster_issuers
options:
  namespaces:
    description: The namespaces that are looked at. By default all.
    type: list
    elements: str
  label_selector:
    description:
      - Only hosts of Ingresses and Gateways with these labels, and Certificates that have them or are behind such hosts.
        In Kubernetes' own syntax.
      - All others are still read, so that what they share is found.
    type: str
  within:
    description:
      - Certificates that end within this time are found as V(certificate.expiring); for example V(20d) or V(480h).
      - By default only what is expired, or whose renewal is overdue or fails.
    type: str
requirements:
  - kubernetes >= 31.0.0
  - cryptography >= 45.0.0
seealso:
  - module: certops.kubernetes.certificate_status
  - module: certops.kubernetes.tls_probe
"""

EXAMPLES = r"""
- name: No host may be without a certificate that lasts another two weeks
  certops.kubernetes.tls_info:
    within: 14d
  register: tls
  failed_when: tls.findings | length > 0

- name: List the hosts by their expiry
  ansible.builtin.debug:
    msg: "{{ item.not_after }} {{ item.host }} ({{ item.issued_by }})"
  loop: "{{ tls.hosts | selectattr('not_after') | sort(attribute='not_after') }}"
  loop_control:
    label: "{{ item.host }}"

- name: See the hosts of one application
  certops.kubernetes.tls_info:
    namespaces: [shop]
    label_selector: app.kubernetes.io/part-of=shop
"""

RETURN = r"""
msg:
  description: The summary and the findings in words.
  returned: always
  type: str
hosts:
  description:
    - One entry for each host of an Ingress or of a Gateway's listener. What isn't known is null.
    - A listener with several certificates has an entry for each. Ingresses by which cert-manager answers challenges are
      left out.
  returned: success
  type: list
  elements: dict
  contains:
    host: {description: "The host, V(*) where none is named.", returned: always, type: str, sample: www.example.org}
    kind: {description: "V(Ingress) or V(Gateway).", returned: always, type: str, sample: Ingress}
    namespace: {description: Namespace of the Ingress or Gateway., returned: always, type: str, sample: shop}
    name: {description: Its name., returned: always, type: str, sample: www}
    listener: {description: The Gateway's listener., returned: always, type: str}
    class: {description: Class of the Ingress or Gateway., returned: always, type: str, sample: nginx}
    tls: {description: Whether it is to be served over TLS., returned: always, type: bool}
    termination:
      description:
        - How TLS is terminated.
        - V(secret) by the Secret below, V(default_certificate) by the controller's default certificate since no Secret is
          named, V(passthrough) by what stands behind, V(acm) by an AWS load balancer with its own certificate, V(none) not
          at all.
      returned: always
      type: str
      sample: secret
    secret_namespace: {description: Namespace of the Secret., returned: always, type: str, sample: shop}
    secret_name: {description: Name of the Secret., returned: always, type: str, sample: www-tls}
    secret_exists: {description: Whether it is there; null when it could not be read., returned: always, type: bool}
    certificate: {description: "The Certificate that keeps the Secret, in its namespace.", returned: always, type: str}
    issuer_ref: &issuer_ref
      description: Who signs.
      returned: always
      type: dict
      contains:
        name: {description: Name., returned: always, type: str, sample: letsencrypt}
        kind: {description: Kind., returned: always, type: str, sample: ClusterIssuer}
        group: {description: API group., returned: always, type: str, sample: cert-manager.io}
    covered: {description: Whether the Secret's certificate is for this host., returned: always, type: bool}
    issued_by: &issued_by
      description: Common name of the signer.
      returned: always
      type: str
      sample: R10
    self_signed: &self_signed {description: Whether it is signed by its own key., returned: always, type: bool}
    serial_number: &serial {description: "Its serial number, hexadecimal.", returned: always, type: str, sample: 4f2a0c}
    fingerprint_sha256: &sha256 {description: "SHA-256 of the certificate, hexadecimal.", returned: always, type: str}
    not_after: &not_after
      description: End of its validity (RFC 3339).
      returned: always
      type: str
      sample: "2027-02-22T08:00:00Z"
    renewal_time: &renewal_time
      description: When cert-manager renews it (RFC 3339).
      returned: always
      type: str
      sample: "2027-01-23T08:00:00Z"
    staging_authority:
      description: The CA for tests that signed it, which no client trusts.
      returned: always
      type: str
      sample: Let's Encrypt staging
    default_certificate:
      description: Whose default or temporary certificate it is.
      returned: always
      type: str
      sample: cert-manager (temporary)
    findings: &codes
      description: Codes of the findings about it.
      returned: always
      type: list
      elements: str
      sample: [certificate.expiring]
certificates:
  description: The Certificates. What isn't known is null.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Its name., returned: always, type: str, sample: www}
    namespace: {description: Its namespace., returned: always, type: str, sample: shop}
    engine: &engine
      description: The engine that keeps it, V(cert_manager) or V(direct).
      returned: always
      type: str
      sample: cert_manager
    secret_name: {description: The Secret that it keeps., returned: always, type: str, sample: www-tls}
    secret_exists: {description: Whether it is there; null when it could not be read., returned: always, type: bool}
    issuer_ref: *issuer_ref
    dns_names: {description: DNS names that are wanted., returned: always, type: list, elements: str}
    ready: {description: Whether its Ready condition is true., returned: always, type: bool}
    reason: {description: Reason of the Ready condition., returned: always, type: str, sample: Ready}
    message: {description: Message of the Ready condition., returned: always, type: str}
    revision: {description: How often it was issued., returned: always, type: int}
    issued_by: *issued_by
    self_signed: *self_signed
    serial_number: *serial
    fingerprint_sha256: *sha256
    not_before: {description: Beginning of its validity (RFC 3339)., returned: always, type: str}
    not_after: *not_after
    renewal_time: *renewal_time
    last_failure_time: {description: When its issuance failed last (RFC 3339)., returned: always, type: str}
    next_try:
      description: When cert-manager tries again after a failure, by its default backoff (RFC 3339).
      returned: always
      type: str
    served_by:
      description: The Ingresses and Gateways that name its Secret.
      returned: always
      type: list
      elements: str
      sample: [Ingress shop/www]
    findings: *codes
issuers:
  description: Issuers and ClusterIssuers.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Its name., returned: always, type: str, sample: letsencrypt}
    namespace: {description: "Its namespace, null for a ClusterIssuer.", returned: always, type: str}
    kind: {description: "V(Issuer) or V(ClusterIssuer).", returned: always, type: str}
    engine: *engine
    type: {description: "V(acme), V(ca), V(self_signed), V(vault) or V(venafi).", returned: always, type: str, sample: acme}
    server: {description: Directory URL of the ACME server., returned: always, type: str}
    account_uri: {description: URL of the ACME account., returned: always, type: str}
    ready: {description: Whether its Ready condition is true., returned: always, type: bool}
    reason: {description: Reason of the Ready condition., returned: always, type: str, sample: ACMEAccountRegistered}
    message: {description: Message of the Ready condition., returned: always, type: str}
    certificates: {description: How many Certificates name it., returned: always, type: int, sample: 12}
    findings: *codes
summary:
  description: Numbers.
  returned: success
  type: dict
  contains:
    hosts: {description: Entries of RV(hosts)., returned: always, type: int, sample: 14}
    hosts_with_tls: {description: Those that are to be served over TLS., returned: always, type: int}
    secrets: {description: Secrets that are served or kept by a Certificate., returned: always, type: int}
    certificates: {description: Certificates., returned: always, type: int}
    certificates_ready: {description: Those whose Ready condition is true., returned: always, type: int}
    issuers: {description: Issuers and ClusterIssuers., returned: always, type: int}
    issuers_ready: {description: Those whose Ready condition is true., returned: always, type: int}
    expired: {description: Secrets with an expired certificate., returned: always, type: int}
    expiring: {description: Secrets whose certificate ends within O(within)., returned: always, type: int}
    next_expiry: {description: The earliest end of a validity (RFC 3339)., returned: always, type: str}
    next_renewal: {description: The earliest renewal (RFC 3339)., returned: always, type: str}
    errors: {description: Findings that are errors., returned: always, type: int}
    warnings: {description: Findings that are warnings., returned: always, type: int}
unreadable:
  description: What could not be seen, plural of the kind to the server's answer.
  returned: success
  type: dict
  sample: {secrets: "secrets is forbidden: User \"jane\" cannot list resource \"secrets\""}
findings:
  description:
    - What is not as it should be, errors first; the same structure as in M(certops.kubernetes.certificate).
    - Codes of errors are V(issuer.not_ready), V(issuer.not_observed), V(issuer.missing), V(certificate.not_ready),
      V(renewal.failing), V(secret.claimed), V(secret.missing), V(secret.unreadable), V(certificate.expired),
      V(certificate.not_yet_valid) and V(host.not_covered).
    - Warnings are V(certificate.not_ready) in its first 15 minutes, V(renewal.overdue), V(certificate.expiring),
      V(certificate.staging), V(secret.default_certificate), V(secret.ingresses_differ), V(secret.orphaned),
      V(host.two_secrets), V(host.default_certificate), V(host.no_tls), V(certificate.unused),
      V(rbac.forbidden) and V(evidence.unreadable).
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils.engine import fleet
from ..module_utils.glue import cluster, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import scope

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports

SPEC = options.AUTH.merge(options.CLUSTER_ISSUERS).merge(
    ArgumentSpec(
        {
            "namespaces": {"type": "list", "elements": "str"},
            "label_selector": {"type": "str"},
            "within": {"type": "str"},
        }
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Look at the part of the cluster that is asked for."""
    wanted = scope.from_parameters(module.params)
    return fleet.look(cluster.new_run(module), wanted)


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
