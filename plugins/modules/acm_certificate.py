# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: acm_certificate
short_description: Request a certificate from AWS Certificate Manager, or import one from a Secret
version_added: 1.0.0
description:
  - Requests a public certificate that ACM validates by DNS, writes the validation records into Route 53, waits until the
    certificate is issued, and returns its ARN. ACM renews it as long as the records stay and something uses it.
  - Or imports the certificate of a C(kubernetes.io/tls) Secret, each time it was renewed under the same ARN, so that what
    uses the ARN need not know. ACM does not renew those; run the task again after each renewal.
  - A requested certificate is found again by its names and its tags, an imported one by a tag that names the Secret.
  - An AWS load balancer serves no Secrets. M(certops.kubernetes.ingress_tls) puts the ARN on an Ingress for it.
  - Needs C(acm:ListCertificates), C(acm:DescribeCertificate), C(acm:ListTagsForCertificate), C(acm:AddTagsToCertificate),
    C(acm:RequestCertificate), and C(acm:ImportCertificate) with C(acm:GetCertificate), C(acm:DeleteCertificate), where it
    does that; for the records C(route53:ListHostedZones), C(route53:ListResourceRecordSets) and
    C(route53:ChangeResourceRecordSets).
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.aws
  - certops.kubernetes.common.state
  - certops.kubernetes.common.dns
options:
  dns_names:
    description:
      - The names of a certificate that is requested; the first one becomes its domain name, their order is of no account.
      - A certificate that has exactly these names, this O(key_algorithm) and at least these O(tags) is the wanted one,
        whoever has requested it. One that is in use comes before one that isn't, then the one that lasts longest.
    type: list
    elements: str
  secret:
    description: The Secret whose certificate and key are imported.
    type: dict
    suboptions:
      name:
        description: Its name.
        type: str
        required: true
      namespace:
        description: Its namespace.
        type: str
        required: true
  certificate_arn:
    description: The only certificate that is looked at, or imported to. Not needed to find one of this module's own.
    type: str
  key_algorithm:
    description: The kind of key that ACM makes for a request.
    type: str
    choices: [RSA_2048, EC_prime256v1, EC_secp384r1]
    default: RSA_2048
  tags:
    description:
      - Tags of the certificate. With others it is another certificate, so that clusters or stages can have their own.
      - The tag C(certops.kubernetes/source) is set besides.
    type: dict
    default: {}
  validation:
    description:
      - Who makes the validation records. V(route53) has this task do it.
      - With V(manual), the records are in RV(certificate.validation_records), for another task; O(wait=false) returns as
        soon as ACM has made them.
    type: str
    choices: [route53, manual]
    default: route53
  route53:
    description: Where the validation records go, if it is not the public hosted zone of this account that fits best.
    type: dict
    suboptions:
      hosted_zone_id:
        description: ID of the hosted zone.
        type: str
      role_arn:
        description: A role to take on for Route 53 only, of the account that has the zone.
        type: str
      external_id:
        description: What the trust policy of that role asks for.
        type: str
  retry_failed:
    description:
      - Whether another certificate is requested after a request that has failed, which ACM never takes up again.
      - Without it the task fails with the reason, since the same request would fail again and counts against a quota.
    type: bool
    default: false
  wait:
    description: Whether to wait until ACM has issued the certificate, which takes it some minutes.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 900
attributes:
  check_mode:
    description: Asks ACM and Route 53, says what would change, and changes nothing.
    support: full
  diff_mode:
    description: Shows names, serial numbers, tags and records; a key never.
    support: full
notes:
  - The validation records stay when a certificate is removed. ACM has one record for a name and an account, which its other
    certificates, of other regions too, are renewed by.
  - Only what this module has requested or imported is removed by O(dns_names) and O(secret), anything by
    O(certificate_arn); and nothing that is in use.
requirements:
  - boto3 >= 1.34.41
  - cryptography >= 45.0.0
  - kubernetes >= 31.0.0, for O(secret)
seealso:
  - module: certops.kubernetes.ingress_tls
"""

EXAMPLES = r"""
- name: Request a certificate, and wait for it
  certops.kubernetes.acm_certificate:
    dns_names: [www.example.org, '*.shop.example.org']
    region: eu-central-1
  register: acm

- name: Serve it by the AWS Load Balancer Controller
  certops.kubernetes.ingress_tls:
    name: www
    namespace: shop
    hosts: [www.example.org]
    redirect: true
    alb:
      certificate_arns: ["{{ acm.certificate_arn }}"]

- name: Keep what cert-manager renews in ACM, under one ARN
  certops.kubernetes.acm_certificate:
    secret: {namespace: shop, name: www-tls}
    tags: {cluster: production}
    region: eu-central-1

- name: The zone is in another account
  certops.kubernetes.acm_certificate:
    dns_names: [www.example.org]
    route53:
      hosted_zone_id: Z0123456789ABC
      role_arn: arn:aws:iam::210987654321:role/dns

- name: Remove it again
  certops.kubernetes.acm_certificate:
    dns_names: [www.example.org]
    state: absent
"""

RETURN = r"""
certificate_arn:
  description: Its ARN; null where it isn't there yet, as in check mode.
  returned: success, and when the wait fails
  type: str
  sample: arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
certificate:
  description: The certificate as ACM describes it; null where there is none.
  returned: success, and when the wait fails
  type: dict
  contains:
    arn: {description: Its ARN., returned: always, type: str}
    domain_name: {description: Its first name., returned: always, type: str, sample: www.example.org}
    dns_names: {description: All of its names., returned: always, type: list, elements: str}
    status: {description: "V(PENDING_VALIDATION), V(ISSUED), V(FAILED), V(VALIDATION_TIMED_OUT) and so on.", returned: always, type: str}
    type: {description: "V(AMAZON_ISSUED) or V(IMPORTED).", returned: always, type: str}
    key_algorithm: {description: The kind of its key., returned: always, type: str, sample: RSA_2048}
    serial_number: {description: Its serial number., returned: always, type: str}
    not_before: {description: Start of its validity., returned: always, type: str, sample: "2026-01-01T00:00:00Z"}
    not_after: {description: End of its validity., returned: always, type: str, sample: "2026-07-19T23:59:59Z"}
    in_use_by: {description: ARNs of what uses it., returned: always, type: list, elements: str}
    failure_reason: {description: "Why ACM did not issue it, such as V(CAA_ERROR).", returned: always, type: str}
    renewal_eligibility:
      description: "V(ELIGIBLE) where ACM renews it by itself, which it does only for what is in use; V(INELIGIBLE) otherwise."
      returned: always
      type: str
    renewal_status: {description: "How the renewal goes: V(PENDING_AUTO_RENEWAL), V(PENDING_VALIDATION), V(SUCCESS), V(FAILED).", returned: always, type: str}
    renewal_status_reason: {description: Why the renewal failed., returned: always, type: str}
    validation_records:
      description: The CNAME records that validate and renew it.
      returned: always
      type: list
      elements: dict
      contains:
        domain: {description: The name that is validated., returned: always, type: str}
        name: {description: Name of the record; null while ACM has not made it., returned: always, type: str}
        type: {description: Its type., returned: always, type: str, sample: CNAME}
        value: {description: Where it leads., returned: always, type: str}
        status: {description: "V(PENDING_VALIDATION), V(SUCCESS) or V(FAILED).", returned: always, type: str}
    tags: {description: Its tags., returned: always, type: dict}
imported:
  description: "What the Secret holds, with the fields of RV(certops.kubernetes.certificate#module:certificates), and C(chain), the names of the others."
  returned: when O(secret) is given
  type: dict
findings:
  description: Why something isn't as wanted, the cause first; the same structure as in M(certops.kubernetes.certificate).
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils.engine.acm import importing, removal, request
from ..module_utils.glue import acm, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.aws import AWS
from ..module_utils.glue.run import run
from ..module_utils.spec.acm import KEY_ALGORITHMS, from_parameters

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports

ROUTE53 = {"hosted_zone_id": {"type": "str"}, "role_arn": {"type": "str"}, "external_id": {"type": "str"}}

ARGUMENTS = (
    options.AUTH.merge(AWS)
    .merge(options.STATE)
    .merge(options.wait(900))
    .merge(options.DNS)
    .merge(
        ArgumentSpec(
            {
                "dns_names": {"type": "list", "elements": "str"},
                "secret": {"type": "dict", "options": options.REFERENCE, "no_log": False},
                "certificate_arn": {"type": "str"},
                "key_algorithm": {
                    "type": "str",
                    "choices": list(KEY_ALGORITHMS),
                    "default": KEY_ALGORITHMS[0],
                    "no_log": False,
                },
                "tags": {"type": "dict", "default": {}},
                "validation": {"type": "str", "choices": ["route53", "manual"], "default": "route53"},
                "route53": {"type": "dict", "options": ROUTE53, "required_by": {"external_id": ["role_arn"]}},
                "retry_failed": {"type": "bool", "default": False},
            },
            mutually_exclusive=[("dns_names", "secret")],
        )
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Request, import or remove it."""
    spec = from_parameters(module.params)
    work = acm.new_run(module)
    if module.params["state"] == "absent":
        return removal.remove(work, spec)
    return importing.ensure(work, spec) if spec.secret else request.ensure(work, spec)


def main() -> None:
    """Entry point."""
    module = ARGUMENTS.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
