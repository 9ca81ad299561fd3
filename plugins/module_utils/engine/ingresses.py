# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS of an Ingress: its annotations and tls entry, what they refer to, and the certificate behind them."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, replace

from .. import errors
from ..diagnose.finding import in_words
from ..spec import ingress_record, kinds
from ..spec.dialects.dialect import Rendering
from ..spec.ingress import class_of
from . import (
    certificate_facts,
    ingress_certificate,
    ingress_class,
    ingress_group,
    ingress_preflight,
    objects,
    ports,
    removal,
    served_secret,
    waiting,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..diagnose.finding import Finding
    from ..spec.dialects.dialect import Dialect
    from ..spec.ingress import IngressSpec
    from . import protocol

# Controllers write an Ingress's status at any time, so that our read-modify-write may lose the race.
_ATTEMPTS = 5
_OBJECT_KINDS = {kind.kind: kind for kind in (kinds.CONFIG_MAP, kinds.MIDDLEWARE)}


@dataclass(frozen=True)
class Work:
    """All that one call does.

    :param replaced: goes first: cert-manager makes no Certificate where one is that it didn't make itself
    :param dropped: goes last: what the Ingress no longer refers to
    :param notes: warnings about other Ingresses of the same load balancer
    """

    wanted: IngressSpec
    live: ports.Object | None
    class_name: str | None
    dialect: Dialect | None
    plans: tuple[objects.Plan, ...]
    replaced: tuple[removal.Doomed, ...]
    dropped: tuple[removal.Doomed, ...]
    notes: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the user would see a difference."""
        return any(plan.changed for plan in self.plans) or bool(self.replaced or self.dropped)


def ensure(run: ports.Run, engine: protocol.Engine, wanted: IngressSpec) -> ports.Outcome:
    """Serve the hosts over the Secret, and wait until its certificate proves it.

    :raises SpecError: the Ingress doesn't exist and there are no rules; a host is served by somebody else's entry
    :raises Unfit: the preflight's findings forbid it; nothing was changed
    :raises NotReady: with findings
    """
    wanted = ingress_certificate.follow(run, engine, wanted)
    return _until_undisturbed(lambda: _ensure(run, engine, wanted), wanted.title)


def _until_undisturbed(attempt: Callable[[], ports.Outcome], title: str) -> ports.Outcome:
    for _number in range(_ATTEMPTS):
        # Conflicts of field managers are no longer Conflicts here: they come explained.
        with contextlib.suppress(errors.Conflict):
            return attempt()
    raise errors.CertopsError(f"{title} was changed by others {_ATTEMPTS} times while this run wrote it")


def _ensure(run: ports.Run, engine: protocol.Engine, wanted: IngressSpec) -> ports.Outcome:
    work = _plan(run, wanted)
    notes = list(work.notes) + (ingress_preflight.notes(run, wanted, work.live) if work.changed else [])
    quiet = replace(run, preflight=ports.OFF) if work.changed and wanted.annotated else run
    certificate = ingress_certificate.explicit(quiet, engine, wanted, _facts(work, work.live, None)["ingress"])
    diff = [plan.diff() for plan in work.plans if plan.changed] + list(certificate.diff)
    changed = work.changed or certificate.changed
    if run.check_mode:
        return ports.Outcome(changed, _facts(work, work.live, None), diff, [*notes, *certificate.findings])
    removal.remove(run, work.replaced, {})
    live = [objects.carry_out(run, plan) for plan in work.plans][-1]
    removal.remove(run, work.dropped, {})
    outcome = ports.Outcome(changed, {}, diff, [*notes, *certificate.findings])
    if wanted.annotated:
        return _proven(run, work, live, outcome)
    return replace(outcome, facts=_facts(work, live, None) | {"certificate": certificate.facts["certificates"][0]})


def _plan(run: ports.Run, wanted: IngressSpec) -> Work:
    live = run.cluster.get(kinds.INGRESS, wanted.namespace, wanted.name)
    record, present = ingress_record.read(live), ingress_record.entries(live)
    _refuse_impossible(wanted, live, record, present)
    class_name = class_of(live, wanted.ingress_class_name)
    dialect = ingress_class.dialect(run, wanted, class_name)
    rendering = dialect.render(wanted.traffic) if dialect else Rendering()
    notes = ingress_group.notes(run, wanted, live, class_name, rendering) if wanted.traffic.balancer else []
    ours = _record(wanted, record, present, rendering, created=live is None)
    tls = _tls(wanted, record, present)
    version = live["metadata"]["resourceVersion"] if live else None
    ingress = objects.Wish(
        kinds.INGRESS, wanted.manifest(rendering, ours, tls, version), yielding=frozenset({".spec.tls"})
    )
    plans = [_planned(run, objects.Wish(kind, manifest)) for kind, manifest in rendering.objects]
    plans.append(objects.plan(ingress, objects.observe(run, ingress, live)))
    unwanted = [name for name in record.certificates if name not in ours.certificates]
    certificates = [one for name in unwanted for one in ingress_certificate.doomed(run, wanted.namespace, name)]
    dropped = [_doomed(wanted.namespace, name) for name in record.objects if name not in ours.objects]
    same_name = wanted.secret_name in unwanted
    replaced = [one for one in certificates if same_name and one.name == wanted.secret_name]
    dropped += [one for one in certificates if one not in replaced]
    return Work(wanted, live, class_name, dialect, tuple(plans), tuple(replaced), tuple(dropped), tuple(notes))


def _tls(
    wanted: IngressSpec, record: ingress_record.Record, present: list[Mapping[str, t.Any]]
) -> list[Mapping[str, t.Any]]:
    """spec.tls as it is to be."""
    if wanted.traffic.balancer:
        return ingress_record.balanced(present, record, wanted.hosts)
    named = ingress_record.without_hosts(present, record)
    return ingress_record.merged(named, record.secrets, wanted.hosts, wanted.secret_name)


def _planned(run: ports.Run, wish: objects.Wish) -> objects.Plan:
    return objects.plan(wish, objects.observe(run, wish, objects.read(run, wish)))


def _refuse_impossible(
    wanted: IngressSpec, live: ports.Object | None, record: ingress_record.Record, present: list[Mapping[str, t.Any]]
) -> None:
    if live is None and wanted.rules is None:
        raise errors.SpecError([f"name: {wanted.title} does not exist; give rules to have it created"])
    if wanted.traffic.balancer:
        return  # it serves by its own certificates, whatever tls entries say
    named = ingress_record.without_hosts(present, record)
    clashes = list(ingress_record.clashes(named, record.secrets, wanted.hosts, wanted.secret_name))
    if clashes:
        raise errors.SpecError(clashes)


def _record(
    wanted: IngressSpec,
    before: ingress_record.Record,
    present: list[Mapping[str, t.Any]],
    rendering: Rendering,
    created: bool,
) -> ingress_record.Record:
    objects_of_it = tuple(f"{kind.kind}/{manifest['metadata']['name']}" for kind, manifest in rendering.objects)
    if wanted.traffic.balancer:
        return ingress_record.Record(created=created or before.created, objects=objects_of_it, hosts=wanted.hosts)
    foreign = any(entry.get("secretName") == wanted.secret_name for entry in present)
    kept = [
        entry["secretName"]
        for entry in ingress_record.merged(present, before.secrets, wanted.hosts, wanted.secret_name)
        if entry.get("secretName") in before.secrets
    ]
    secrets = kept if wanted.secret_name in kept or foreign else [*kept, wanted.secret_name]
    explicit = [wanted.secret_name] if wanted.explicit_certificate else []
    return ingress_record.Record(
        created=created or before.created,
        secrets=tuple(sorted(secrets)),
        certificates=tuple(
            sorted({*(n for n in before.certificates if n in secrets and n != wanted.secret_name), *explicit})
        ),
        objects=objects_of_it,
    )


def _proven(run: ports.Run, work: Work, live: ports.Object, outcome: ports.Outcome) -> ports.Outcome:
    expected = work.wanted.expected_certificate
    if expected is None:
        notes = [] if work.wanted.traffic.balancer else served_secret.notes(run, work.wanted)
        return replace(outcome, facts=_facts(work, live, None), findings=[*outcome.findings, *notes])
    certificate = run.cluster.get(kinds.CERTIFICATE, expected.namespace, expected.name)
    state = waiting.State(expected, certificate)
    if run.wait:
        [state] = waiting.until_ready(run, [state])
        live = (
            run.cluster.get(kinds.INGRESS, expected.namespace, work.wanted.name) or live
        )  # its address came meanwhile
    facts = _facts(work, live, state)
    if run.wait and not state.ready:
        findings = ingress_certificate.findings(run, work.wanted, state)
        summary = f"{work.wanted.title} is not served over TLS after {state.seconds:.0f} s."
        raise errors.NotReady(in_words(summary, findings), findings, {"changed": outcome.changed, **facts})
    return replace(outcome, facts=facts, findings=[*outcome.findings, *state.notes])


def _facts(work: Work, live: ports.Object | None, state: waiting.State | None) -> dict[str, t.Any]:
    wanted = work.wanted
    addressed = (((live or {}).get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    balancer = wanted.traffic.balancer
    return {
        "ingress": {
            "name": wanted.name,
            "namespace": wanted.namespace,
            "hosts": list(wanted.hosts),
            "secret_name": wanted.secret_name or None,
            "class": work.class_name,
            "controller": work.dialect.name if work.dialect else None,
            "addresses": [entry.get("ip") or entry.get("hostname") for entry in addressed],
            **({"certificate_arns": list(balancer.certificate_arns)} if balancer else {}),
        },
        "certificate": certificate_facts.facts(state) if state else None,
    }


def remove(run: ports.Run, namespace: str, name: str, delete_secret: bool) -> ports.Outcome:
    """Take away just our part: the tls entry, annotations, what they refer to, and the Certificate behind them.

    An Ingress of ours goes as a whole, unless others have put their own tls entries on it.
    """
    title = kinds.INGRESS.title(namespace, name)
    return _until_undisturbed(lambda: _remove(run, namespace, name, delete_secret), title)


def _remove(run: ports.Run, namespace: str, name: str, delete_secret: bool) -> ports.Outcome:
    facts = {"ingress": {"name": name, "namespace": namespace}}
    live = run.cluster.get(kinds.INGRESS, namespace, name)
    record = ingress_record.read(live)
    if live is None or record == ingress_record.Record():
        return ports.Outcome(False, facts)
    doomed = [_doomed(namespace, one) for one in record.objects]
    doomed += _certificates(run, live, record)
    if delete_secret:
        doomed += [removal.Doomed(kinds.SECRET, namespace, one) for one in record.secrets]
    foreign = ingress_record.others(ingress_record.entries(live), record)
    if record.created and not foreign:
        return removal.remove(run, [removal.Doomed(kinds.INGRESS, namespace, name), *doomed], facts)
    plan = _stripped(run, live, record, foreign)
    if not run.check_mode:
        objects.carry_out(run, plan)
    outcome = removal.remove(run, doomed, facts)
    return replace(outcome, changed=True, diff=[plan.diff(), *outcome.diff])


def _stripped(
    run: ports.Run, live: ports.Object, record: ingress_record.Record, foreign: list[Mapping[str, t.Any]]
) -> objects.Plan:
    """The Ingress without our part; rules of ours stay, since an Ingress can't be without any."""
    metadata = {key: live["metadata"][key] for key in ("name", "namespace", "resourceVersion")}
    spec: dict[str, t.Any] = {"tls": foreign} if foreign else {}
    if record.created:
        spec |= {key: live["spec"][key] for key in ("rules", "ingressClassName") if key in live["spec"]}
    manifest = {"apiVersion": kinds.INGRESS.api_version, "kind": kinds.INGRESS.kind, "metadata": metadata, "spec": spec}
    wish = objects.Wish(kinds.INGRESS, manifest, yielding=frozenset({".spec.tls"}))
    return objects.plan(wish, objects.observe(run, wish, live))


def _certificates(run: ports.Run, live: ports.Object, record: ingress_record.Record) -> list[removal.Doomed]:
    """Those made explicitly, and those that cert-manager made for this Ingress, which it leaves behind otherwise."""
    namespace = live["metadata"]["namespace"]
    found = []
    for name in record.secrets:
        found += ingress_certificate.doomed(run, namespace, name, None if name in record.certificates else live)
    return found


def _doomed(namespace: str, name: str) -> removal.Doomed:
    kind, _slash, plain = name.partition("/")
    return removal.Doomed(_OBJECT_KINDS[kind], namespace, plain)
