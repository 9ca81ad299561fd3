# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_status
short_description: See how certificates stand, and why
version_added: 1.0.0
description:
  - "Returns the whole chain behind one or many Certificates of cert-manager: the issuer, the Secret with its certificate,
    the CertificateRequests, ACME Orders and Challenges with what answers them, and the Events, with findings that name
    the cause."
  - Certificates of the direct engine are shown in the same way, with what their last run has met. They have no labels.
  - RV(msg) has the same as a short tree, to be read in plain output.
  - What is returned of an object is what C(kubectl describe) shows of it, word for word.
  - Read access to a part is enough, but for the Certificates themselves; what could not be seen is said. Nothing is ever
    written, and a Certificate that isn't ready is no failure of the task.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.info
  - certops.kubernetes.common.dns
  - certops.kubernetes.common.cluster_issuers
options:
  namespace:
    description: Namespace of the Certificates. By default all of them are looked at.
    type: str
  name:
    description: Name of one Certificate. Needs O(namespace).
    type: str
  label_selector:
    description: Only Certificates with these labels, in Kubernetes' own syntax.
    type: str
  ingress:
    description: Only the Certificates that keep the Secrets of this Ingress. Needs O(namespace).
    type: str
  dns_name:
    description:
      - Only the Certificates for this host, by their own names, wildcards included, or because an Ingress serves the host
        over their Secret.
    type: str
  only_unhealthy:
    description: Whether to leave those that are ready, and of which nothing was found, out of RV(msg).
    type: bool
    default: false
  evidence:
    description:
      - Whether to return all that was read, for a bug report. Private keys and other values of Secrets are never in it,
        nor arguments and environment variables of containers that look like credentials.
    type: bool
    default: false
requirements:
  - kubernetes >= 31.0.0
  - cryptography >= 45.0.0
seealso:
  - module: certops.kubernetes.tls_info
"""

EXAMPLES = r"""
- name: See why a certificate isn't ready
  certops.kubernetes.certificate_status:
    name: www
    namespace: shop
  register: status

- name: Show it
  ansible.builtin.debug:
    msg: "{{ status.msg.splitlines() }}"

- name: No certificate behind a host may have errors
  certops.kubernetes.certificate_status:
    dns_name: www.example.org
  register: status
  failed_when: status.certificates == [] or status.findings | selectattr('severity', 'eq', 'error') | length > 0

- name: Keep what a bug report needs
  certops.kubernetes.certificate_status:
    ingress: www
    namespace: shop
    evidence: true
  register: status
"""

RETURN = r"""
msg:
  description: How the Certificates stand, each as a tree, and the findings. Healthy ones of many take one line each.
  returned: always
  type: str
  sample: |-
    Certificate shop/www: not ready, DoesNotExist: Issuing certificate as Secret does not exist
    ├─ Issuer shop/letsencrypt: ready, ACMEAccountRegistered: The ACME account was registered with the ACME server
    ├─ Secret www-tls: does not exist
    └─ CertificateRequest www-1: approved, not ready, Pending: Waiting on certificate issuance from order www-1-1: "pending"
       └─ Order www-1-1: pending
          └─ Challenge www-1-1-1: HTTP-01 for www.example.org, pending: Waiting for HTTP-01 challenge propagation
certificates:
  description: The selected Certificates. What isn't known is null.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Name of the Certificate., returned: always, type: str, sample: www}
    namespace: {description: Its namespace., returned: always, type: str, sample: shop}
    engine: {description: "The engine that keeps it, V(cert_manager) or V(direct).", returned: always, type: str}
    ready: {description: Whether its Ready condition is true., returned: always, type: bool}
    reason: {description: Reason of the Ready condition., returned: always, type: str, sample: Ready}
    message: {description: Message of the Ready condition., returned: always, type: str}
    conditions: &conditions
      description: All conditions.
      returned: always
      type: list
      elements: dict
      contains:
        type: {description: Type., returned: always, type: str, sample: Ready}
        status: {description: "V(True), V(False) or V(Unknown).", returned: always, type: str, sample: "True"}
        reason: {description: Reason., returned: always, type: str}
        message: {description: Message., returned: always, type: str}
        last_transition_time: {description: When the status changed last (RFC 3339)., returned: always, type: str}
        observed_generation: {description: The generation that it speaks of., returned: always, type: int}
    issuing: {description: Whether it is being issued., returned: always, type: bool}
    common_name: {description: Common name that is wanted., returned: always, type: str}
    dns_names: {description: DNS names that are wanted., returned: always, type: list, elements: str}
    ip_addresses: {description: IP addresses that are wanted., returned: always, type: list, elements: str}
    uris: {description: URIs that are wanted., returned: always, type: list, elements: str}
    email_addresses: {description: E-mail addresses that are wanted., returned: always, type: list, elements: str}
    secret_name: {description: The Secret that it keeps., returned: always, type: str, sample: www-tls}
    revision: {description: How often it was issued., returned: always, type: int}
    not_before: {description: Beginning of its validity (RFC 3339)., returned: always, type: str}
    not_after: {description: End of its validity (RFC 3339)., returned: always, type: str}
    renewal_time: {description: When it is due for renewal (RFC 3339)., returned: always, type: str}
    last_failure_time: {description: When its issuance failed last (RFC 3339)., returned: always, type: str}
    failed_issuance_attempts: {description: How often it failed since it last succeeded., returned: always, type: int}
    next_try:
      description:
        - When cert-manager tries again after a failure, by its default backoff (RFC 3339). A changed Certificate is
          tried at once.
        - When the direct engine may try again.
      returned: always
      type: str
    issuer:
      description: Who signs.
      returned: always
      type: dict
      contains:
        name: {description: Name., returned: always, type: str, sample: letsencrypt}
        kind: {description: "V(Issuer), V(ClusterIssuer), or the kind of another group.", returned: always, type: str}
        group: {description: API group., returned: always, type: str, sample: cert-manager.io}
        exists:
          description: Whether it is there; null when it could not be read or isn't of cert-manager's own group.
          returned: always
          type: bool
        ready: {description: Whether its Ready condition is true., returned: always, type: bool}
        reason: {description: Reason of the Ready condition., returned: always, type: str}
        message: {description: Message of the Ready condition., returned: always, type: str}
        conditions: *conditions
        type: {description: "V(acme), V(ca), V(self_signed), V(vault) or V(venafi).", returned: always, type: str}
        server: {description: Directory URL of the ACME server., returned: always, type: str}
        account_uri: {description: URL of the ACME account., returned: always, type: str}
    secret:
      description: The Secret.
      returned: always
      type: dict
      contains:
        name: {description: Name., returned: always, type: str, sample: www-tls}
        exists: {description: Whether it is there; null when it could not be read., returned: always, type: bool}
        type: {description: Type., returned: always, type: str, sample: kubernetes.io/tls}
        certificate_name: {description: The Certificate that it says it is kept by., returned: always, type: str}
        issuer_name: {description: The issuer that it says it was signed by., returned: always, type: str}
        certificate:
          description: The certificate in it; the same structure as in RV(certops.kubernetes.tls_probe#module:probe.chain).
          returned: always
          type: dict
        chain: {description: Names of the certificates in it., returned: always, type: list, elements: str}
        key_matches: {description: Whether its key belongs to its certificate., returned: always, type: bool}
        staging_authority:
          description: The CA for tests that signed it, which no client trusts.
          returned: always
          type: str
          sample: Let's Encrypt staging
        default_certificate:
          description: Whose default or temporary certificate it is.
          returned: always
          type: str
        error: {description: Why there is no certificate to be read in it., returned: always, type: str}
    requests:
      description: The CertificateRequests, the newest first.
      returned: always
      type: list
      elements: dict
      contains:
        name: {description: Name., returned: always, type: str, sample: www-1}
        revision: {description: The revision of the Certificate that it is for., returned: always, type: int}
        created: {description: When it was created (RFC 3339)., returned: always, type: str}
        ready: {description: Whether its Ready condition is true., returned: always, type: bool}
        reason: {description: Reason of the Ready condition., returned: always, type: str}
        message: {description: Message of the Ready condition., returned: always, type: str}
        conditions: *conditions
        approved: {description: "Whether it was approved, or denied; null before that.", returned: always, type: bool}
        failure_time: {description: When it failed (RFC 3339)., returned: always, type: str}
        orders:
          description: Its ACME Orders.
          returned: always
          type: list
          elements: dict
          contains:
            name: {description: Name., returned: always, type: str}
            created: {description: When it was created (RFC 3339)., returned: always, type: str}
            state: {description: "Its state (RFC 8555, 7.1.6), or V(errored).", returned: always, type: str, sample: pending}
            reason: {description: Why., returned: always, type: str}
            url: {description: Its URL at the ACME server., returned: always, type: str}
            failure_time: {description: When it failed (RFC 3339)., returned: always, type: str}
            challenges:
              description: Its Challenges; cert-manager removes those that are done.
              returned: always
              type: list
              elements: dict
              contains:
                name: {description: Name., returned: always, type: str}
                created: {description: When it was created (RFC 3339)., returned: always, type: str}
                type: {description: "V(HTTP-01) or V(DNS-01).", returned: always, type: str}
                dns_name: {description: Name that is to be proven., returned: always, type: str}
                wildcard: {description: Whether it is for a wildcard of that name., returned: always, type: bool}
                state: {description: "Its state (RFC 8555, 7.1.6).", returned: always, type: str}
                reason: {description: What it waits for or why it failed., returned: always, type: str}
                presented: {description: Whether the solver was set up., returned: always, type: bool}
                processing: {description: Whether cert-manager works on it., returned: always, type: bool}
                solver:
                  description: What was made to answer it over HTTP.
                  returned: always
                  type: dict
                  contains:
                    ingresses:
                      description: Ingresses.
                      returned: always
                      type: list
                      elements: dict
                      contains:
                        name: {description: Name., returned: always, type: str}
                        class: {description: Its class., returned: always, type: str}
                        addresses: {description: Where it is served., returned: always, type: list, elements: str}
                    services:
                      description: Services.
                      returned: always
                      type: list
                      elements: dict
                      contains:
                        name: {description: Name., returned: always, type: str}
                        type: {description: Type., returned: always, type: str, sample: NodePort}
                    pods:
                      description: Pods.
                      returned: always
                      type: list
                      elements: dict
                      contains:
                        name: {description: Name., returned: always, type: str}
                        phase: {description: Phase., returned: always, type: str, sample: Running}
                        ready: {description: Whether it is ready., returned: always, type: bool}
                        reason: {description: Why it isn't., returned: always, type: str, sample: ErrImagePull}
                        message: {description: The same in words., returned: always, type: str}
                        node: {description: Its node., returned: always, type: str}
    ingresses: {description: Ingresses that serve the Secret., returned: always, type: list, elements: str}
    claimants:
      description: Other Certificates that claim the Secret.
      returned: always
      type: list
      elements: str
    events:
      description: The Events about the Certificate and what it depends on, in the order of their last occurrence.
      returned: always
      type: list
      elements: dict
      contains:
        type: {description: "V(Normal) or V(Warning).", returned: always, type: str}
        reason: {description: Reason., returned: always, type: str}
        message: {description: Message., returned: always, type: str}
        count: {description: How often., returned: always, type: int}
        object: {description: What it is about., returned: always, type: str, sample: Certificate shop/www}
        first_seen: {description: When it occurred first (RFC 3339)., returned: always, type: str}
        last_seen: {description: When it occurred last (RFC 3339)., returned: always, type: str}
    findings:
      description: What is the matter, the cause first; the same structure as in M(certops.kubernetes.certificate).
      returned: always
      type: list
      elements: dict
      contains: &finding
        code: {description: Stable name of the finding., returned: always, type: str, sample: issuer.missing}
        severity: {description: error or warning., returned: always, type: str, sample: error}
        object: {description: The object it was seen on., returned: always, type: str, sample: Issuer shop/letsencrypt}
        message: {description: What is the matter., returned: always, type: str, sample: does not exist in namespace shop.}
        remedy: {description: What to do., returned: always, type: str, sample: create it}
        evidence: {description: What was read., returned: always, type: dict}
    unreadable:
      description: What could not be seen, plural of the kind to the server's answer.
      returned: always
      type: dict
      sample: {secrets: "secrets is forbidden: User \"jane\" cannot list resource \"secrets\""}
    evidence:
      description: All that was read, as the API returned it.
      returned: when O(evidence)
      type: dict
findings:
  description: What is the matter with all of them, each once.
  returned: always
  type: list
  elements: dict
  contains: *finding
"""

import typing as t

from ..module_utils.engine import status
from ..module_utils.glue import cluster, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import selection

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports

SPEC = (
    options.AUTH.merge(options.DNS)
    .merge(options.CLUSTER_ISSUERS)
    .merge(
        ArgumentSpec(
            {
                "namespace": {"type": "str"},
                "name": {"type": "str"},
                "label_selector": {"type": "str"},
                "ingress": {"type": "str"},
                "dns_name": {"type": "str"},
                "only_unhealthy": {"type": "bool", "default": False},
                "evidence": {"type": "bool", "default": False},
            },
            mutually_exclusive=[("name", "label_selector", "ingress", "dns_name")],
            required_by={"name": ("namespace",), "ingress": ("namespace",)},
        )
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Look at the selected certificates."""
    wanted = selection.from_parameters(module.params)
    how = {"with_evidence": module.params["evidence"], "only_unhealthy": module.params["only_unhealthy"]}
    return status.look(cluster.new_run(module), wanted, **how)


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
