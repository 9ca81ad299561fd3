# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cert_manager_info
short_description: See whether cert-manager works in a cluster
version_added: 1.0.0
description:
  - Returns the version of cert-manager and of its CRDs, and whether its admission webhook works.
  - The webhook works when the API server, in a dry run, admits a valid Certificate and rejects an invalid one.
    Pods that are ready don't prove that; a first Issuer created too early is the most frequent failure of an installation.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.info
options:
  namespace:
    description: An existing namespace that the objects of the dry run name.
    type: str
    default: default
  wait:
    description: Whether to wait until the webhook works, and to fail when it doesn't in time.
    type: bool
    default: false
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Wait until cert-manager takes objects
  certops.kubernetes.cert_manager_info:
    wait: true
"""

RETURN = r"""
cert_manager:
  description: What was found.
  returned: always
  type: dict
  contains:
    installed: {description: Whether there is a controller or a CRD of it., returned: always, type: bool}
    version: {description: Version of the controller., returned: always, type: str, sample: v1.21.2}
    crds_version: {description: Version of the CRDs., returned: always, type: str, sample: v1.21.2}
    webhook:
      description: Whether objects are admitted and checked.
      returned: always
      type: dict
      contains:
        ready: {description: Whether it works., returned: always, type: bool}
        reason: {description: Code of the finding when it doesn't., returned: always, type: str}
        message: {description: What is the matter., returned: always, type: str}
findings:
  description: Why it doesn't work; the same structure as in M(certops.kubernetes.certificate).
  returned: always
  type: list
  elements: dict
"""


from ..module_utils.engine import installation
from ..module_utils.glue import cluster, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run

SPEC = options.AUTH.merge(
    ArgumentSpec(
        {
            "namespace": {"type": "str", "default": "default"},
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 120},
        }
    )
)


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: installation.look(cluster.new_run(module), module.params["namespace"]))


if __name__ == "__main__":
    main()
