# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cert-manager reads from an Ingress, and what only an explicit Certificate can say.

Source: cert-manager v1.21, pkg/controller/certificate-shim/helper.go.
"""

from __future__ import annotations

import json
import typing as t

from . import convert
from .certificate_options import SPEC

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CM = "cert-manager.io/"


def _commas(value: t.Sequence[str]) -> str:
    return ",".join(value)


def _csv(value: t.Sequence[str]) -> str:
    """One line of CSV (RFC 4180), so that "Shop, Inc." stays one organization (pkg/util, SplitWithEscapeCSV)."""
    return ",".join('"' + one.replace('"', '""') + '"' if set(one) & set(',"\r\n') else one for one in value)


def _template(value: Mapping[str, t.Any]) -> str:
    return json.dumps({key: inner for key, inner in value.items() if inner is not None}, sort_keys=True)


# Certificate option (dotted) → annotation and how its value is written.
ANNOTATIONS: dict[str, tuple[str, Callable[[t.Any], str]]] = {
    "common_name": ("common-name", str),
    "email_addresses": ("email-sans", _commas),
    "ip_addresses": ("ip-sans", _commas),
    "subject.organizations": ("subject-organizations", _csv),
    "subject.organizational_units": ("subject-organizationalunits", _csv),
    "subject.countries": ("subject-countries", _csv),
    "subject.provinces": ("subject-provinces", _csv),
    "subject.localities": ("subject-localities", _csv),
    "subject.postal_codes": ("subject-postalcodes", _csv),
    "subject.street_addresses": ("subject-streetaddresses", _csv),
    "subject.serial_number": ("subject-serialnumber", str),
    "duration": ("duration", str),
    "renew_before": ("renew-before", str),
    "renew_before_percentage": ("renew-before-percentage", str),
    "usages": ("usages", _commas),
    "revision_history_limit": ("revision-history-limit", str),
    "private_key.algorithm": ("private-key-algorithm", str),
    "private_key.encoding": ("private-key-encoding", str),
    "private_key.size": ("private-key-size", str),
    "private_key.rotation_policy": ("private-key-rotation-policy", str),
    "secret_template": ("secret-template", _template),
}

# Annotations that only newer versions read: an older one would drop them without a word.
_YOUNG = frozenset({"ip_addresses"})


def issuer(reference: Mapping[str, str]) -> dict[str, str]:
    """The annotations that name the issuer."""
    kind, group = reference.get("kind") or "Issuer", reference.get("group") or "cert-manager.io"
    if group == "cert-manager.io":
        return {_CM + ("cluster-issuer" if kind == "ClusterIssuer" else "issuer"): reference["name"]}
    return {_CM + "issuer": reference["name"], _CM + "issuer-kind": kind, _CM + "issuer-group": group}


def needs_certificate(options: Mapping[str, t.Any]) -> tuple[str, ...]:
    """The options that no annotation can say, so that the Certificate must be made explicitly."""
    return tuple(path for path, value in given(options) if path not in ANNOTATIONS or _is_refused(path, value))


def _is_refused(path: str, value: t.Any) -> bool:
    """In annotations, a template may not even have the one annotation of cert-manager's that is allowed otherwise."""
    if path == "secret_template":
        return any(key.startswith(_CM) for key in value.get("annotations") or {})
    return path in _YOUNG


def translated(options: Mapping[str, t.Any]) -> dict[str, str]:
    """The annotations for options that have one."""
    return {_CM + ANNOTATIONS[path][0]: ANNOTATIONS[path][1](value) for path, value in given(options)}


def given(options: Mapping[str, t.Any], prefix: str = "") -> t.Iterator[tuple[str, t.Any]]:
    """The options that say something, by dotted path, as deep as the table above goes."""
    for name, value in options.items():
        path = f"{prefix}{name}"
        if value in (None, [], {}):
            continue
        if path in ("subject", "private_key"):
            yield from given(value, f"{path}.")
        else:
            yield path, value


def certificate_body(
    options: Mapping[str, t.Any], hosts: t.Sequence[str], secret_name: str, reference: Mapping[str, str]
) -> dict[str, t.Any]:
    """The explicit Certificate's spec: the hosts, and whatever else is asked for."""
    names = list(dict.fromkeys([*hosts, *(options.get("dns_names") or ())]))
    extra = {"secret_name": secret_name, "issuer_ref": dict(reference), "dns_names": names}
    return convert.manifest(SPEC, {**options, **extra})
