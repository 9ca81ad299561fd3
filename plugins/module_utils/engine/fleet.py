# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLS of a whole cluster, from a few list requests. Reads only."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose import fleet as checks
from ..diagnose.finding import in_words
from ..diagnose.fleet import facts
from ..diagnose.fleet.data import Fleet, secret_of
from ..diagnose.tls_secret import TlsSecret, read
from ..spec import endpoints, kinds
from . import parallel, ports, recorded

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..spec.endpoints import Key
    from ..spec.scope import Scope

_LISTED = (kinds.INGRESS, endpoints.GATEWAY, kinds.CERTIFICATE, kinds.ISSUER, kinds.SECRET)
_LABELLED = (kinds.INGRESS, endpoints.GATEWAY, kinds.CERTIFICATE)
_FIELDS = {kinds.SECRET: "type=kubernetes.io/tls"}


class Question(t.NamedTuple):
    """One list request."""

    kind: kinds.Kind
    namespace: str | None = None
    labels: str | None = None


Answer: t.TypeAlias = "list[ports.Object] | errors.ApiError"


def look(run: ports.Run, scope: Scope) -> ports.Outcome:
    """Read and join everything in the scope; what can't be read is said.

    :raises ApiError: neither Ingresses nor Certificates can be read
    """
    fleet = gather(run, scope)
    findings = checks.run_all(fleet)
    found = facts.facts(fleet, findings)
    # Findings are given as a fact: a warning of the module's for each would say the same again, outside of `msg`.
    said = {"msg": in_words(facts.in_words(found["summary"]), findings), "findings": [f.as_dict() for f in findings]}
    return ports.Outcome(False, {**found, **said})


def gather(run: ports.Run, scope: Scope) -> Fleet:
    """Read it: all lists at once, then one by one the Secrets that are named and were in none of them."""
    run, seen = recorded.of(run)
    wanted = list(_questions(scope))
    answers = dict(zip(wanted, parallel.each(lambda question: _ask(run, question), wanted), strict=True))
    refused = _errors(answers) | seen.refused
    issuers = [*_items(answers, kinds.ISSUER), *_items(answers, kinds.CLUSTER_ISSUER)]
    certificates = _items(answers, kinds.CERTIFICATE)
    served = [each for item in _items(answers, kinds.INGRESS) for each in endpoints.of_ingress(item)]
    served += [each for item in _items(answers, endpoints.GATEWAY) for each in endpoints.of_gateway(item)]
    secrets = {(each.namespace, each.name): each for each in map(read, _items(answers, kinds.SECRET))}
    absent: frozenset[Key] = frozenset()
    if kinds.SECRET.plural not in refused:
        named = {each.secret for each in served if each.secret} | {secret_of(item) for item in certificates}
        others = _read_singly(run, sorted(named - set(secrets)))
        secrets |= {key: secret for key, secret in others.items() if secret}
        absent = frozenset(key for key, secret in others.items() if secret is None)
    return Fleet(
        now=run.clock.now(),
        endpoints=tuple(served),
        certificates=tuple(certificates),
        issuers=tuple(issuers),
        secrets=secrets,
        absent=absent,
        shown=_shown(answers) if scope.label_selector else None,
        errors=refused,
        within=scope.within,
    )


def _questions(scope: Scope) -> Iterator[Question]:
    yield Question(kinds.CLUSTER_ISSUER)
    for namespace in scope.namespaces or (None,):
        for kind in _LISTED:
            yield Question(kind, namespace)
        for kind in _LABELLED if scope.label_selector else ():
            yield Question(kind, namespace, scope.label_selector)


def _ask(run: ports.Run, question: Question) -> Answer:
    kind, namespace, labels = question
    try:
        return run.cluster.list(kind, namespace, _FIELDS.get(kind), labels)[0]
    except errors.NotFound:
        return []  # no Gateway API, or no cert-manager
    except errors.ApiError as error:
        return error


def _errors(answers: Mapping[Question, Answer]) -> dict[str, str]:
    """What could not be read: plural of the kind → the server's answer."""
    needed = [answers[question] for question in answers if question.kind in (kinds.INGRESS, kinds.CERTIFICATE)]
    refusals = [answer for answer in needed if isinstance(answer, errors.ApiError)]
    if len(refusals) == len(needed):
        raise refusals[0]
    return {question.kind.plural: a.detail for question, a in answers.items() if isinstance(a, errors.ApiError)}


def _items(answers: Mapping[Question, Answer], kind: kinds.Kind, labelled: bool = False) -> list[ports.Object]:
    """The objects of a kind, in all namespaces that were asked for."""
    lists = [a for q, a in answers.items() if q.kind == kind and bool(q.labels) == labelled and isinstance(a, list)]
    return [item for items in lists for item in items]


def _shown(answers: Mapping[Question, Answer]) -> frozenset[str]:
    """Titles of what has the labels that were asked for."""
    chosen = ((kind, item["metadata"]) for kind in _LABELLED for item in _items(answers, kind, labelled=True))
    return frozenset(kind.title(metadata["namespace"], metadata["name"]) for kind, metadata in chosen)


def _read_singly(run: ports.Run, keys: Sequence[Key]) -> dict[Key, TlsSecret | None]:
    """Secrets of another type, or none at all; those that can't be read are left out."""

    def get(key: Key) -> Answer:
        try:
            found = run.cluster.get(kinds.SECRET, *key)
        except errors.ApiError as error:
            return error
        return [found] if found else []

    answers = zip(keys, parallel.each(get, keys), strict=True)
    return {key: read(a[0]) if a else None for key, a in answers if isinstance(a, list)}
