# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_engine
short_description: Choose the engine that keeps the certificates of a namespace
version_added: 1.0.0
description:
  - Moves certificates from cert-manager to the direct engine, or back. The Secrets stay as they are, with the same
    certificate, the same serial number and the same key; nothing is issued, and no ACME server is asked.
  - "The issuers that they name are moved along: an Issuer object becomes the record in a ConfigMap that the direct engine
    keeps, and the other way round. Account keys and credentials stay in their Secrets. An ACME account stays the same."
  - "All that can't be moved is said at once, before anything is changed: options that the other engine lacks, issuers
    that it can't have, and certificates that it would issue anew."
  - An issuer is removed from where it was once no certificate there names it any more. A ClusterIssuer of cert-manager
    stays, since other namespaces may use it.
  - "A Certificate that cert-manager has made from the annotations of an Ingress is moved with that Ingress: the
    annotations C(cert-manager.io/*) are taken away, else cert-manager would make it again. Moved back, they are restored;
    on an Ingress of M(certops.kubernetes.ingress_tls), by that module's next run."
  - A run that was cut off is gone on with by the next one. For a moment both engines keep a certificate, never none.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.cluster_issuers
  - certops.kubernetes.common.attributes
options:
  engine:
    description: The engine that is to keep them.
    type: str
    choices: [cert_manager, direct]
    required: true
  namespace:
    description: Namespace of the certificates.
    type: str
    required: true
  names:
    description: Names of the certificates. The default is all that the other engine keeps in the namespace.
    type: list
    elements: str
  wait_timeout:
    description: How many seconds to wait at most, for cert-manager to say that it goes on with what it was given.
    type: int
    default: 120
seealso:
  - module: certops.kubernetes.certificate
  - module: certops.kubernetes.issuer
"""

EXAMPLES = r"""
- name: Do without cert-manager in a namespace
  certops.kubernetes.certificate_engine:
    namespace: shop
    engine: direct

- name: Give one certificate back to cert-manager
  certops.kubernetes.certificate_engine:
    namespace: shop
    names: [www]
    engine: cert_manager
"""

RETURN = r"""
certificates:
  description: The certificates that were moved, or would be in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Name., returned: always, type: str, sample: www}
    namespace: {description: Namespace., returned: always, type: str, sample: shop}
    secret_name: {description: The Secret that it keeps., returned: always, type: str, sample: www-tls}
    engine: {description: The engine that keeps it now., returned: always, type: str, sample: direct}
    ingress: {description: "The Ingress that cert-manager has made it for, else null.", returned: always, type: str}
    serial_number: {description: "Serial number of its certificate, before and after.", returned: always, type: int}
    not_after: {description: End of its validity (RFC 3339)., returned: always, type: str}
issuers:
  description: The issuers of these certificates.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Name., returned: always, type: str, sample: letsencrypt}
    namespace: {description: "Namespace, null for a ClusterIssuer.", returned: always, type: str, sample: shop}
    kind: {description: "V(Issuer) or V(ClusterIssuer).", returned: always, type: str, sample: Issuer}
    created: {description: Whether the engine did not have it before., returned: always, type: bool}
    removed: {description: "Whether it is gone from the other engine; null in check mode.", returned: always, type: bool}
findings:
  description: What is in the way; the same structure as in M(certops.kubernetes.certificate).
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ..module_utils import errors
from ..module_utils.engine.moving.move import move
from ..module_utils.glue import cluster, direct, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.spec import rules

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports

SPEC = options.AUTH.merge(options.CLUSTER_ISSUERS).merge(
    ArgumentSpec(
        {
            "engine": {"type": "str", "choices": ["cert_manager", "direct"], "required": True},
            "namespace": {"type": "str", "required": True},
            "names": {"type": "list", "elements": "str"},
            "wait_timeout": {"type": "int", "default": 120},
        }
    )
)


def act(module: AnsibleModule) -> ports.Outcome:
    """Move what is asked for."""
    p = module.params
    problems = [*rules.namespace("namespace", p["namespace"])]
    problems += [problem for name in p["names"] or () for problem in rules.object_name("names", name)]
    if p["names"] == []:
        problems.append("names: empty; leave the option out for all certificates of the namespace")
    if problems:
        raise errors.SpecError(problems)
    return move(cluster.new_run(module), direct.parts(), p["engine"], p["namespace"], p["names"])


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
