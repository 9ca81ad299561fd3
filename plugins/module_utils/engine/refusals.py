# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API server refused, in the user's words: which option, whose field, which version, and what to do."""

from __future__ import annotations

import re
import typing as t

from .. import errors
from ..diagnose.finding import ERROR, Finding
from ..spec import convert, since

if t.TYPE_CHECKING:
    from ..spec import kinds

_UNKNOWN_FIELD = re.compile(
    r'unknown field "(?:spec\.)?([\w.\[\]]+)"|\.spec\.([\w.\[\]]+): field not declared in schema'
)


def explained(error: errors.CertopsError, title: str, kind: kinds.Kind) -> errors.CertopsError:
    """The same failure as one clear sentence with a finding."""
    if not isinstance(error, errors.ApiError):
        return error
    finding = _finding(error, title, kind)
    return (
        errors.CertopsError(f"{finding.object}: {finding.message} → {finding.remedy}", [finding]) if finding else error
    )


def _finding(error: errors.ApiError, title: str, kind: kinds.Kind) -> Finding | None:
    if isinstance(error, errors.NotFound):
        return _not_found(error, title, kind)
    if isinstance(error, errors.Conflict) and error.causes:
        return _conflict(error, title)
    if isinstance(error, errors.Forbidden):
        return Finding(
            "rbac.forbidden",
            ERROR,
            title,
            f"not allowed to {error.action}: {error.detail}",
            "give the user this verb on this resource in a Role",
        )
    from ..diagnose.checks import refused  # not loaded while all goes well

    failing = refused.webhook_failing(title, error.detail)
    if failing:
        return failing
    fields = sorted({first or second for first, second in _UNKNOWN_FIELD.findall(error.detail)})
    return _unknown_fields(fields, title, kind) if fields else None


def _not_found(error: errors.NotFound, title: str, kind: kinds.Kind) -> Finding:
    missing = re.search(r'namespaces "([^"]+)" not found', error.detail)
    if missing:
        return Finding(
            "namespace.missing", ERROR, title, f"the namespace {missing[1]!r} does not exist.", "create it first"
        )
    group = kind.api_version.partition("/")[0]
    remedy = (
        "install cert-manager, for example with the role certops.kubernetes.cert_manager"
        if group.endswith("cert-manager.io")
        else f"install what brings {kind.api_version}"
    )
    return Finding("crd.missing", ERROR, title, f"the cluster has no kind {kind.kind} of {kind.api_version}.", remedy)


def _conflict(error: errors.Conflict, title: str) -> Finding:
    owned = [f"{cause.get('field', '').lstrip('.')} ({_manager(str(cause.get('message')))})" for cause in error.causes]
    return Finding(
        "field.conflict",
        ERROR,
        title,
        f"other field managers hold other values: {', '.join(owned)}.",
        "leave these options out, change them there, or take them over with force_conflicts: true",
        {"fields": owned},
    )


def _manager(message: str) -> str:
    found = re.search(r'"([^"]+)"', message)
    return found[1] if found else message


def _unknown_fields(fields: list[str], title: str, kind: kinds.Kind) -> Finding:
    said = []
    for field in fields:
        plain = re.sub(r"\[[^\]]*\]", "", field)
        option = ".".join(convert.snake(part) for part in plain.split("."))
        version = since.version_with(plain)
        said.append(f"{option} (needs cert-manager {version} or newer)" if version else option)
    return Finding(
        "field.unknown",
        ERROR,
        title,
        f"the installed {kind.kind} CRD does not know {', '.join(said)} and would drop it.",
        "upgrade cert-manager, or leave the option out",
        {"fields": fields},
    )
