# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From cert-manager to the direct engine."""

from __future__ import annotations

import typing as t

from ...spec import kinds
from ...spec.direct import status
from ...spec.issuer import IssuerSpec
from .. import objects, parallel
from ..direct import accounts, issuers, observe, plan, records
from . import made_for, problems
from .look import CERT_MANAGER, in_use

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import ports
    from ..direct import ports as direct_ports
    from .look import Found, Issuer, Item


class ToDirect:
    """Implements move.Mover."""

    def rehearse(self, run: ports.Run, found: Found) -> list[objects.Plan]:
        parallel.each(lambda each: _issuer_plan(run, each), [each for each in found.issuers if not each.config_map])
        return parallel.each(lambda each: _plan(run, each), found.items)

    def move(self, run: ports.Run, parts: direct_ports.Parts, found: Found, plans: Sequence[objects.Plan]) -> None:
        for issuer in found.issuers:
            if not issuer.config_map:
                _take_issuer(run, parts, issuer)
        parallel.each(lambda pair: _take(run, *pair), list(zip(found.items, plans, strict=True)))
        for ingress in sorted({each.ingress for each in found.items if each.ingress}):
            made_for.strip(run, found.items[0].wanted.namespace, ingress)
        parallel.each(lambda each: _let_go(run, each), found.items)

    def remove_issuer(self, run: ports.Run, issuer: Issuer) -> bool:
        kind, namespace, name = issuer.place
        if issuer.live is None or not kind.namespaced or in_use(run, issuer, kinds.CERTIFICATE, None, _named):
            return False
        return run.cluster.delete(kind, namespace, name, issuer.live["metadata"]["uid"])


def _named(certificate: ports.Object) -> observe.Place | None:
    """The place of the Issuer that a Certificate names; None for others."""
    kind, namespace, name = kinds.issuer_of(certificate) or (None, None, "")
    return (kind, namespace, name) if kind is not None and namespace is not None else None


def _issuer_plan(run: ports.Run, issuer: Issuer) -> objects.Plan:
    return records.plan(run, *issuer.place, issuer.body(CERT_MANAGER), issuer.config_map)


def _take_issuer(run: ports.Run, parts: direct_ports.Parts, issuer: Issuer) -> None:
    """Its definition becomes a record; the ACME account is the one that cert-manager has registered."""
    kind, namespace, name = issuer.place
    body = issuer.body(CERT_MANAGER)
    live = objects.carry_out(run, _issuer_plan(run, issuer))
    uri = problems.account_uri(issuer.live or {})
    if "acme" in body and uri:
        account = accounts.adopted(run, parts, observe.Issuer(issuer.place, live, body), uri)
        records.amend(run, live, work={"account": account})
    issuers.ensure(run, parts, IssuerSpec(kind, name, issuer.namespace, body, {}, namespace))


def _plan(run: ports.Run, item: Item) -> objects.Plan:
    wanted = item.wanted
    return records.plan(run, kinds.CERTIFICATE, wanted.namespace, wanted.name, wanted.body, item.config_map)


def _take(run: ports.Run, item: Item, todo: objects.Plan) -> None:
    """The record, with what cert-manager knew: since when it is as it is, and how often it was issued."""
    live = objects.carry_out(run, todo)
    live = made_for.remember(run, live, item)
    leaf = problems.served(item)
    if leaf is None:
        return
    seen = observe.Seen(item.wanted, problems.issuer_of(item), live, item.secret)
    before = (item.live or {}).get("status") or {}
    told = status.served(before, leaf, plan.due_at(seen, leaf), run.clock.now(), issued=False)
    records.amend(run, live, status=told)


def _let_go(run: ports.Run, item: Item) -> None:
    """Remove cert-manager's Certificate. A Secret that is set up to go with its Certificate is seen to stay."""
    live = t.cast("ports.Object", item.live)
    uid = live["metadata"]["uid"]
    owners = ((item.secret or {}).get("metadata") or {}).get("ownerReferences") or ()
    leave = any(each.get("uid") == uid for each in owners)
    run.cluster.delete(kinds.CERTIFICATE, item.wanted.namespace, item.wanted.name, uid, orphan=leave)
