# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issuers of cert-manager: the Secrets first, then the issuer, then its Ready condition."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose import readiness
from ..diagnose.finding import Finding, in_words
from ..diagnose.hopeless import HOPELESS
from ..spec import conditions, kinds
from ..spec.direct import own as own_fields
from . import objects, ports, removal

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.issuer import IssuerSpec
    from . import protocol

_TICK_SECONDS = 1.0
_KEPT_FOR = "app.kubernetes.io/managed-by=certops,app.kubernetes.io/part-of={}"


def ensure(run: ports.Run, wanted: IssuerSpec) -> ports.Outcome:
    """Make the issuer as wanted and wait until cert-manager says so.

    :raises SpecError: it asks for what only the direct engine has
    :raises NotReady: it isn't ready in time, or never will be
    """
    own = [*own_fields.options(wanted.body), *wanted.account_key.options()]
    if own:
        raise errors.SpecError([f"{option}: only with engine: direct" for option in own])
    wishes = [objects.Wish(kinds.SECRET, manifest) for manifest in wanted.secret_manifests()]
    wishes.append(objects.Wish(wanted.kind, wanted.manifest()))
    alone = len(wishes) == 1
    plans = [objects.plan(wish, objects.observe(run, wish, objects.read(run, wish), alone)) for wish in wishes]
    changed, diff = any(plan.changed for plan in plans), [plan.diff() for plan in plans if plan.changed]
    if run.check_mode:
        return ports.Outcome(changed, _facts(wanted, plans[-1].live, known=not plans[-1].changed), diff)
    live = [objects.carry_out(run, plan) for plan in plans][-1]
    if run.wait:
        live = _await(run, wanted, live, changed)
    return ports.Outcome(changed, _facts(wanted, live), diff)


def _await(run: ports.Run, wanted: IssuerSpec, live: ports.Object, changed: bool) -> ports.Object:
    verdict = _judge(live, wanted.title)
    if verdict.state == readiness.READY:
        return live
    deadline, began = run.clock.monotonic() + run.timeout, run.clock.monotonic()
    events = run.cluster.follow(kinds.Watch(wanted.kind, wanted.namespace, f"metadata.name={wanted.name}"))
    try:
        while verdict.state == readiness.PENDING and run.clock.monotonic() < deadline:
            event = events.next(min(_TICK_SECONDS, deadline - run.clock.monotonic()))
            if event is None:
                continue
            if event[1] == "ERROR":
                raise event[2]
            if event[1] == "DELETED":
                verdict = readiness.Verdict(readiness.FAILED, _deleted(wanted))
                break
            live = event[2]
            verdict = _judge(live, wanted.title)
    finally:
        events.close()
    if verdict.state == readiness.READY:
        return live
    findings = [verdict.finding] if verdict.finding else []
    seconds = run.clock.monotonic() - began
    raise errors.NotReady(
        in_words(f"{wanted.title} is not ready after {seconds:.0f} s.", findings),
        findings,
        {"changed": changed, **_facts(wanted, live)},
    )


def _judge(live: ports.Object, title: str) -> readiness.Verdict:
    """With the reason told as precisely as the checks can; some reasons no time will mend."""
    verdict = readiness.issuer(live, title)
    if verdict.state == readiness.READY or (verdict.finding and verdict.finding.code == "issuer.not_observed"):
        return verdict
    from ..diagnose.checks import issuer as explained  # not needed, and not loaded, while all goes well

    finding = explained.explain(live, title)
    hopeless_now = finding is not None and finding.code in HOPELESS
    return readiness.Verdict(readiness.FAILED if hopeless_now else verdict.state, finding)


def _deleted(wanted: IssuerSpec) -> Finding:
    remedy = "run the task again, and see who else removes it"
    return Finding("issuer.deleted", "error", wanted.title, "was deleted while this run waited for it.", remedy)


def remove(
    run: ports.Run, kind: kinds.Kind, namespace: str | None, name: str, secrets: protocol.IssuerSecrets
) -> ports.Outcome:
    """Remove the issuer, the Secrets kept for it and, when asked, its account key.

    :raises SpecError: its account is to be ended
    """
    if secrets.deactivate_account:
        raise errors.SpecError(["deactivate_account: only with engine: direct"])
    live = run.cluster.get(kind, namespace, name)
    doomed = [removal.Doomed(kind, namespace, name)] if live else []
    kept, _version = run.cluster.list(kinds.SECRET, secrets.namespace, labels=_KEPT_FOR.format(name[:63].rstrip("-.")))
    doomed += [removal.Doomed(kinds.SECRET, secrets.namespace, secret["metadata"]["name"]) for secret in kept]
    account_key = _account_key(name, live)
    if secrets.delete_account_key and run.cluster.get(kinds.SECRET, secrets.namespace, account_key):
        doomed.append(removal.Doomed(kinds.SECRET, secrets.namespace, account_key))
    return removal.remove(run, doomed, {"issuer": {"name": name, "namespace": namespace, "kind": kind.kind}})


def _account_key(name: str, live: Mapping[str, t.Any] | None) -> str:
    acme = (live or {}).get("spec", {}).get("acme") or {}
    return str((acme.get("privateKeySecretRef") or {}).get("name") or f"{name}-account-key")


def _facts(wanted: IssuerSpec, live: Mapping[str, t.Any] | None, known: bool = True) -> dict[str, t.Any]:
    """``known`` is False in check mode where the spec would change, since nobody can tell how that ends."""
    ready = conditions.condition(live, "Ready") if live else None
    current = bool(known and live and ready and conditions.is_current(live, ready))
    return {
        "issuer": {
            "name": wanted.name,
            "namespace": wanted.namespace,
            "kind": wanted.kind.kind,
            "ready": current and ready is not None and ready["status"] == "True",
            "reason": ready.get("reason") if current and ready else None,
            "message": ready.get("message") if current and ready else None,
            "account_uri": ((live or {}).get("status", {}).get("acme") or {}).get("uri") or None,
        }
    }
