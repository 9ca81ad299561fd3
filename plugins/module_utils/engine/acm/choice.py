# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate of the account is the wanted one."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ... import errors
from ...spec.acm import FAILED, IMPORTED, ISSUED, PENDING, REQUESTED, TIMED_OUT
from ..diff import pair

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ...spec.acm import AcmSpec, Known, Summary
    from .ports import AcmRun


@dataclass(frozen=True)
class Choice:
    """The wanted certificate, if there is one.

    :param known: the one that is used
    :param failed: requests that have ended without one, by the last first
    """

    known: Known | None
    failed: tuple[Known, ...] = ()


def requested(run: AcmRun, spec: AcmSpec) -> Choice:
    """The one that was requested for these names, with at least these tags.

    :raises SpecError: the given ARN is not one for these names
    """
    if spec.arn:
        known = by_arn(run, spec.arn)
        if known.type != REQUESTED or set(known.names) != set(spec.dns_names):
            has = f"{known.type}, {', '.join(known.names)}"
            raise errors.SpecError([f"certificate_arn: {spec.arn} is another certificate than dns_names says: {has}"])
        return choose([known])
    listed = _requests(run, spec)
    return choose(_described(run, spec, [one for one in listed if one.key_algorithm in ("", spec.key_algorithm)]))


def _requests(run: AcmRun, spec: AcmSpec) -> list[Summary]:
    """What was requested, as far as a list tells, for these names."""
    wanted = frozenset(spec.dns_names)
    return [
        one
        for one in run.certificates.summaries()
        if one.type == REQUESTED and one.domain_name in wanted and one.names in (None, wanted)
    ]


def _described(run: AcmRun, spec: AcmSpec, listed: Iterable[Summary]) -> list[Known]:
    """Those of them that are for just these names, and have these tags."""
    found = (described(run, one.arn) for one in listed)
    return [one for one in found if one and frozenset(one.names) == frozenset(spec.dns_names) and _tagged(one, spec)]


def _tagged(known: Known, spec: AcmSpec) -> bool:
    return all(known.tags.get(key) == value for key, value in spec.tags.items())


def choose(candidates: Iterable[Known]) -> Choice:
    """An issued one that is in use before one that isn't, then the one that lasts longest; else one on its way."""
    found = list(candidates)
    issued = [one for one in found if one.status == ISSUED]
    on_its_way = [one for one in found if one.status == PENDING and all(v.method == "DNS" for v in one.validations)]
    ended = tuple(sorted((one for one in found if one.status in (FAILED, TIMED_OUT)), key=lambda one: one.arn))
    if issued:
        return Choice(max(issued, key=lambda one: (bool(one.in_use_by), one.not_after or "", one.arn)), ended)
    return Choice(min(on_its_way, key=lambda one: one.arn) if on_its_way else None, ended)


def imported(run: AcmRun, spec: AcmSpec, names: Iterable[str]) -> Known | None:
    """The one that this Secret was imported to before; those that share a name are looked at first.

    :param names: of the certificate that is in the Secret now
    :raises SpecError: the given ARN is none of an imported certificate
    :raises CertopsError: there are several
    """
    if spec.arn:
        known = by_arn(run, spec.arn)
        if known.type != IMPORTED:
            raise errors.SpecError(
                [f"certificate_arn: {spec.arn} was not imported but is {known.type}; ACM can't replace it"]
            )
        return known
    shared = frozenset(names)
    groups: dict[bool, list[Summary]] = {True: [], False: []}
    for one in run.certificates.summaries():
        if one.type == IMPORTED:
            groups[bool(shared & (one.names or {one.domain_name}))].append(one)
    for group in (groups[True], groups[False]):
        found = list(_of_source(run, spec, group))
        if len(found) > 1:
            several = ", ".join(sorted(one.arn for one in found))
            raise errors.CertopsError(
                f"{spec.title} is not one but several; give certificate_arn or more tags: {several}"
            )
        if found:
            return found[0]
    return None


def _of_source(run: AcmRun, spec: AcmSpec, group: Iterable[Summary]) -> Iterator[Known]:
    wanted = spec.all_tags
    for one in group:
        tags = run.certificates.tags(one.arn)
        if all(tags.get(key) == value for key, value in wanted.items()):
            known = run.certificates.describe(one.arn)
            if known:
                yield replace(known, tags=tags)


def untagged(spec: AcmSpec, known: Known | None) -> dict[str, str]:
    """The wanted tags that it does not have; none of one that is still to be made."""
    return {key: value for key, value in spec.tags.items() if known and known.tags.get(key) != value}


def tagged(known: Known, tags: Mapping[str, str]) -> dict[str, t.Any]:
    """These tags set, as a diff."""
    before = {key: known.tags[key] for key in tags if key in known.tags}
    return pair(known.title, {"tags": before}, {"tags": dict(tags)})


def doomed(run: AcmRun, spec: AcmSpec) -> list[Known]:
    """What has to go: the one that the ARN names, or those that this module has made for the names or the Secret."""
    if spec.arn:
        known = described(run, spec.arn)
        return [known] if known else []
    if spec.secret:
        return list(_of_source(run, spec, [one for one in run.certificates.summaries() if one.type == IMPORTED]))
    return [one for one in _described(run, spec, _requests(run, spec)) if one.ours]


def by_arn(run: AcmRun, arn: str) -> Known:
    """The certificate.

    :raises SpecError: there is none
    """
    known = described(run, arn)
    if known is None:
        raise errors.SpecError([f"certificate_arn: there is no {arn} in this account and region"])
    return known


def described(run: AcmRun, arn: str) -> Known | None:
    """The certificate with its tags."""
    known = run.certificates.describe(arn)
    return replace(known, tags=run.certificates.tags(arn)) if known else None
