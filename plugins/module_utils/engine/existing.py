# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of which only the renewal is asked for (spec.as_it_is): their definition is the one that is there."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .. import errors
from ..diagnose.finding import ERROR, Finding, in_words

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..spec.certificate import CertificateSpec

Key = tuple[str, str]


def defined(
    wanted: Sequence[CertificateSpec], bodies: Mapping[Key, Mapping[str, t.Any] | None]
) -> list[CertificateSpec]:
    """The same with the definitions that are there.

    :param bodies: namespace and name → the definition that is there; only asked for those that need it
    :raises CertopsError: there is nothing to renew
    """
    missing = [spec.title for spec in wanted if spec.as_it_is and not bodies.get((spec.namespace, spec.name))]
    if missing:
        remedy = "secret_name and issuer_ref are needed to make one"
        findings = [Finding("certificate.missing", ERROR, title, "does not exist.", remedy) for title in missing]
        raise errors.CertopsError(in_words("There is nothing to renew.", findings), findings)
    return [replace(spec, body=bodies[spec.namespace, spec.name] or {}) if spec.as_it_is else spec for spec in wanted]
