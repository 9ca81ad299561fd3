# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate
short_description: Keep TLS certificates in Kubernetes Secrets
version_added: 1.0.0
description:
  - Makes certificates as wanted, by cert-manager or by this module itself, and waits until each Secret holds a certificate
    that matches, with its key, signed by the issuer that is named.
  - Takes one certificate, or a list in O(certificates) that is worked on at once in one process.
  - With nothing but O(name), O(namespace) and what is to be renewed, the Certificate must be there, and its definition
    stays as it is.
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
  - certops.kubernetes.certificate_spec
options:
  name:
    description: Name of the Certificate. Required, unless O(certificates) is given.
    type: str
  namespace:
    description: Its namespace. Required; with O(certificates), the default for those that name none.
    type: str
  certificates:
    description: Several certificates. Each takes the options of this module from O(name) to O(retry_failed).
    type: list
    elements: dict
  renew:
    description:
      - V(auto) leaves renewal to cert-manager, and renews now what expires within O(within).
      - V(always) renews now. V(never) does not even within O(within).
      - V(issuer_changed) renews what somebody else signed than O(issuer_ref) would now, such as a staging certificate
        that is still served after the switch to production.
      - V(key_exposed) renews now with another private key, also where O(private_key.rotation_policy) keeps it, and fails
        when the new certificate has the old one. Of cert-manager's certificates only; needs O(wait).
      - V(always) and V(key_exposed) do so at every run.
    type: str
    choices: [auto, always, issuer_changed, key_exposed, never]
    default: auto
  revoke:
    description:
      - With O(renew=key_exposed), have the ACME server revoke the old certificate once the Secret holds the new one. The
        reason is keyCompromise (RFC 5280), and the old key signs (RFC 8555, section 7.6).
      - Until then the old certificate and key are kept in a Secret, the name with C(-exposed), so that a run that was
        killed is gone on with by the next one.
    type: bool
    default: false
  within:
    description: With O(renew=auto), renew now when the certificate expires within this time, such as V(20d) or V(12h).
    type: str
  retry_failed:
    description: Ask again at once where the last issuance failed; cert-manager itself waits for 1 to 32 hours.
    type: bool
    default: false
  wait_timeout:
    default: 300
"""

EXAMPLES = r"""
- name: Keep a certificate for the shop
  certops.kubernetes.certificate:
    name: www
    namespace: shop
    secret_name: www-tls
    dns_names: [www.example.org]
    issuer_ref: {name: letsencrypt, kind: Issuer}

- name: Keep many certificates at once
  certops.kubernetes.certificate:
    namespace: shop
    certificates:
      - {name: www, secret_name: www-tls, dns_names: [www.example.org], issuer_ref: {name: letsencrypt}}
      - {name: api, secret_name: api-tls, dns_names: [api.example.org], issuer_ref: {name: letsencrypt}}

- name: Renew what expires within twenty days
  certops.kubernetes.certificate:
    name: www
    namespace: shop
    secret_name: www-tls
    dns_names: [www.example.org]
    issuer_ref: {name: letsencrypt}
    within: 20d

- name: Renew certificates that somebody else has defined
  certops.kubernetes.certificate:
    certificates:
      - {name: www, namespace: shop, renew: always}
      - {name: api, namespace: shop, renew: issuer_changed}

- name: Replace a key that others have seen, and revoke its certificate
  certops.kubernetes.certificate:
    name: www
    namespace: shop
    renew: key_exposed
    revoke: true

- name: Remove a certificate and its Secret
  certops.kubernetes.certificate:
    name: www
    namespace: shop
    state: absent
    delete_secret: true
"""

RETURN = r"""
certificate:
  description: The certificate, unless O(certificates) was given.
  returned: success, and when the wait fails
  type: dict
  contains: &certificate
    name: {description: Name of the Certificate., returned: always, type: str, sample: www}
    namespace: {description: Its namespace., returned: always, type: str, sample: shop}
    secret_name: {description: The Secret that holds it., returned: present, type: str, sample: www-tls}
    issuer_ref: {description: "The issuer: name, kind, group.", returned: present, type: dict}
    dns_names: {description: Host names that are wanted., returned: present, type: list, elements: str}
    ready: {description: Whether it is served as wanted., returned: present, type: bool}
    reason: {description: Reason of the Ready condition., returned: present, type: str}
    message: {description: Message of the Ready condition., returned: present, type: str}
    not_before: {description: Start of its validity (RFC 3339)., returned: present, type: str}
    not_after: {description: End of its validity (RFC 3339)., returned: present, type: str}
    renewal_time: {description: When cert-manager renews it (RFC 3339)., returned: present, type: str}
    revision: {description: How often it was issued., returned: present, type: int}
    serial_number: {description: "Serial number, hexadecimal.", returned: present, type: str}
    fingerprint_sha256: {description: "SHA-256 of the certificate, hexadecimal.", returned: present, type: str}
    issued_by: {description: Common name of the signer., returned: present, type: str}
    self_signed: {description: Whether it is signed by its own key., returned: present, type: bool}
    revoked:
      description: The old certificate.
      returned: with O(renew=key_exposed)
      type: dict
      contains:
        serial_number: {description: "Its serial number, hexadecimal.", returned: always, type: str}
        reason: {description: Why it was revoked (RFC 5280)., returned: always, type: int, sample: 1}
        before: {description: Whether it was revoked before., returned: always, type: bool}
certificates:
  description: The certificates of O(certificates), in their order.
  returned: success, and when the wait fails
  type: list
  elements: dict
  contains: *certificate
findings:
  description: Why something isn't as wanted, the cause first.
  returned: always
  type: list
  elements: dict
  contains:
    code: {description: Stable name of the finding., returned: always, type: str, sample: issuer.missing}
    severity: {description: error or warning., returned: always, type: str, sample: error}
    object: {description: The object it was seen on., returned: always, type: str, sample: Issuer shop/letsencrypt}
    message: {description: What is the matter., returned: always, type: str, sample: does not exist in namespace shop.}
    remedy: {description: What to do., returned: always, type: str, sample: create it}
    evidence: {description: What was read., returned: always, type: dict}
"""

import typing as t

from ..module_utils import errors
from ..module_utils.engine import ports, protocol
from ..module_utils.glue import certificates, cluster, engines, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import certificate as spec

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible.module_utils.basic import AnsibleModule


SPEC = (
    options.AUTH.merge(options.STATE)
    .merge(options.DELETE_SECRET)
    .merge(options.FOLLOWED_ENGINE)
    .merge(options.wait(300))
    .merge(options.DNS)
    .merge(options.PREFLIGHT)
    .merge(options.FORCE)
    .merge(certificates.ONE)
    .merge(
        ArgumentSpec(
            {
                "certificates": {"type": "list", "elements": "dict"},
            },
            mutually_exclusive=[("name", "certificates")],
            required_one_of=[("name", "certificates")],
        )
    )
)


def targets(module: AnsibleModule) -> list[protocol.CertificateTarget]:
    """The certificates to remove; of each only its name counts."""
    problems: list[str] = []
    sets = certificates.parameter_sets(module, problems)
    for item in sets:
        problems += [spec.where(item) + problem for problem in spec.identity(item)]
    if problems:
        raise errors.SpecError(problems)
    return [protocol.CertificateTarget(item["namespace"], item["name"], item.get("secret_name")) for item in sets]


def act(module: AnsibleModule) -> ports.Outcome:
    """Make the certificates present or absent."""
    engine = engines.engine(module)
    if module.params["state"] == "absent":
        doomed = targets(module)
        return engine.remove_certificates(cluster.new_run(module), doomed, module.params["delete_secret"])
    wanted = certificates.wanted(module)
    return engine.ensure_certificates(engines.new_run(module), wanted)


def renamed(module: AnsibleModule, facts: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """One certificate is returned as ``certificate``, a list as ``certificates``."""
    if module.params["certificates"] is not None or "certificates" not in facts:
        return dict(facts)
    others = {key: value for key, value in facts.items() if key != "certificates"}
    return {**others, "certificate": facts["certificates"][0]}


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()

    def use_case() -> ports.Outcome:
        try:
            outcome = act(module)
        except errors.CertopsError as error:
            error.facts = renamed(module, error.facts)
            raise
        return ports.Outcome(outcome.changed, renamed(module, outcome.facts), outcome.diff, outcome.findings)

    run(module, use_case)


if __name__ == "__main__":
    main()
