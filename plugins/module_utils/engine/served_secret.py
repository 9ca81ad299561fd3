# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Secret that is served as it is: whether it can serve these hosts."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose import readiness
from ..diagnose.finding import WARNING, Finding
from ..spec import kinds
from ..x509 import names
from ..x509.leaf import X509Error

if t.TYPE_CHECKING:
    from ..spec.ingress import IngressSpec
    from . import ports


def notes(run: ports.Run, wanted: IngressSpec) -> list[Finding]:
    """Warnings: the Secret is missing, is no certificate, or doesn't cover a host."""
    title = kinds.SECRET.title(wanted.namespace, wanted.secret_name)
    try:
        secret = run.cluster.get(kinds.SECRET, wanted.namespace, wanted.secret_name)
    except errors.ApiError as error:
        remedy = "see that this user may read it, and that the API server answers"
        return [Finding("secret.not_readable", WARNING, title, f"could not be read: {error.detail}", remedy)]
    if secret is None:
        remedy = "create it, or name an issuer with issuer_ref"
        return [Finding("secret.missing", WARNING, title, "does not exist.", remedy)]
    remedy = "put a certificate for these hosts into it, or name an issuer with issuer_ref"
    try:
        leaf = readiness.leaf_of(secret)
    except X509Error as error:
        return [Finding("secret.unreadable", WARNING, title, f"{error}.", remedy)]
    missed = [host for host in wanted.hosts if not names.covers(leaf, host)]
    if not missed:
        return []
    message = f"its certificate does not cover {', '.join(missed)}."
    return [Finding("secret.does_not_cover", WARNING, title, message, remedy, {"dns_names": list(leaf.dns_names)})]
