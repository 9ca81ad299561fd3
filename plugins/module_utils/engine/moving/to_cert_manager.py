# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the direct engine to cert-manager."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ... import errors
from ...diagnose.finding import Finding, in_words
from ...spec import kinds
from ...spec.direct import record
from ...spec.issuer import IssuerSpec
from .. import issuers, objects, parallel, waiting
from . import made_for
from .look import DIRECT, in_use

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import ports
    from ..direct import observe
    from ..direct import ports as direct_ports
    from .look import Found, Issuer, Item


class ToCertManager:
    """Implements move.Mover."""

    def rehearse(self, run: ports.Run, found: Found) -> list[objects.Plan]:
        parallel.each(lambda each: _issuer_plan(run, each), [each for each in found.issuers if not each.live])
        return parallel.each(lambda each: _plan(run, each), found.items)

    def move(self, run: ports.Run, parts: direct_ports.Parts, found: Found, plans: Sequence[objects.Plan]) -> None:
        waiting_run = replace(run, wait=True)
        for issuer in found.issuers:
            if not issuer.live:
                issuers.ensure(waiting_run, _issuer(issuer))
        lives = parallel.each(lambda each: objects.carry_out(run, each), plans)
        pairs = list(zip(found.items, lives, strict=True))
        _see_ready(waiting_run, [waiting.State(item.wanted, live) for item, live in pairs])
        parallel.each(lambda each: _let_go(run, each), found.items)
        for item in found.items:
            made_for.restore(run, item)

    def remove_issuer(self, run: ports.Run, issuer: Issuer) -> bool:
        if issuer.config_map is None or in_use(run, issuer, kinds.CONFIG_MAP, record.CERTIFICATES, _named(issuer)):
            return False
        metadata = issuer.config_map["metadata"]
        return run.cluster.delete(kinds.CONFIG_MAP, metadata["namespace"], metadata["name"], metadata["uid"])


def _named(issuer: Issuer) -> t.Callable[[ports.Object], observe.Place | None]:
    """From the record of a certificate, the place of the issuer that it names, if it is this one's kind."""

    def place(config_map: ports.Object) -> observe.Place | None:
        found = kinds.issuer_of(record.as_object(config_map))
        if found is None or found[0] is not issuer.place[0]:
            return None
        return found[0], found[1] or issuer.place[1], found[2]

    return place


def _issuer(issuer: Issuer) -> IssuerSpec:
    kind, namespace, name = issuer.place
    return IssuerSpec(kind, name, issuer.namespace, issuer.body(DIRECT), {}, namespace)


def _issuer_plan(run: ports.Run, issuer: Issuer) -> objects.Plan:
    wish = objects.Wish(issuer.place[0], _issuer(issuer).manifest())
    return objects.plan(wish, objects.observe(run, wish, None))


def _plan(run: ports.Run, item: Item) -> objects.Plan:
    """Also for the Ingress that it was made for, so that cert-manager goes on to follow that one."""
    manifest = made_for.owned(run, item, item.wanted.manifest())
    wish = objects.Wish(kinds.CERTIFICATE, manifest)
    return objects.plan(wish, objects.observe(run, wish, item.live))


def _see_ready(run: ports.Run, states: list[waiting.State]) -> None:
    unready = [state for state in waiting.until_ready(run, states) if not state.ready]
    findings: list[Finding] = [finding for state in unready for finding in waiting.diagnosed(run, state)]
    if unready:
        names = ", ".join(state.wanted.title for state in unready)
        said = f"cert-manager has not taken over {names}; both engines keep what is there until it has."
        raise errors.NotReady(in_words(said, findings), findings)


def _let_go(run: ports.Run, item: Item) -> None:
    metadata = t.cast("ports.Object", item.config_map)["metadata"]
    run.cluster.delete(kinds.CONFIG_MAP, metadata["namespace"], metadata["name"], metadata["uid"])
