# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge: a use case becomes a result, an error becomes one ``fail_json``."""

from __future__ import annotations

import traceback
import typing as t

from ansible.module_utils.basic import missing_required_lib

from .. import errors

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible.module_utils.basic import AnsibleModule

    from ..engine import ports


def run(module: AnsibleModule, use_case: Callable[[], ports.Outcome]) -> None:
    """Run the use case and end the module with what came out of it."""
    try:
        outcome = use_case()
    except ImportError as error:
        library = (error.name or "").partition(".")[0] or str(error)
        module.fail_json(msg=missing_required_lib(library), exception=traceback.format_exc())
    except errors.CertopsError as error:
        facts = {"changed": False, **error.facts}
        module.fail_json(msg=str(error), findings=[finding.as_dict() for finding in error.findings], **facts)
    for finding in outcome.findings:
        if finding.severity == "warning":
            module.warn(f"[{finding.code}] {finding.object}: {finding.message}")
    result = {
        "changed": outcome.changed,
        "findings": [finding.as_dict() for finding in outcome.findings],
        **outcome.facts,
    }
    if outcome.diff:
        result["diff"] = list(outcome.diff)
    module.exit_json(**result)
