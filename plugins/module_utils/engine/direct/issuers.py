# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issuers of the direct engine: the Secrets first, then the ConfigMap, then what makes them ready."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ...diagnose.finding import Finding, in_words
from ...errors import NotReady, SpecError
from ...spec import conditions, kinds
from ...spec.direct import limits, record, status
from .. import objects, removal
from ..ports import Outcome
from . import accounts, local, observe, records

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.issuer import IssuerSpec
    from ..ports import Object, Run
    from ..protocol import IssuerSecrets
    from .ports import Parts


@dataclass(frozen=True)
class Condition:
    """What the Ready condition says, in cert-manager's words, and why it isn't ready.

    :param account_uri: of the ACME account
    """

    reason: str
    message: str
    findings: tuple[Finding, ...] = ()
    account_uri: str | None = None


def ensure(run: Run, parts: Parts, wanted: IssuerSpec) -> Outcome:
    """Make the issuer as wanted and see that it can sign.

    :raises SpecError: this engine can't do what is wanted
    :raises NotReady: it can't sign
    """
    problems = list(limits.issuer(wanted.body))
    if problems:
        raise SpecError(problems)
    place = (wanted.kind, wanted.secrets_namespace, wanted.name)
    live = records.read(run, *place)
    secrets = [_planned(run, manifest) for manifest in wanted.secret_manifests()]
    todo = records.plan(run, *place, wanted.body, live)
    account = accounts.due(run, observe.Issuer(place, live or {}, wanted.body)) if "acme" in wanted.body else ""
    changed = todo.changed or any(plan.changed for plan in secrets) or bool(account)
    diff = [plan.diff() for plan in secrets if plan.changed]
    diff += [records.diff(todo, wanted.kind, wanted.namespace)] if todo.changed else []
    diff += [_account_diff(wanted, account)] if account else []
    if run.check_mode:
        return Outcome(changed, _facts(wanted, live, known=not changed), diff)
    for plan in secrets:
        objects.carry_out(run, plan)
    live = objects.carry_out(run, todo)
    found, live = _set_up(run, parts, place, live, bool(account))
    before, now = record.read(live, "status"), run.clock.now()
    told = status.issuer(before, not found.findings, found.reason, found.message, now, found.account_uri)
    live = records.amend(run, live, status=told)
    if found.findings:
        message = in_words(f"{wanted.title} is not ready.", found.findings)
        raise NotReady(message, found.findings, {"changed": changed, **_facts(wanted, live)})
    return Outcome(changed, _facts(wanted, live), diff)


def _planned(run: Run, manifest: Mapping[str, t.Any]) -> objects.Plan:
    wish = objects.Wish(kinds.SECRET, manifest)
    return objects.plan(wish, objects.observe(run, wish, objects.read(run, wish)))


def _account_diff(wanted: IssuerSpec, why: str) -> dict[str, t.Any]:
    sides = {"before": {"account": "not as wanted"}, "after": {"account": f"registered ({why})"}}
    return {"before_header": wanted.title, "after_header": wanted.title, **sides}


def _set_up(
    run: Run, parts: Parts, place: observe.Place, config_map: Object, account: bool
) -> tuple[Condition, Object]:
    """Whether it can sign, and what is in the way; its record as it is then.

    :param account: whether the ACME server must be asked about the account
    """
    issuer = observe.of(run, place, config_map)
    if "selfSigned" in issuer.body:
        return Condition("IsReady", ""), config_map
    if "acme" in issuer.body:
        return _account(run, parts, issuer, account)
    try:
        local.authority(issuer)
    except NotReady as error:
        return Condition("ErrGetKeyPair", error.findings[0].message, error.findings), config_map
    return Condition("KeyPairVerified", "Signing CA verified"), config_map


def _account(run: Run, parts: Parts, issuer: observe.Issuer, due: bool) -> tuple[Condition, Object]:
    live = issuer.config_map
    if due:
        try:
            live = records.amend(run, live, work={"account": accounts.register(run, parts, issuer)})
        except NotReady as error:
            return Condition("ErrRegisterACMEAccount", error.findings[0].message, error.findings), live
    uri = record.read(live, "work")["account"]["uri"]
    message = "The ACME account was registered with the ACME server"
    return Condition("ACMEAccountRegistered", message, account_uri=uri), live


def remove(run: Run, kind: kinds.Kind, namespace: str | None, name: str, secrets: IssuerSecrets) -> Outcome:
    """Remove the issuer, the Secrets kept for it and, when asked, its account key."""
    place = (kind, secrets.namespace, name)
    live = records.read(run, *place)
    doomed = [removal.Doomed(kinds.CONFIG_MAP, secrets.namespace, live["metadata"]["name"])] if live else []
    doomed += [removal.Doomed(kinds.SECRET, secrets.namespace, one) for one in _kept(run, live, secrets)]
    return removal.remove(run, doomed, {"issuer": {"name": name, "namespace": namespace, "kind": kind.kind}})


def _kept(run: Run, live: Object | None, secrets: IssuerSecrets) -> Sequence[str]:
    """The Secrets that were made for it: by their names, since listing Secrets takes a right that nobody needs."""
    body = record.read(live, "spec")
    account_key = ((body.get("acme") or {}).get("privateKeySecretRef") or {}).get("name")
    asked_for = [account_key] if secrets.delete_account_key and account_key else []
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


def _ours(secret: Object) -> bool:
    labels = secret["metadata"].get("labels") or {}
    return labels.get("app.kubernetes.io/managed-by") == "certops"


def _facts(wanted: IssuerSpec, config_map: Object | None, known: bool = True) -> dict[str, t.Any]:
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
