# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options and attributes that several modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments by their topic."""

    STATE = r"""
options:
  state:
    description: Whether it is there.
    type: str
    choices: [present, absent]
    default: present
"""

    DELETE_SECRET = r"""
options:
  delete_secret:
    description: With O(state=absent), remove the Secret too.
    type: bool
    default: false
"""

    ENGINE = r"""
options:
  engine:
    description:
      - Who does the work. V(cert_manager) leaves it to the controller in the cluster.
      - V(direct) has each task do it that runs M(certops.kubernetes.certificate) for this issuer. It needs neither a
        controller nor custom resources. What is to be remembered is kept in ConfigMaps, keys in Secrets.
      - V(direct) can do O(self_signed), O(ca) and O(acme), the latter with the solvers O(acme.solvers[].http01) through an
        Ingress, O(acme.solvers[].dns01.route53) and O(acme.solvers[].dns01.rfc2136).
    type: str
    choices: [cert_manager, direct]
    default: cert_manager
"""

    FOLLOWED_ENGINE = r"""
options:
  engine:
    description:
      - Who does the work. V(auto) follows the issuer, and takes one request to see which engine keeps it.
      - V(cert_manager) leaves it to the controller in the cluster.
      - V(direct) has this task do it. It waits for nobody, so O(wait) changes nothing, and what is due for renewal is
        renewed when the task is run.
    type: str
    choices: [auto, cert_manager, direct]
    default: auto
"""

    CLUSTER_ISSUERS = r"""
options:
  cluster_resource_namespace:
    description: Where ClusterIssuers of the direct engine are kept, with their Secrets.
    type: str
    default: cert-manager
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until it is as wanted.
      - The wait watches the cluster. It ends with success only when the controller has seen this version of the object
        and what it produced was read and checked, and ends at once with a failure that time won't mend.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
"""

    DNS = r"""
options:
  dns_servers:
    description:
      - Addresses of the recursive resolvers that are asked where DNS matters, from the machine that the task runs on.
        That machine's own resolvers by default. Name public ones where those have another view than the world has.
      - If not given, the environment variable E(CERTOPS_DNS_SERVERS) is used, addresses with commas between them.
      - Needs C(dnspython) there.
    type: list
    elements: str
"""

    PREFLIGHT = r"""
options:
  preflight:
    description:
      - What to do about what can be known before a certificate is ordered. It is looked at only where something will be
        ordered, in check mode too, and takes some seconds at most.
      - Whether the issuer exists and is ready; whether the Secret is of another type, or another Certificate's or
        Ingress's. With an ACME issuer also which solver answers for each name, whether its IngressClass exists and is
        served, whether DNS leads to the Ingress, who answers the challenge's path on port 80, whether CAA records allow
        the CA, the account and the method, and where the TXT record of DNS-01 would go. With Let's Encrypt also the
        lifetime of the profile, and the limits, counted from what is in the cluster.
      - V(warn) warns and goes on. V(fail) fails where one of the findings is an error, before anything is changed; in
        check mode not over what an earlier task of the play may make. V(off) does not look.
      - V(warn) is the default since DNS and port 80 are seen from where the task runs, which is not always what the
        CA sees, and since records, issuers and controllers may be on their way.
    type: str
    choices: [fail, warn, 'off']
    default: warn
"""

    FORCE = r"""
options:
  force_conflicts:
    description:
      - Whether to take over fields that another field manager set to another value.
      - Without it the task fails and names the fields and their managers.
    type: bool
    default: false
"""

    ATTRIBUTES = r"""
attributes:
  check_mode:
    description: Says what would change, by the server's dry run where the kinds exist, and changes nothing.
    support: full
  diff_mode:
    description: Shows the fields that change and no others; values of Secrets never.
    support: full
requirements:
  - kubernetes >= 31.0.0
  - cryptography >= 45.0.0
"""

    INFO = r"""
attributes:
  check_mode:
    description: Reads only, so that it does the same in check mode.
    support: full
  diff_mode:
    description: Never changes anything.
    support: none
"""
