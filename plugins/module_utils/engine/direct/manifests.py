# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Secret as it is to be, from what was issued and the passwords that the cluster keeps."""

from __future__ import annotations

import typing as t

from ... import errors
from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds, secret_formats, tls_secret
from ...x509.leaf import X509Error

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ...x509.keys import PrivateKey
    from ...x509.signing import Issued
    from .. import ports
    from .observe import Seen


def secret(run: ports.Run, seen: Seen, issued: Issued, key: PrivateKey) -> dict[str, t.Any]:
    """The whole manifest.

    :raises NotReady: a keystore has no password, or can't be written
    """
    try:
        passwords = _passwords(run, seen)
        return tls_secret.manifest(seen.wanted, issued, key, run.clock.now(), passwords, seen.secret)
    except X509Error as error:
        raise _not_ready(
            seen, "certificate.not_written", f"{error}.", "correct that option, and run the task again"
        ) from None


def _passwords(run: ports.Run, seen: Seen) -> Mapping[str, str]:
    """Of the keystores, read only where they are wanted."""
    references = secret_formats.password_references(seen.wanted.body)
    return {store: _password(run, seen, store, *reference) for store, reference in references.items()}


def _password(run: ports.Run, seen: Seen, store: str, name: str, key: str) -> str:
    title = kinds.SECRET.title(seen.wanted.namespace, name)
    live = run.cluster.get(kinds.SECRET, seen.wanted.namespace, name)
    try:
        text = readiness.value(live, key).decode() if live else ""
    except (X509Error, ValueError):
        text = ""
    if not text:
        said = f"{title} has no password for keystores.{store} as {key}."
        remedy = "make that Secret, or correct keystores"
        raise _not_ready(seen, "certificate.keystore_password_missing", said, remedy)
    return text


def _not_ready(seen: Seen, code: str, said: str, remedy: str) -> errors.NotReady:
    finding = Finding(code, ERROR, seen.wanted.title, said, remedy)
    return errors.NotReady(in_words(f"{seen.wanted.title} was not written.", [finding]), [finding])
