# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The key of the next certificate: in the cluster before the CA is asked, so that no order is ever without its key."""

from __future__ import annotations

import typing as t

from ... import errors
from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds, tls_secret
from ...spec.direct import record
from ...x509 import fields, keys, match
from ...x509.leaf import X509Error
from . import local

if t.TYPE_CHECKING:
    from .. import ports
    from .observe import Seen


class NextKey(t.NamedTuple):
    """A key: found where a run before has kept it, new and kept by this one, or that of the certificate itself."""

    key: keys.PrivateKey
    found: ports.Object | None = None
    new: bool = False


def name(certificate: str) -> str:
    """The Secret that keeps it. Known by its name, since listing Secrets takes a right that nobody needs."""
    return record.shortened(f"certops-next-key-{certificate}")


def take(run: ports.Run, seen: Seen) -> NextKey:
    """The key that a run before has kept, the one that is served where it is to stay, or a new one, kept now.

    Most often there is none, so a new one is kept without a look: where there is one, the cluster refuses another.

    :raises NotReady: the key that is served must stay but is not as wanted
    """
    wanted = keys.wanted(seen.wanted.body)
    try:
        served = local.reusable_key(seen, wanted)
    except X509Error as error:
        remedy = "set private_key.rotation_policy to Always, or take private_key back to what the Secret's key is"
        finding = Finding("certificate.key_kept", ERROR, seen.wanted.title, f"{error}.", remedy)
        raise errors.NotReady(in_words(f"{seen.wanted.title} was not issued.", [finding]), [finding]) from None
    if served is not None:
        return NextKey(served)
    return _kept_or_new(run, seen, wanted, _kept(run, seen) if record.under_way(seen.config_map) else None)


def _kept_or_new(run: ports.Run, seen: Seen, wanted: keys.KeySpec, found: ports.Object | None) -> NextKey:
    kept = _usable(found, wanted)
    if kept is not None and seen.wanted.renew == "key_exposed" and _is_served(seen, kept):
        kept = None  # a run before has ended just after it was put in use
    if kept is not None:
        return NextKey(kept, found)
    if found is not None:
        drop(run, seen)
    key = keys.generate(wanted)
    manifest = tls_secret.next_key_manifest(name(seen.wanted.name), seen.wanted.namespace, seen.wanted.name, key)
    try:
        run.cluster.create(kinds.SECRET, manifest)
    except errors.Conflict:
        return _kept_or_new(run, seen, wanted, _kept(run, seen))  # another run's: one key, one order
    return NextKey(key, new=True)


def _kept(run: ports.Run, seen: Seen) -> ports.Object | None:
    return run.cluster.get(kinds.SECRET, seen.wanted.namespace, name(seen.wanted.name))


def _usable(secret: ports.Object | None, wanted: keys.KeySpec) -> keys.PrivateKey | None:
    try:
        key = keys.load(readiness.value(secret, "tls.key")) if secret else None
    except X509Error:
        return None
    if key is None or keys.violations(*fields.key_kind(key.public_key()), wanted.algorithm, wanted.size):
        return None
    return key


def _is_served(seen: Seen, key: keys.PrivateKey) -> bool:
    try:
        return bool(seen.secret) and match.key_matches(readiness.value(seen.secret or {}, "tls.crt"), keys.encode(key))
    except X509Error:
        return False


def drop(run: ports.Run, seen: Seen) -> None:
    """Its certificate is served, or it is no longer wanted."""
    run.cluster.delete(kinds.SECRET, seen.wanted.namespace, name(seen.wanted.name))
