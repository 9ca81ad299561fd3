# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One certificate or a list of them: the same options, checked the same way, all broken rules at once."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .. import errors
from ..spec import certificate
from ..spec.certificate_options import SPEC
from .argspec import ArgumentSpec

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..spec.certificate import CertificateSpec

RENEW = ("auto", "always", "issuer_changed", "key_exposed", "never")

ONE = ArgumentSpec(
    {
        "name": {"type": "str"},
        "namespace": {"type": "str"},
        "renew": {"type": "str", "choices": list(RENEW), "default": "auto"},
        "within": {"type": "str"},
        "retry_failed": {"type": "bool", "default": False},
        "revoke": {"type": "bool", "default": False},
        **SPEC,
    }
)


def wanted(module: AnsibleModule) -> list[CertificateSpec]:
    """The certificates the parameters describe.

    :raises SpecError: with every broken rule of all of them
    """
    problems: list[str] = []
    specs: list[CertificateSpec] = []
    for parameters in parameter_sets(module, problems):
        try:
            specs.append(certificate.from_parameters(parameters))
        except errors.SpecError as error:
            problems += error.problems
    problems += _doubles(specs)
    if problems:
        raise errors.SpecError(problems)
    return specs


def parameter_sets(module: AnsibleModule, problems: list[str]) -> list[dict[str, t.Any]]:
    """The parameters of each certificate; what is not even of the right type goes to ``problems``."""
    if module.params.get("certificates") is None:
        return [_named(module.params, "", problems)]
    sets = []
    for index, raw in enumerate(module.params["certificates"]):
        where = f"certificates[{index}]"
        given = {"namespace": module.params.get("namespace"), **raw}
        parameters = validated(module, ONE, given, where, problems)
        if parameters is not None:
            sets.append(_named(parameters, f"{where}.", problems) | {"in_list": True})
    return [item for item in sets if item.get("name") and item.get("namespace")]


def validated(
    module: AnsibleModule, spec: ArgumentSpec, raw: dict[str, t.Any], where: str, problems: list[str]
) -> dict[str, t.Any] | None:
    """Check the types and choices of a nested parameter set, None when they are wrong."""
    result = ArgumentSpecValidator(spec.argument_spec).validate(raw)
    module.no_log_values.update(result._no_log_values)
    for error in result.errors.errors:
        unsupported = "unsupported option " if isinstance(error, UnsupportedError) else ""
        problems.append(f"{where}: {unsupported}{error.msg}")
    if result.error_messages:
        return None
    return dict(result.validated_parameters)


def _named(parameters: dict[str, t.Any], where: str, problems: list[str]) -> dict[str, t.Any]:
    problems += [f"{where}{option}: missing" for option in ("name", "namespace") if not parameters.get(option)]
    return dict(parameters)


def _doubles(specs: list[CertificateSpec]) -> list[str]:
    """Two of a list may not be one object, nor share a Secret: cert-manager would issue in turns without end."""
    problems = []
    for what, keys in (
        ("is listed more than once", [spec.title for spec in specs]),
        (
            "is the secret_name of more than one certificate",
            [f"{s.namespace}/{s.secret_name}" for s in specs if not s.as_it_is],
        ),
    ):
        problems += [f"certificates: {key} {what}" for key in sorted({key for key in keys if keys.count(key) > 1})]
    return problems
