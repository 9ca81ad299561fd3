# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issuers of the direct engine: the Secrets first, then the ConfigMap, then what makes them ready."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ... import errors
from ...diagnose.finding import Finding, in_words
from ...spec import conditions, kinds
from ...spec.direct import limits, own, record, status
from .. import objects, ports, removal
from ..diff import pair
from . import accounts, local, observe, records, responders

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.issuer import IssuerSpec
    from .. import protocol
    from . import ports as direct_ports


@dataclass(frozen=True)
class Condition:
    """What the Ready condition says, in cert-manager's words, and why it isn't ready.

    :param account_uri: of the ACME account
    """

    reason: str
    message: str
    findings: tuple[Finding, ...] = ()
    account_uri: str | None = None


def ensure(run: ports.Run, parts: direct_ports.Parts, wanted: IssuerSpec) -> ports.Outcome:
    """Make the issuer as wanted and see that it can sign.

    :raises SpecError: this engine can't do what is wanted
    :raises NotReady: it can't sign
    """
    problems = list(limits.issuer(wanted.body))
    if problems:
        raise errors.SpecError(problems)
    place = (wanted.kind, wanted.secrets_namespace, wanted.name)
    live = records.read(run, *place)
    seen = observe.Issuer(place, live or {}, wanted.body)
    account = accounts.plan(run, seen, wanted.account_key) if "acme" in wanted.body else accounts.Todo()
    retiring = responders.retiring(seen, account.another_key)
    leaving, notes = responders.doomed(run, seen, retiring.thumbprints)
    plan = _Plan(
        wanted,
        live,
        [_planned(run, manifest) for manifest in wanted.secret_manifests()],
        records.plan(run, *place, wanted.body, live),
        account,
        removal.remove(replace(run, check_mode=True), leaving, {}),
    )
    if run.check_mode:
        return ports.Outcome(plan.changed, _facts(wanted, live, known=not plan.changed), plan.diff(), notes)
    for secret in plan.secrets:
        objects.carry_out(run, secret)
    live = objects.carry_out(run, plan.todo)
    live = _work(run, live, responder=retiring.kept)
    found, live = _set_up(run, parts, place, live, account)
    if retiring.thumbprints and not found.findings:
        removal.remove(run, leaving, {})
        live = _work(run, live, responder={"retired": []} if own.keeps_responder(wanted.body) else None)
    before, now = record.read(live, "status"), run.clock.now()
    told = status.issuer(before, not found.findings, found.reason, found.message, now, found.account_uri)
    live = records.amend(run, live, status=told)
    if found.findings:
        message = in_words(f"{wanted.title} is not ready.", found.findings)
        raise errors.NotReady(message, found.findings, {"changed": plan.changed, **_facts(wanted, live)})
    return ports.Outcome(plan.changed, _facts(wanted, live), plan.diff(), notes)


@dataclass(frozen=True)
class _Plan:
    """All that would change around an issuer.

    :param todo: of its record
    :param leaving: the removal of responders
    """

    wanted: IssuerSpec
    live: ports.Object | None
    secrets: Sequence[objects.Plan]
    todo: objects.Plan
    account: accounts.Todo
    leaving: ports.Outcome

    @property
    def changed(self) -> bool:
        """Whether the user would see a difference."""
        planned = any(plan.changed for plan in (*self.secrets, self.todo))
        return planned or self.leaving.changed or bool(self.account)

    def diff(self) -> list[Mapping[str, t.Any]]:
        """One pair for each thing that changes."""
        parts: list[Mapping[str, t.Any]] = [plan.diff() for plan in self.secrets if plan.changed]
        parts += [records.diff(self.todo, self.wanted.kind, self.wanted.namespace)] if self.todo.changed else []
        parts += [self.account.diff(self.wanted.title)] if self.account else []
        return [*parts, *self.leaving.diff]


def _work(run: ports.Run, live: ports.Object, **parts: t.Any) -> ports.Object:
    """Write down parts of what a later run must know; None removes one."""

    def changed(work: dict[str, t.Any]) -> dict[str, t.Any]:
        return {name: value for name, value in {**work, **parts}.items() if value is not None}

    return records.revise(run, live, "work", changed)


def _planned(run: ports.Run, manifest: Mapping[str, t.Any]) -> objects.Plan:
    wish = objects.Wish(kinds.SECRET, manifest)
    return objects.plan(wish, objects.observe(run, wish, objects.read(run, wish)))


def _set_up(
    run: ports.Run, parts: direct_ports.Parts, place: observe.Place, config_map: ports.Object, account: accounts.Todo
) -> tuple[Condition, ports.Object]:
    """Whether it can sign, and what is in the way; its record as it is then.

    :param account: what the ACME server is to be asked about it
    """
    issuer = observe.of(run, place, config_map)
    if "selfSigned" in issuer.body:
        return Condition("IsReady", ""), config_map
    if "acme" in issuer.body:
        return _account(run, parts, issuer, account)
    try:
        local.authority(issuer)
    except errors.NotReady as error:
        return Condition("ErrGetKeyPair", error.findings[0].message, error.findings), config_map
    return Condition("KeyPairVerified", "Signing CA verified"), config_map


def _account(
    run: ports.Run, parts: direct_ports.Parts, issuer: observe.Issuer, todo: accounts.Todo
) -> tuple[Condition, ports.Object]:
    live = issuer.config_map
    if todo:
        try:
            live = _work(run, live, account=accounts.carry_out(run, parts, issuer, todo))
        except errors.NotReady as error:
            return Condition("ErrRegisterACMEAccount", error.findings[0].message, error.findings), live
    uri = record.read(live, "work")["account"]["uri"]
    message = "The ACME account was registered with the ACME server"
    return Condition("ACMEAccountRegistered", message, account_uri=uri), live


def remove(
    run: ports.Run,
    parts: direct_ports.Parts,
    kind: kinds.Kind,
    namespace: str | None,
    name: str,
    secrets: protocol.IssuerSecrets,
) -> ports.Outcome:
    """Remove the issuer, what was made for it and, when asked, its account and the account's key.

    Its record goes last: a run that is cut off before is gone on with by the next one.

    :raises NotReady: the server does not end the account; nothing was removed
    """
    facts = {"issuer": {"name": name, "namespace": namespace, "kind": kind.kind}}
    live = records.read(run, kind, secrets.namespace, name)
    if live is None:
        return removal.remove(run, [], facts)
    issuer = observe.Issuer((kind, secrets.namespace, name), live, record.read(live, "spec"))
    ends = secrets.deactivate_account and "acme" in issuer.body and accounts.has_account(issuer)
    leaving, notes = responders.doomed(run, issuer, _thumbprints(issuer))
    doomed = [removal.Doomed(kinds.SECRET, secrets.namespace, one) for one in _kept(run, live, secrets)]
    doomed = [*leaving, *doomed, removal.Doomed(kinds.CONFIG_MAP, secrets.namespace, live["metadata"]["name"])]
    if ends and not run.check_mode:
        accounts.deactivate(run, parts, issuer)
    outcome = removal.remove(run, doomed, facts)
    return replace(outcome, diff=[*([_ended(issuer)] if ends else []), *outcome.diff], findings=notes)


def _thumbprints(issuer: observe.Issuer) -> list[str]:
    """Of the keys for which there may be responders."""
    present = accounts.thumbprint(issuer) if own.answers_http(issuer.body) else None
    return list(dict.fromkeys([*responders.retiring(issuer, another_key=True).thumbprints, *filter(None, [present])]))


def _ended(issuer: observe.Issuer) -> dict[str, t.Any]:
    return pair(issuer.title, {"account": "valid"}, {"account": "deactivated"})


def _kept(run: ports.Run, live: ports.Object | None, secrets: protocol.IssuerSecrets) -> Sequence[str]:
    """The Secrets that were made for it: by their names, since listing Secrets takes a right that nobody needs."""
    body = record.read(live, "spec")
    account_key = ((body.get("acme") or {}).get("privateKeySecretRef") or {}).get("name")
    goes = secrets.delete_account_key or secrets.deactivate_account  # a key whose account has ended is of no use
    asked_for = [account_key] if goes and account_key else []
    named = dict.fromkeys([*_referred(body), *asked_for])
    found = {name: run.cluster.get(kinds.SECRET, secrets.namespace, name) for name in named}
    return [name for name, secret in found.items() if secret and (name in asked_for or _ours(secret))]


def _referred(value: t.Any) -> t.Iterator[str]:
    """The Secrets that an issuer's spec refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("SecretRef") and key != "privateKeySecretRef":
                yield inner["name"]
            yield from _referred(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _referred(inner)


def _ours(secret: ports.Object) -> bool:
    labels = secret["metadata"].get("labels") or {}
    return labels.get("app.kubernetes.io/managed-by") == "certops"


def _facts(wanted: IssuerSpec, config_map: ports.Object | None, known: bool = True) -> dict[str, t.Any]:
    """``known`` is False in check mode where something would change, since nobody can tell how that ends."""
    live = record.as_object(config_map) if config_map else None
    ready = conditions.condition(live, "Ready") if live and known else None
    return {
        "issuer": {
            "name": wanted.name,
            "namespace": wanted.namespace,
            "kind": wanted.kind.kind,
            "ready": ready is not None and ready["status"] == "True",
            "reason": ready.get("reason") if ready else None,
            "message": ready.get("message") if ready else None,
            "account_uri": ((live or {}).get("status", {}).get("acme") or {}).get("uri"),
        }
    }
