# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dns_record_info
short_description: See what DNS says of a host, and whether it leads to its Ingress
version_added: 1.0.0
description:
  - Looks at the addresses, CAA records and the C(_acme-challenge) TXT records of hosts, through a recursive resolver, and
    on each server of their zones.
  - Tells whether a host leads to an Ingress, or to given addresses, and what is not right.
  - Runs where the task runs, and sees DNS from there. Only O(ingress) needs a cluster and the C(kubernetes) package.
  - What is found is no failure of the task, and nothing is changed.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.info
  - certops.kubernetes.common.dns
options:
  hosts:
    description: The hosts, their names in ASCII; a wildcard stands for itself.
    type: list
    elements: str
    required: true
  ingress:
    description: An Ingress whose C(status.loadBalancer) has the addresses that the hosts should lead to.
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
  addresses:
    description: IP addresses or names that the hosts should lead to, beside those of O(ingress).
    type: list
    elements: str
    default: []
requirements:
  - dnspython >= 2.6.1
  - kubernetes >= 31.0.0, for O(ingress)
seealso:
  - module: certops.kubernetes.tls_probe
"""

EXAMPLES = r"""
- name: See whether a host leads to its Ingress
  certops.kubernetes.dns_record_info:
    hosts: [www.example.org]
    ingress: {name: www, namespace: shop}
  register: dns

- name: It has to
  ansible.builtin.assert:
    that: dns.records[0].leads_there
    fail_msg: "{{ dns.findings | map(attribute='message') | join(' ') }}"

- name: Ask public resolvers instead of this machine's own
  certops.kubernetes.dns_record_info:
    hosts: [www.example.org, shop.example.org]
    addresses: [lb.example.net]
    dns_servers: [192.0.2.53]
"""

RETURN = r"""
records:
  description: What DNS says of each host, in the order of O(hosts).
  returned: success
  type: list
  elements: dict
  contains:
    host: {description: The host., returned: always, type: str, sample: www.example.org}
    addresses:
      description: Its IPv4 and IPv6 addresses, through the resolver.
      returned: always
      type: list
      elements: str
      sample: [192.0.2.7]
    canonical_name: {description: "Where its CNAMEs lead, null where it has none.", returned: always, type: str}
    error:
      description: "Why it has no address: V(NXDOMAIN), V(NODATA), V(SERVFAIL), V(REFUSED), V(TIMEOUT); null where it has one."
      returned: always
      type: str
    expected_addresses:
      description: The addresses of O(ingress) and O(addresses), names resolved.
      returned: always
      type: list
      elements: str
    leads_there:
      description:
        - Whether all of its addresses are expected ones.
        - Null where none are expected, or where it has public ones and the expected are private, or the other way round.
      returned: always
      type: bool
    zone:
      description: "Its zone: C(apex), and C(servers) with C(name) and C(address); null where none was found."
      returned: always
      type: dict
    resolved:
      description: &answers
        - "Answers: C(name), C(rdtype), C(status), C(values), C(canonical_name), C(server), C(ttl), C(authoritative)."
      returned: always
      type: list
      elements: dict
    authoritative:
      description: *answers
      returned: always
      type: list
      elements: dict
    caa:
      description:
        - The CAA records that hold for it (RFC 8659), C(records), and C(owner), the name at or above it that has them.
        - Null where there are none, or that isn't known.
      returned: always
      type: dict
    acme_challenge:
      description:
        - "Where DNS-01 looks (RFC 8555): C(name), C(canonical_name), C(zone), C(values) of TXT through the resolver, and
          C(authoritative), the answers of the zone's servers."
      returned: always
      type: dict
findings:
  description:
    - What is not right, in the structure of M(certops.kubernetes.certificate).
    - Codes of errors are V(ingress.missing), V(ingress.no_address), V(dns.nxdomain), V(dns.no_address), V(dns.failed)
      and V(dns.wrong_address). Warnings are V(dns.no_answer), V(dns.server_failed), V(dns.servers_differ),
      V(dns01.cname_dangling) and V(caa.failed).
  returned: success
  type: list
  elements: dict
"""

import typing as t

from ..module_utils import errors
from ..module_utils.dns.resolver import Resolver
from ..module_utils.engine import dns_records
from ..module_utils.glue import cluster, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import rules

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports
    from ..module_utils.spec import kinds

SPEC = options.AUTH.merge(options.DNS).merge(
    ArgumentSpec(
        {
            "hosts": {"type": "list", "elements": "str", "required": True},
            "ingress": {"type": "dict", "options": options.REFERENCE},
            "addresses": {"type": "list", "elements": "str", "default": []},
        }
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Look at the records."""
    p = module.params
    problems = [problem for host in p["hosts"] for problem in rules.dns_name("hosts", host)]
    if problems:
        raise errors.SpecError(problems)
    place = (p["ingress"]["namespace"], p["ingress"]["name"]) if p["ingress"] else None

    def read(kind: kinds.Kind, namespace: str, name: str) -> ports.Object | None:
        return cluster.connect(p).get(kind, namespace, name)

    return dns_records.look(Resolver(p["dns_servers"] or ()), p["hosts"], p["addresses"], place, read)


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
