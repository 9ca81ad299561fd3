# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Secret with an account's key, and with the one that is to follow it while the key is being changed.

    {tls.key: old}  ──►  {tls.key: old, tls.key.next: new}  ──► the server is asked ──►  {tls.key: new}

So neither key is lost wherever a run is cut off: the next one asks the server which of the two it has.
"""

from __future__ import annotations

import base64
import contextlib
import typing as t
from dataclasses import dataclass

from ... import errors
from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds
from ...spec.direct import failure
from ...x509 import keys
from ...x509.leaf import X509Error

if t.TYPE_CHECKING:
    from datetime import datetime

    from .. import ports
    from .observe import Issuer

# cert-manager takes no other account key than RSA, so that either engine can go on with the other's account.
_KEY = keys.KeySpec("RSA", 2048)
_DEFAULT_KEY = "tls.key"
_ATTEMPTS = 5


@dataclass(frozen=True)
class Kept:
    """What is in the Secret.

    :param current: the account's key in PEM, None where there is none
    :param following: the key that a run was about to give the account, None when none was
    :param secret: None where there is no Secret
    """

    current: bytes | None = None
    following: bytes | None = None
    secret: ports.Object | None = None

    @property
    def made(self) -> datetime | None:
        """When the Secret was made, if that is known."""
        text = ((self.secret or {}).get("metadata") or {}).get("creationTimestamp")
        return failure.moment(text) if text else None


def place(issuer: Issuer) -> tuple[str, str]:
    """The Secret and the key in it."""
    reference = issuer.body["acme"].get("privateKeySecretRef") or {}
    return reference.get("name") or f"{issuer.place[2]}-account-key", reference.get("key") or _DEFAULT_KEY


def read(run: ports.Run, issuer: Issuer) -> Kept:
    """What there is.

    :raises NotReady: it is no key
    """
    name, key = place(issuer)
    secret = run.cluster.get(kinds.SECRET, issuer.place[1], name)
    if secret is None:
        return Kept()
    try:
        return Kept(readiness.value(secret, key) or None, readiness.value(secret, _next(key)) or None, secret)
    except X509Error as error:
        said = f"its account key can't be used: {error}."
        remedy = "put an RSA key into the Secret that acme.private_key_secret_ref names, or remove the Secret"
        raise not_ready(issuer, Finding("issuer.account_key", ERROR, issuer.title, said, remedy)) from None


def make(run: ports.Run, issuer: Issuer, secret: ports.Object | None) -> bytes:
    """A key for an account that there will be.

    :param secret: without a key in it, where there is one
    """
    name, key = place(issuer)
    if issuer.body["acme"].get("disableAccountKeyGeneration"):
        said = f"its account key does not exist: {kinds.SECRET.title(issuer.place[1], name)} has no {key}."
        remedy = "make the Secret, or leave out acme.disable_account_key_generation"
        raise not_ready(issuer, Finding("issuer.account_key", ERROR, issuer.title, said, remedy))
    pem = generate()
    try:
        if secret is not None:
            _patch(run, issuer, secret, {key: pem})
        else:
            run.cluster.create(kinds.SECRET, _manifest(issuer, {key: pem}))
    except errors.Conflict:
        return read(run, issuer).current or b""  # another run was quicker, and there is one account
    return pem


def generate() -> bytes:
    """A new key in PEM."""
    return keys.encode(keys.generate(_KEY), "PKCS1")


def announce(run: ports.Run, issuer: Issuer, kept: Kept) -> Kept:
    """Keep the key that is to follow, before the server is told of it; one that is kept already stays.

    :param kept: with a current key
    """
    for _attempt in range(_ATTEMPTS):
        if kept.following is not None:
            return kept
        pem = generate()
        try:
            secret = _patch(run, issuer, t.cast("ports.Object", kept.secret), {_next(place(issuer)[1]): pem})
        except errors.Conflict:
            kept = read(run, issuer)
            continue
        return Kept(kept.current, pem, secret)
    raise not_ready(issuer, _busy(issuer))


def promote(run: ports.Run, issuer: Issuer, kept: Kept) -> Kept:
    """The key that follows is the account's: one write puts it into the place of the one before."""
    pem, (_name, key) = kept.following, place(issuer)
    for _attempt in range(_ATTEMPTS):
        if kept.following != pem:
            return kept  # another run has done it
        try:
            secret = _patch(run, issuer, t.cast("ports.Object", kept.secret), {key: pem, _next(key): None})
        except errors.Conflict:
            kept = read(run, issuer)
            continue
        return Kept(pem, None, secret)
    raise not_ready(issuer, _busy(issuer))


def drop(run: ports.Run, issuer: Issuer, kept: Kept) -> None:
    """The key that was to follow won't: the server has refused it for good. Where others have written since, it stays."""
    with contextlib.suppress(errors.Conflict):
        _patch(run, issuer, t.cast("ports.Object", kept.secret), {_next(place(issuer)[1]): None})


def _next(key: str) -> str:
    return f"{key}.next"


def _patch(run: ports.Run, issuer: Issuer, secret: ports.Object, values: dict[str, bytes | None]) -> ports.Object:
    """Of just this version of the Secret."""
    name, _key = place(issuer)
    data = {key: None if pem is None else base64.b64encode(pem).decode() for key, pem in values.items()}
    patch = {"metadata": {"resourceVersion": secret["metadata"]["resourceVersion"]}, "data": data}
    return run.cluster.merge(kinds.SECRET, issuer.place[1], name, patch)


def _manifest(issuer: Issuer, values: dict[str, bytes]) -> ports.Object:
    return {
        "apiVersion": kinds.SECRET.api_version,
        "kind": kinds.SECRET.kind,
        "metadata": {"name": place(issuer)[0], "namespace": issuer.place[1]},
        "type": "Opaque",
        "data": {key: base64.b64encode(pem).decode() for key, pem in values.items()},
    }


def _busy(issuer: Issuer) -> Finding:
    name = kinds.SECRET.title(issuer.place[1], place(issuer)[0])
    said = f"{name} with its account key was changed by others {_ATTEMPTS} times while this run wrote it."
    return Finding("issuer.account_key", ERROR, issuer.title, said, "see who else writes it")


def not_ready(issuer: Issuer, finding: Finding) -> errors.NotReady:
    """The error for one finding."""
    return errors.NotReady(in_words(f"{issuer.title} is not ready.", [finding]), [finding])
