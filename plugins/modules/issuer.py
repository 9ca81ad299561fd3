# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: issuer
short_description: Keep certificate issuers in a Kubernetes cluster
version_added: 1.0.0
description:
  - Makes an Issuer or ClusterIssuer as wanted, of cert-manager or of the collection's own engine, and waits until it is
    ready to sign.
  - Secret values that it needs (external account binding, TSIG, AWS keys) may be given as options; they are kept in
    Secrets of the cluster and never shown.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.state
  - certops.kubernetes.common.engine
  - certops.kubernetes.common.wait
  - certops.kubernetes.common.force
  - certops.kubernetes.common.attributes
options:
  name:
    description: Name of the issuer.
    type: str
    required: true
  namespace:
    description: Namespace of an Issuer. A ClusterIssuer has none.
    type: str
  kind:
    description: V(Issuer) serves its namespace, V(ClusterIssuer) all of them.
    type: str
    choices: [Issuer, ClusterIssuer]
    default: Issuer
  cluster_resource_namespace:
    description:
      - Where a ClusterIssuer reads its Secrets, cert-manager's C(--cluster-resource-namespace).
      - With O(engine=direct) also where it is kept itself.
    type: str
    default: cert-manager
  delete_account_key:
    description: With O(state=absent), remove the ACME account's key too. The account can't be used again without it.
    type: bool
    default: false
  deactivate_account:
    description:
      - With O(state=absent) and O(engine=direct), end the ACME account at its server for ever (RFC 8555, 7.3.6), and
        remove its key. Certificates stay valid; other issuers with the same account can't order any more.
    type: bool
    default: false
  self_signed:
    description: Each certificate is signed by its own key.
    type: dict
    suboptions:
      crl_distribution_points:
        description: Where revocation lists are, as URLs.
        type: list
        elements: str
  ca:
    description: Certificates are signed by a CA whose key is in the cluster.
    type: dict
    suboptions:
      secret_name:
        description: Secret of type C(kubernetes.io/tls) with the CA.
        type: str
        required: true
      crl_distribution_points:
        description: Where revocation lists are, as URLs.
        type: list
        elements: str
      ocsp_servers:
        description: OCSP servers, as URLs.
        type: list
        elements: str
      issuing_certificate_urls:
        description: Where the CA's certificate is, as URLs.
        type: list
        elements: str
  acme:
    description: Certificates come from an ACME server (RFC 8555).
    type: dict
    suboptions:
      server:
        description: V(letsencrypt), V(letsencrypt_staging), or the URL of a server's directory.
        type: str
        required: true
      email:
        description: Contact of the account. When it changes, the account's contact is changed at the server.
        type: str
      private_key_secret_ref:
        description: Where the account's key is kept; by default in a Secret named as the issuer with C(-account-key).
        type: dict
        suboptions:
          name:
            description: Name of the Secret.
            type: str
            required: true
          key:
            description: Key in it, V(tls.key) by default.
            type: str
      external_account_binding:
        description:
          - Ties the account to one that the CA's operator knows. It counts when the account is registered; an account
            that is registered already stays as it is bound.
        type: dict
        suboptions:
          key_id:
            description: Identifier of the key.
            type: str
            required: true
          key:
            description: The key, base64url; kept in a Secret named as the issuer with C(-eab).
            type: str
          key_secret_ref:
            description: The Secret that has it already.
            type: dict
            suboptions:
              name: &name
                description: Name of the Secret.
                type: str
                required: true
              key:
                description: Key in it.
                type: str
                required: true
      preferred_chain:
        description: Common name of the root that the chain should end at, where the CA offers several.
        type: str
      profile:
        description: Profile of the CA, such as V(tlsserver) or V(shortlived) (cert-manager 1.18 or newer).
        type: str
      ca_bundle:
        description: PEM text of the certificates that the server's own HTTPS is verified by.
        type: str
      skip_tls_verify:
        description: Whether the server's own HTTPS is not verified at all.
        type: bool
      disable_account_key_generation:
        description: Whether the account's key must be there already.
        type: bool
      enable_duration_feature:
        description: Whether the lifetime a certificate asks for is sent to the server; few servers accept it.
        type: bool
      rate_limits:
        description:
          - With O(engine=direct), a budget that is kept in the cluster beside the issuer. An order that would go beyond
            it is not sent; the run fails and tells which limit it is and when the next order is allowed.
          - The servers of Let's Encrypt have their published limits by default, other servers have those that are given
            here. Renewals that name the certificate they replace (RFC 9773) are free, as they are at Let's Encrypt.
          - Each limit is a full bucket at first, which refills evenly over its time.
        type: dict
        suboptions:
          enforce:
            description: V(false) keeps no budget.
            type: bool
          new_orders:
            description: Orders of the account in 3 hours; 300 at Let's Encrypt.
            type: int
          certificates_per_domain:
            description: Certificates of a registered domain in 7 days; 50 at Let's Encrypt.
            type: int
          certificates_per_names:
            description: Certificates for exactly the same names in 7 days; 5 at Let's Encrypt.
            type: int
          failed_validations:
            description: Failed validations of a name in an hour; 5 at Let's Encrypt.
            type: int
          consecutive_failures:
            description:
              - Validations of a name that fail one after another, after which only one a day is tried; 1152 at Let's
                Encrypt, which then pauses the name.
            type: int
      roll_over_account_key:
        description:
          - With O(engine=direct), give the account another key in this run (RFC 8555, 7.3.5), and remove the responder
            that O(acme.solvers[].http01.responder_keep) has kept for the key before. It is done at each run.
        type: bool
      account_key_max_age:
        description:
          - With O(engine=direct), give the account another key when the present one is older, such as V(365d); at least
            an hour.
        type: str
      solvers:
        description: How challenges are answered. The most specific selector that matches a name decides.
        type: list
        elements: dict
        suboptions:
          selector:
            description: Which names this one is for; all of them when not given.
            type: dict
            suboptions:
              dns_names:
                description: Exactly these names.
                type: list
                elements: str
              dns_zones:
                description: Names in these zones.
                type: list
                elements: str
              match_labels:
                description: Certificates with these labels.
                type: dict
          wait_instead_of_self_check:
            description:
              - Wait for this long instead of looking at the challenge from inside the cluster, as a Go duration
                (cert-manager 1.21 or newer).
            type: str
          http01:
            description: Answers through the Ingress or the Gateway, on port 80.
            type: dict
            suboptions:
              ingress_class:
                description: The solver's C(ingressClassName).
                type: str
              ingress_class_annotation:
                description: The class as the annotation C(kubernetes.io/ingress.class), for controllers that need it.
                type: str
              ingress_name:
                description: An Ingress that is changed instead of a new one.
                type: str
              ingress_template:
                description: C(metadata) with labels and annotations of the solver's Ingress.
                type: dict
              gateway:
                description: Answers through the Gateway API.
                type: dict
                suboptions:
                  labels:
                    description: Labels of the HTTPRoute.
                    type: dict
                  parent_refs:
                    description: The Gateways, as in an HTTPRoute's C(parentRefs).
                    type: list
                    elements: dict
              service_type:
                description: Type of the solver's Service.
                type: str
                choices: [ClusterIP, NodePort]
              pod_template:
                description: C(metadata) and C(spec) of the solver's pod.
                type: dict
              responder_image:
                description:
                  - Image of the web server that answers with O(engine=direct), a Caddy 2. By default
                    C(docker.io/library/caddy:2); name it where that comes from a mirror.
                type: str
              responder_keep:
                description:
                  - With O(engine=direct), whether the web server and its Ingresses stay for later renewals, which are
                    quicker then. By default they are removed when the last challenge is over.
                  - They go with the issuer, and when the account gets another key.
                type: bool
          dns01:
            description: Answers by a TXT record; the only way for wildcards. Give one provider.
            type: dict
            suboptions:
              cname_strategy:
                description: Whether a CNAME at C(_acme-challenge) is followed.
                type: str
                choices: ["None", Follow]
              route53:
                description: Amazon Route 53.
                type: dict
                suboptions:
                  region:
                    description: Region of the API.
                    type: str
                  hosted_zone_id:
                    description: The zone; found by its name when not given.
                    type: str
                  role:
                    description: ARN of a role to assume.
                    type: str
                  access_key_id:
                    description: Access key.
                    type: str
                  access_key_id_secret_ref: &secret_ref
                    description: A key of a Secret.
                    type: dict
                    suboptions:
                      name: *name
                      key:
                        description: Key in it.
                        type: str
                  secret_access_key:
                    description: Secret access key; kept in a Secret.
                    type: str
                  secret_access_key_secret_ref: *secret_ref
                  service_account_ref: &service_account
                    description: A service account whose token is exchanged for the role's credentials.
                    type: dict
                    suboptions:
                      name:
                        description: Name of the service account.
                        type: str
                        required: true
                      audiences:
                        description: Audiences of the token.
                        type: list
                        elements: str
              rfc2136:
                description: A DNS server that takes dynamic updates (RFC 2136).
                type: dict
                suboptions:
                  nameserver:
                    description: Its address, with a port when it isn't 53.
                    type: str
                    required: true
                  protocol:
                    description: How updates are sent (cert-manager 1.19 or newer).
                    type: str
                    choices: [TCP, UDP]
                  tsig_key_name:
                    description: Name of the TSIG key (RFC 8945).
                    type: str
                  tsig_algorithm:
                    description: Its algorithm.
                    type: str
                    choices: [HMACMD5, HMACSHA1, HMACSHA256, HMACSHA512]
                  tsig_secret:
                    description: The TSIG key, base64; kept in a Secret.
                    type: str
                  tsig_secret_secret_ref: *secret_ref
              persist:
                description:
                  - With O(engine=direct), answer by the lasting record of C(dns-persist-01)
                    (draft-ietf-acme-dns-persist) at C(_validation-persist), which names the CA and the account. It is
                    written when it isn't there, and stays.
                  - Without a provider the record is made by somebody else, and only looked for.
                  - Experimental, as the draft is; few servers offer it.
                type: bool
              raw:
                description: Any other provider, as in cert-manager's own C(dns01).
                type: dict
  vault:
    description: Certificates come from HashiCorp Vault or OpenBao.
    type: dict
    suboptions:
      server:
        description: URL of the server.
        type: str
        required: true
      path:
        description: Path of the PKI's sign endpoint.
        type: str
        required: true
      namespace:
        description: Vault namespace.
        type: str
      server_name:
        description: Name the server's certificate is verified for.
        type: str
      ca_bundle:
        description: PEM text of the certificates that the server's own HTTPS is verified by.
        type: str
      ca_bundle_secret_ref: *secret_ref
      client_cert_secret_ref: *secret_ref
      client_key_secret_ref: *secret_ref
      auth:
        description: How cert-manager logs in; exactly one way.
        type: dict
        required: true
        suboptions:
          token_secret_ref: *secret_ref
          app_role:
            description: By AppRole.
            type: dict
            suboptions:
              path:
                description: Mount path.
                type: str
                required: true
              role_id:
                description: Identifier of the role.
                type: str
                required: true
              secret_ref: *secret_ref
          client_certificate:
            description: By a client certificate.
            type: dict
            suboptions:
              mount_path:
                description: Mount path.
                type: str
              secret_name:
                description: Secret with the certificate.
                type: str
              name:
                description: Name of the role.
                type: str
          kubernetes:
            description: By a service account.
            type: dict
            suboptions:
              mount_path:
                description: Mount path.
                type: str
              role:
                description: Name of the role.
                type: str
                required: true
              secret_ref: *secret_ref
              service_account_ref: *service_account
          aws:
            description: By AWS IAM (cert-manager 1.21 or newer).
            type: dict
            suboptions:
              mount_path:
                description: Mount path.
                type: str
              role:
                description: Name of the role.
                type: str
                required: true
              region:
                description: Region of STS.
                type: str
              service_account_ref: *service_account
              iam_role_arn:
                description: ARN of the role to assume.
                type: str
              vault_header_value:
                description: Value of the server id header.
                type: str
  spec:
    description: Any other type, as in the C(spec) of cert-manager's own Issuer.
    type: dict
  wait_timeout:
    default: 120
"""

EXAMPLES = r"""
- name: Sign with each certificate's own key
  certops.kubernetes.issuer:
    name: selfsigned
    namespace: shop
    self_signed: {}

- name: Sign with Let's Encrypt, answering over HTTP
  certops.kubernetes.issuer:
    name: letsencrypt
    namespace: shop
    acme:
      server: letsencrypt
      email: ops@example.org
      solvers:
        - http01: {ingress_class: nginx}

- name: Sign wildcards with Let's Encrypt, answering in Route 53
  certops.kubernetes.issuer:
    name: letsencrypt
    kind: ClusterIssuer
    acme:
      server: letsencrypt
      email: ops@example.org
      solvers:
        - dns01:
            route53: {region: eu-central-1}

- name: Change the account's key once a year, and keep the web server that answers challenges
  certops.kubernetes.issuer:
    name: letsencrypt
    namespace: shop
    engine: direct
    acme:
      server: letsencrypt
      email: ops@example.org
      account_key_max_age: 365d
      solvers:
        - http01: {ingress_class: nginx, responder_keep: true}

- name: Remove the issuer, and end its account
  certops.kubernetes.issuer:
    name: letsencrypt
    namespace: shop
    engine: direct
    state: absent
    deactivate_account: true
"""

RETURN = r"""
issuer:
  description: The issuer.
  returned: success, and when the wait fails
  type: dict
  contains:
    name: {description: Its name., returned: always, type: str, sample: letsencrypt}
    namespace: {description: "Its namespace, null for a ClusterIssuer.", returned: always, type: str, sample: shop}
    kind: {description: Issuer or ClusterIssuer., returned: always, type: str, sample: Issuer}
    ready: {description: Whether it is ready for its present spec., returned: present, type: bool}
    reason: {description: Reason of the Ready condition., returned: present, type: str, sample: ACMEAccountRegistered}
    message: {description: Message of the Ready condition., returned: present, type: str}
    account_uri: {description: URL of the ACME account., returned: present, type: str}
findings:
  description: Why something isn't as wanted, the cause first; the same structure as in M(certops.kubernetes.certificate).
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils import errors
from ..module_utils.engine import protocol
from ..module_utils.glue import cluster, engines, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import issuer
from ..module_utils.spec.issuer_options import TYPES

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports


SPEC = (
    options.AUTH.merge(options.STATE)
    .merge(options.ENGINE)
    .merge(options.wait(120))
    .merge(options.FORCE)
    .merge(
        ArgumentSpec(
            {
                "name": {"type": "str", "required": True},
                "namespace": {"type": "str"},
                "kind": {"type": "str", "choices": ["Issuer", "ClusterIssuer"], "default": "Issuer"},
                "cluster_resource_namespace": {"type": "str", "default": "cert-manager"},
                "delete_account_key": {"type": "bool", "default": False, "no_log": False},
                "deactivate_account": {"type": "bool", "default": False},
                **TYPES,
            }
        )
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Make the issuer present or absent."""
    p = module.params
    engine = engines.engine(module)
    if p["state"] == "present":
        wanted = issuer.from_parameters(p)
        return engine.ensure_issuer(cluster.new_run(module), wanted)
    problems = list(issuer.identity(p))
    if problems:
        raise errors.SpecError(problems)
    namespace = p["namespace"] or p["cluster_resource_namespace"]
    secrets = protocol.IssuerSecrets(namespace, p["delete_account_key"], p["deactivate_account"])
    return engine.remove_issuer(cluster.new_run(module), issuer.kind_of(p), p["namespace"], p["name"], secrets)


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
