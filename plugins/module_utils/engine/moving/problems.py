# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps certificates and issuers from being moved. Pure: nothing but what was read and the time count.

A move issues nothing. So what the other engine would issue at once, for whatever reason, can't be moved.
"""

from __future__ import annotations

import typing as t

from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding
from ...spec import conditions, convert, duration, ownership
from ...spec.certificate_options import SPEC
from ...spec.direct import limits, own, record
from ...x509.leaf import X509Error
from ...x509.renewal import renewal_time
from ..direct import observe, plan
from .look import CERT_MANAGER, DIRECT

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from ...x509.leaf import CertificateInfo
    from .look import Found, Issuer, Item

REMEDY = "mend this first, or move the others without it (names)"
# Certificate.spec as this collection knows it.
_FIELDS = frozenset(map(convert.camel, SPEC))


def findings(found: Found, target: str, now: datetime) -> list[Finding]:
    """All that is in the way, the issuers' first."""
    wrong = [_finding(each.title, problem) for each in found.issuers for problem in _issuer(each, target)]
    for item in found.items:
        rules = to_direct(found, item) if target == DIRECT else to_cert_manager(item, now)
        wrong += [_finding(item.wanted.title, problem) for problem in rules]
        wrong += [_finding(item.wanted.title, problem) for problem in _would_be_issued(item, now)]
    return wrong


def _finding(title: str, problem: str) -> Finding:
    return Finding("engine.cannot_move", ERROR, title, problem, REMEDY)


def _issuer(issuer: Issuer, target: str) -> Iterator[str]:
    source = CERT_MANAGER if target == DIRECT else DIRECT
    body, there = issuer.body(source), issuer.body(target)
    if not body and not there:
        yield "does not exist, so nobody could renew what it has signed."
        return
    if body and there and body != there:
        yield f"is kept by both engines, with other values in {_different(body, there)}; make them the same, or remove one."
    if there:
        return
    rules = limits.issuer(body) if target == DIRECT else _only_direct(body)
    yield from (f"{problem}." for problem in rules)
    if "ca" in body and issuer.secrets.get(body["ca"]["secretName"]) is None:
        yield f"its Secret {body['ca']['secretName']} does not exist in {issuer.place[1]}."
    if "acme" in body and target == DIRECT:
        yield from _account(issuer)


def _only_direct(body: Mapping[str, t.Any]) -> Iterator[str]:
    return (f"{option}: cert-manager has no such option; leave it out first" for option in own.options(body))


def _account(issuer: Issuer) -> Iterator[str]:
    """The account goes along, so it must be there: its key, and what the server calls it."""
    live = issuer.live or {}
    name = next(iter(issuer.secrets), None)
    if not account_uri(live):
        ready = conditions.condition(live, "Ready") or {}
        yield f"has no ACME account yet: {ready.get('message') or 'cert-manager has not registered one'}"
    elif name is not None and issuer.secrets[name] is None:
        yield f"the Secret of its account key, {name}, does not exist in {issuer.place[1]}."


def account_uri(live: Mapping[str, t.Any]) -> str | None:
    """What the ACME server calls the account that cert-manager has registered."""
    uri: str | None = ((live.get("status") or {}).get("acme") or {}).get("uri")
    return uri


def to_direct(found: Found, item: Item) -> Iterator[str]:
    """Rules of a Certificate of cert-manager's."""
    body = item.wanted.body
    if item.issuer is None:
        yield f"issuer_ref.group: {body['issuerRef']['group']!r} is another's; engine: direct has issuers of its own only."
    yield from (f"{problem}." for problem in limits.certificate(body))
    if item.issuer and "acme" in (item.issuer.body(CERT_MANAGER) or item.issuer.body(DIRECT)):
        yield from (f"{problem}." for problem in limits.by_acme(body))
    for field in sorted(set(body) - _FIELDS):
        yield f"{field}: not known to engine: direct."
    if conditions.is_true(item.live or {}, "Issuing"):
        yield "is being issued just now; wait for that."
    yield from _made_for(found, item)
    yield from _both(item, record.read(item.config_map, "spec"))


def _made_for(found: Found, item: Item) -> Iterator[str]:
    """What cert-manager has made for an Ingress goes with all that it has made for it."""
    owner = item.owner
    if owner is None:
        return
    if item.ingress is None:
        yield f"cert-manager has made it for {owner['kind']} {owner['name']}, and would make it again."
        return
    siblings = [
        live["metadata"]["name"]
        for live in found.others
        if any(each.get("uid") == owner["uid"] for each in live["metadata"].get("ownerReferences") or ())
    ]
    if siblings:
        yield f"Ingress {owner['name']} has cert-manager make {', '.join(siblings)} too; move them together."


def to_cert_manager(item: Item, now: datetime) -> Iterator[str]:
    """Rules of a certificate of the direct engine's."""
    if record.under_way(item.config_map) or record.read(item.config_map, "work").get("left"):
        yield "has an order under way, or answers to challenges left; run the task that makes it first."
    yield from _both(item, dict(item.live["spec"]) if item.live else {})
    leaf = served(item)
    body = item.wanted.body
    if leaf is None or (body.get("renewal") or {}).get("policy") == "Disabled":
        return
    before = duration.parse(body["renewBefore"]) if body.get("renewBefore") else None
    due = renewal_time(leaf.not_before, leaf.not_after, before, body.get("renewBeforePercentage"))
    if due <= now:
        yield f"cert-manager would renew it at once, since it is due for {duration.in_words(now - due)}; renew it first."


def _both(item: Item, there: Mapping[str, t.Any]) -> Iterator[str]:
    if there and there != item.wanted.body:
        different = _different(item.wanted.body, there)
        yield f"is kept by both engines, with other values in {different}; remove the one that is wrong."


def _different(one: Mapping[str, t.Any], other: Mapping[str, t.Any]) -> str:
    return ", ".join(dict.fromkeys(".".join(path) for path, _old, _new in ownership.changes(one, other)))


def _would_be_issued(item: Item, now: datetime) -> Iterator[str]:
    if item.issuer is None:
        return
    wrong, _chain = plan.unfit(item.wanted, issuer_of(item), item.secret, now)
    if wrong:
        yield f"would be issued anew, since {wrong}; see that it is right first."


def issuer_of(item: Item) -> observe.Issuer:
    """The issuer as the direct engine sees it."""
    issuer = t.cast("Issuer", item.issuer)
    body = issuer.body(DIRECT) or issuer.body(CERT_MANAGER)
    authority = issuer.secrets.get(body["ca"]["secretName"]) if "ca" in body else None
    return observe.Issuer(issuer.place, issuer.config_map or {}, body, authority)


def served(item: Item) -> CertificateInfo | None:
    """The certificate in its Secret."""
    try:
        return readiness.leaf_of(item.secret) if item.secret else None
    except X509Error:  # said by itself
        return None
