# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates and their issuers from one engine to the other: the Secret stays as it is, nothing is issued.

    look ──► problems (pure), dry run ──► issuers ──► certificates there ──► seen to be ready ──► gone here ──► unused issuers
                       │
                       └── all that is in the way is said at once; check mode ends here

Each certificate is kept by both engines for a moment rather than by none, and what was begun is gone on with by the next
run. The ACME account goes along: its key stays in its Secret, and its URI is written down where the engine looks for it.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose.finding import ERROR, Finding, in_words
from ...spec import kinds
from ...x509.leaf import rfc3339
from .. import installation, parallel, ports
from ..diff import pair
from . import look, problems
from .look import CERT_MANAGER, DIRECT

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import objects
    from ..direct import ports as direct_ports
    from .look import Found, Issuer, Item


class Mover(t.Protocol):
    """One direction (to_direct.py, to_cert_manager.py)."""

    def rehearse(self, run: ports.Run, found: Found) -> list[objects.Plan]:
        """The server's dry run of all that would be written: what is to be done with each certificate.

        :raises CertopsError: it would refuse something
        """

    def move(self, run: ports.Run, parts: direct_ports.Parts, found: Found, plans: Sequence[objects.Plan]) -> None:
        """Write it.

        :param plans: as rehearsed
        :raises NotReady: the other engine can't go on with it
        """

    def remove_issuer(self, run: ports.Run, issuer: Issuer) -> bool:
        """Take away the definition that nobody needs any more; whether there was one."""


def move(
    run: ports.Run, parts: direct_ports.Parts, target: str, namespace: str, names: Sequence[str] | None = None
) -> ports.Outcome:
    """Have the certificates of a namespace kept by this engine.

    :param target: CERT_MANAGER or DIRECT
    :param names: of the certificates; None for all of them
    :raises CertopsError: something can't be moved, all of it said; nothing was changed
    :raises NotReady: the other engine does not go on with one of them
    """
    mover = _mover(target)
    found = look.look(run, target, namespace, names)
    plans = _rehearsed(run, mover, found, target, namespace)
    facts = {"certificates": [_facts(each, target) for each in found.items]}
    if not found.items:
        return ports.Outcome(False, facts | {"issuers": []})
    diff = [_diff(each.wanted.title, target) for each in found.items]
    if run.check_mode:
        issuers = [_issuer_facts(each, target, removed=None) for each in found.issuers]
        return ports.Outcome(True, facts | {"issuers": issuers}, diff)
    mover.move(run, parts, found, plans)
    _same_serials(run, found)
    issuers = [_issuer_facts(each, target, removed=mover.remove_issuer(run, each)) for each in found.issuers]
    return ports.Outcome(True, facts | {"issuers": issuers}, diff)


def _mover(target: str) -> Mover:
    if target == DIRECT:
        from .to_direct import ToDirect

        return ToDirect()
    from .to_cert_manager import ToCertManager

    return ToCertManager()


def _rehearsed(run: ports.Run, mover: Mover, found: Found, target: str, namespace: str) -> list[objects.Plan]:
    """What is to be done, where nothing is in the way.

    :raises CertopsError: something is, all of it said
    """
    remedy = "correct names, or leave it out for all certificates of the namespace"
    wrong = [
        Finding(
            "certificate.missing", ERROR, kinds.CERTIFICATE.title(namespace, name), "is kept by neither engine.", remedy
        )
        for name in found.missing
    ]
    if found.no_crds and target == CERT_MANAGER and found.items:
        wrong.append(installation.no_crds())
    wrong += problems.findings(found, target, run.clock.now())
    if not wrong:
        try:
            return mover.rehearse(run, found)
        except errors.CertopsError as error:
            said = Finding("engine.cannot_move", ERROR, f"namespace {namespace}", f"{error}", problems.REMEDY)
            wrong += error.findings or [said]
    raise errors.CertopsError(in_words("Nothing was moved.", wrong), wrong)


def _same_serials(run: ports.Run, found: Found) -> None:
    """See that nothing was issued on the way."""

    def again(item: Item) -> Item:
        return replace(item, secret=run.cluster.get(kinds.SECRET, item.wanted.namespace, item.wanted.secret_name))

    after = parallel.each(again, found.items)
    said = "another certificate is in its Secret than before."
    remedy = "nothing is broken: see who else issued it meanwhile, and let only one engine keep it"
    wrong = [
        Finding("engine.reissued", ERROR, one.wanted.title, said, remedy)
        for one, two in zip(found.items, after, strict=True)
        if problems.served(one) != problems.served(two)
    ]
    if wrong:
        raise errors.NotReady(in_words("The certificates were moved, but not all as they were.", wrong), wrong)


def _diff(title: str, target: str) -> dict[str, t.Any]:
    source = CERT_MANAGER if target == DIRECT else DIRECT
    return pair(title, {"engine": source}, {"engine": target})


def _facts(item: Item, target: str) -> dict[str, t.Any]:
    leaf = problems.served(item)
    return {
        "name": item.wanted.name,
        "namespace": item.wanted.namespace,
        "secret_name": item.wanted.secret_name,
        "engine": target,
        "ingress": item.ingress,
        "serial_number": leaf.serial_number if leaf else None,
        "not_after": rfc3339(leaf.not_after) if leaf else None,
    }


def _issuer_facts(issuer: Issuer, target: str, removed: bool | None) -> dict[str, t.Any]:
    kind, _namespace, name = issuer.place
    return {
        "name": name,
        "namespace": issuer.namespace,
        "kind": kind.kind,
        "created": not issuer.body(target),
        "removed": removed,
    }
