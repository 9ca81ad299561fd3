# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING, Finding
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Outcome
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady, SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue.run import run

NOTE = Finding("secret.missing", WARNING, "Secret shop/www-tls", "does not exist.")
CAUSE = Finding("issuer.missing", ERROR, "Issuer shop/ca", "does not exist.", "create it")


class Ended(Exception):
    """As AnsibleModule ends: by leaving."""


class Module:
    def __init__(self):
        self.result, self.failed, self.warnings = {}, None, []

    def exit_json(self, **result):
        self.result, self.failed = result, False
        raise Ended

    def fail_json(self, msg, **result):
        self.result, self.failed = {"msg": msg, **result}, True
        raise Ended

    def warn(self, text):
        self.warnings.append(text)


def ended(use_case):
    module = Module()
    with pytest.raises(Ended):
        run(module, use_case)
    return module


def raising(error):
    def use_case():
        raise error

    return use_case


def test_an_outcome_becomes_the_result():
    module = ended(lambda: Outcome(True, {"issuer": {"name": "ca"}}, [{"before": {}, "after": {}}], [NOTE]))
    assert not module.failed
    assert module.result == {
        "changed": True,
        "issuer": {"name": "ca"},
        "findings": [NOTE.as_dict()],
        "diff": [{"before": {}, "after": {}}],
    }


def test_warnings_are_shown_and_errors_are_not():
    module = ended(lambda: Outcome(False, {}, findings=[NOTE, CAUSE]))
    assert module.warnings == ["[secret.missing] Secret shop/www-tls: does not exist."]
    assert len(module.result["findings"]) == 2
    assert "diff" not in module.result


def test_a_failure_brings_its_findings_and_what_is_known_all_the_same():
    module = ended(raising(NotReady("Not ready.", [CAUSE], {"changed": True, "certificate": {"ready": False}})))
    assert module.failed
    assert module.result == {
        "msg": "Not ready.",
        "changed": True,
        "certificate": {"ready": False},
        "findings": [CAUSE.as_dict()],
    }


def test_a_refusal_changed_nothing():
    module = ended(raising(SpecError(["name: missing", "namespace: missing"])))
    assert module.result == {"msg": "name: missing; namespace: missing", "changed": False, "findings": []}


@pytest.mark.parametrize(
    ("error", "library"),
    [
        (ImportError("no", name="kubernetes"), "kubernetes"),
        (ModuleNotFoundError("no", name="cryptography.x509"), "cryptography"),
        (ImportError("something"), "something"),
    ],
)
def test_a_missing_library_is_named(error, library):
    module = ended(raising(error))
    assert module.failed
    assert f"Failed to import the required Python library ({library})" in module.result["msg"]
    assert "Traceback" in module.result["exception"]


def test_other_errors_are_bugs_and_stay_what_they_are():
    with pytest.raises(ZeroDivisionError):
        run(Module(), raising(ZeroDivisionError()))
