# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_access
short_description: Give a workload in a cluster an IAM policy
version_added: 1.0.0
description:
  - Makes an IAM role with one inline policy that only the Pods of one ServiceAccount can take on, by EKS Pod Identity or by
    IRSA (IAM roles for service accounts); or an IAM user whose access key is put into a Secret.
  - The filters P(certops.kubernetes.dns01_policy#filter) and P(certops.kubernetes.external_dns_policy#filter) make the least
    policies for DNS-01 and for external-dns. The role P(certops.kubernetes.route53_access#role) puts them together with this.
  - What it makes is tagged C(managed-by=certops.kubernetes). What is not is neither changed nor removed.
  - Needs C(sts:GetCallerIdentity) and, by O(method), rights on roles, users, OIDC providers (C(iam:*)) and on
    C(eks:*PodIdentityAssociation), C(eks:DescribeCluster); C(iam:PassRole) for Pod Identity.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.aws
  - certops.kubernetes.common.state
options:
  name:
    description: Name of the IAM role, or of the user.
    type: str
    required: true
  method:
    description:
      - How the workload comes by the policy. V(pod_identity) needs the EKS Pod Identity Agent in the cluster.
      - V(irsa) works in any cluster whose issuer of service account tokens AWS can reach. The ServiceAccount needs the
        annotation of RV(service_account_annotations), which its chart is best given.
      - V(access_key) is for clusters that have neither. It is a key that does not expire.
    type: str
    choices: [pod_identity, irsa, access_key]
    default: pod_identity
  policy:
    description: The policy document. Required with O(state=present).
    type: dict
  cluster_name:
    description: Name of the EKS cluster. Required with O(method=pod_identity); with O(method=irsa), asked for its issuer.
    type: str
  service_account:
    description: The ServiceAccount. Required with O(method=pod_identity) and O(method=irsa); it need not be there yet.
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
  oidc_issuer:
    description:
      - URL of the cluster's issuer of service account tokens, of clusters that EKS does not run.
      - An OIDC provider is made for it if there is none. It is removed with the last role that trusts it.
    type: str
  secret:
    description:
      - The Secret that gets the key, as C(access-key-id) and C(secret-access-key). Required with O(method=access_key).
      - A key that the Secret holds is kept. When it is missing there, a new one is made, and keys of the user that the Secret
        does not hold are removed.
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
  tags:
    description: Further tags of what is made; those of what is there are left as they are.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Shows the policies and what would be made, and changes nothing.
    support: full
  diff_mode:
    description: Shows policies and what they are attached to; a secret key never.
    support: full
requirements:
  - boto3 >= 1.34.41
  - kubernetes >= 31.0.0, for O(method=access_key)
seealso:
  - plugin: certops.kubernetes.dns01_policy
    plugin_type: filter
  - plugin: certops.kubernetes.external_dns_policy
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Let cert-manager answer DNS-01 for two names, by EKS Pod Identity
  certops.kubernetes.iam_access:
    name: dns01
    cluster_name: production
    service_account: {namespace: cert-manager, name: cert-manager}
    policy: "{{ names | certops.kubernetes.dns01_policy(['Z0123456789ABC'], actions=['UPSERT', 'DELETE']) }}"
  vars:
    names: [www.example.org, '*.shop.example.org']

- name: Let external-dns write records, in a cluster with an issuer of its own
  certops.kubernetes.iam_access:
    name: external-dns
    method: irsa
    oidc_issuer: https://oidc.example.org/cluster
    service_account: {namespace: external-dns, name: external-dns}
    policy: "{{ ['example.org'] | certops.kubernetes.external_dns_policy(['Z0123456789ABC']) }}"

- name: A key in a Secret, where nothing else is to be had
  certops.kubernetes.iam_access:
    name: dns01
    method: access_key
    secret: {namespace: cert-manager, name: route53}
    policy: "{{ ['www.example.org'] | certops.kubernetes.dns01_policy(['Z0123456789ABC']) }}"
"""

RETURN = r"""
name:
  description: Name of the role or the user.
  returned: success
  type: str
role_arn:
  description: ARN of the role; null for a user. In check mode, the one that it will have.
  returned: present
  type: str
policy:
  description: The policy document.
  returned: present
  type: dict
trust_policy:
  description: Who may take on the role; null for a user.
  returned: present
  type: dict
oidc_provider_arn:
  description: ARN of the OIDC provider; null without O(method=irsa).
  returned: present
  type: str
service_account_annotations:
  description: What the ServiceAccount has to be annotated with; empty without O(method=irsa).
  returned: present
  type: dict
  sample: {eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/external-dns"}
access_key_id:
  description: ID of the key in the Secret; null without O(method=access_key), and in check mode where it will be made.
  returned: present
  type: str
findings:
  description: What isn't as wanted; the same structure as in M(certops.kubernetes.certificate).
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils.engine.access import access
from ..module_utils.glue import access as parts
from ..module_utils.glue import options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.aws import AWS
from ..module_utils.glue.run import run
from ..module_utils.spec.access import METHODS, from_parameters

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports

ARGUMENTS = (
    options.AUTH.merge(AWS)
    .merge(options.STATE)
    .merge(
        ArgumentSpec(
            {
                "name": {"type": "str", "required": True},
                "method": {"type": "str", "choices": list(METHODS), "default": METHODS[0]},
                "policy": {"type": "dict"},
                "cluster_name": {"type": "str"},
                "service_account": {"type": "dict", "options": options.REFERENCE},
                "oidc_issuer": {"type": "str"},
                "secret": {"type": "dict", "options": options.REFERENCE, "no_log": False},
                "tags": {"type": "dict", "default": {}},
            }
        )
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Give the right, or take it away."""
    spec = from_parameters(module.params)
    work = parts.new_run(module)
    return access.ensure(work, spec) if module.params["state"] == "present" else access.remove(work, spec)


def main() -> None:
    """Entry point."""
    module = ARGUMENTS.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
