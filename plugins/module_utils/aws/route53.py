# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TXT records in Route 53.

One change batch for all names of a zone, made on an assumption: nothing is there yet when values are added, and only ours
when they are removed. Most often that holds, and it is the only request. Where it doesn't, Route 53 refuses the batch as a
whole; then what is there is read, and the next batch deletes exactly that and creates what is to be. So no value of another
client is lost, however many write to the same names.

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from __future__ import annotations

import re
import time
import typing as t
from dataclasses import dataclass

from .. import errors
from ..diagnose.finding import ERROR, Finding
from ..spec import txt
from .session import code_of, explained
from .zones import HostedZone, Zones, ask, record_set

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

TTL_SECONDS = 10  # as cert-manager's
_MOST = 300  # names in one batch, which may have 1000 changes and 32000 characters of values
_ATTEMPTS = 6
_PAUSES = (0.5, 5.0)  # seconds between questions after a change, the first and the longest

_DIFFERS = "InvalidChangeBatch"  # said of a batch that doesn't fit what is there
# What of it a list that is behind explains: it is read again after a while.
_STALE = re.compile(r"already exists|was not found|do not match")
_NAMED = re.compile(r"name='([^']+)'")

Records = t.Mapping[str, t.Collection[str]]


@dataclass(frozen=True)
class RecordSet:
    """The TXT records of one name; values are quoted."""

    ttl: int
    values: tuple[str, ...]


class Route53:
    """Writes to the hosted zones of one account.

    :param client: of boto3 (session.py)
    :param hosted_zone_id: the only zone that is written; none: the public one with the longest name that fits
    :param sleep: pauses for so many seconds
    """

    def __init__(
        self, client: t.Any, hosted_zone_id: str | None = None, sleep: t.Callable[[float], None] = time.sleep
    ) -> None:
        self._client, self._sleep = client, sleep
        self._zones = Zones(client, hosted_zone_id)
        self._pending: dict[str, HostedZone] = {}  # ID of a change that is not on all servers yet

    def add(self, records: Records) -> None:
        """Add values to TXT records; those that are there stay.

        :raises ProviderError: AWS refuses it
        """
        for zone, part in self._by_zone(records):
            self._change(zone, part, dict.fromkeys(part), _united)

    def remove(self, records: Records) -> None:
        """Remove values from TXT records; others stay.

        :raises ProviderError: AWS refuses it
        """
        for zone, part in self._by_zone(records):
            self._change(zone, part, {name: RecordSet(TTL_SECONDS, values) for name, values in part.items()}, _without)

    def settle(self, clock: t.Any, deadline: float) -> None:
        """Wait until all servers of Route 53 have what was added; whoever may not ask (route53:GetChange) doesn't wait.

        :param clock: monotonic and sleep
        :raises NotReady: they have not by then
        """
        pause, longest = _PAUSES
        while self._pending:
            change, zone = next(iter(self._pending.items()))
            if self._in_sync(change, zone):
                del self._pending[change]
                continue
            if clock.monotonic() >= deadline:
                message = f"Route 53 has not yet handed the change to all servers of {zone.title}."
                finding = Finding("dns01.not_propagated", ERROR, zone.title, message, "wait, and run it again")
                raise errors.NotReady(message, [finding])
            clock.sleep(pause)
            pause = min(pause * 1.5, longest)

    def _in_sync(self, change: str, zone: HostedZone) -> bool:
        try:
            return bool(ask(self._client, zone, "GetChange", Id=change)["ChangeInfo"]["Status"] == "INSYNC")
        except errors.ProviderError as error:
            if error.findings[0].code == "dns01.access_denied":
                return True  # the zone's servers are asked anyway
            raise

    def _by_zone(self, records: Records) -> Iterable[tuple[HostedZone, dict[str, tuple[str, ...]]]]:
        zones: dict[HostedZone, list[str]] = {}
        for name in sorted(records):
            zones.setdefault(self._zones.of(name), []).append(name)
        for zone, names in zones.items():
            for start in range(0, len(names), _MOST):
                part = names[start : start + _MOST]
                yield zone, {name: tuple(sorted(map(txt.quoted, records[name]))) for name in part}

    def _change(
        self,
        zone: HostedZone,
        records: Mapping[str, tuple[str, ...]],
        known: dict[str, RecordSet | None],
        wanted: t.Callable[[Sequence[str], Collection[str]], tuple[str, ...]],
    ) -> None:
        """Send the batch that leads from what is known to what is wanted, until what is known is true."""
        refused: list[t.Any] = []
        pause = _PAUSES[0]
        for _attempt in range(_ATTEMPTS):
            changes = [
                change
                for name, ours in records.items()
                for change in _changes(name, known[name], wanted(_values(known[name]), ours))
            ]
            if not changes:
                return
            again = changes == refused
            names = self._send(zone, changes, again)
            if names is None:
                return
            if again:
                self._sleep(pause)
                pause *= 2
            refused = changes
            for name in [name for name in records if name in names] or records:
                known[name] = self._read(zone, name)
        message = f"other clients change the same records of {zone.title} all the time."
        raise errors.ProviderError(
            message, [Finding("dns01.provider_error", ERROR, zone.title, message, "run it again")]
        )

    def _send(self, zone: HostedZone, changes: list[t.Any], final: bool) -> set[str] | None:
        """Hand in a batch: None when it was taken, else the names that are not as assumed.

        :param final: whether the same batch was refused before, so that there is another reason than what was assumed
        """
        import botocore.exceptions

        batch = {"Comment": "ACME DNS-01 by certops.kubernetes", "Changes": changes}
        try:
            done = self._client.change_resource_record_sets(HostedZoneId=zone.id, ChangeBatch=batch)
        except botocore.exceptions.ClientError as error:
            if code_of(error) == _DIFFERS and (not final or _STALE.search(str(error))):
                return {name.rstrip(".") for name in _NAMED.findall(str(error))}
            raise explained(error, "route53:ChangeResourceRecordSets", zone.title) from None
        except botocore.exceptions.BotoCoreError as error:
            raise explained(error, "route53:ChangeResourceRecordSets", zone.title) from None
        self._pending[done["ChangeInfo"]["Id"].rpartition("/")[2]] = zone
        return None

    def _read(self, zone: HostedZone, name: str) -> RecordSet | None:
        found = record_set(self._client, zone, name, "TXT")
        if found is None:
            return None
        if "SetIdentifier" in found:
            message = f"the TXT record {name} has a routing policy; it must be a simple one."
            finding = Finding("dns01.provider_error", ERROR, zone.title, message, "remove that record")
            raise errors.ProviderError(message, [finding])
        return RecordSet(found["TTL"], tuple(record["Value"] for record in found["ResourceRecords"]))


def _values(known: RecordSet | None) -> tuple[str, ...]:
    return known.values if known else ()


def _united(there: Sequence[str], ours: Collection[str]) -> tuple[str, ...]:
    return (*there, *(value for value in ours if value not in there))


def _without(there: Sequence[str], ours: Collection[str]) -> tuple[str, ...]:
    return tuple(value for value in there if value not in ours)


def _changes(name: str, known: RecordSet | None, values: tuple[str, ...]) -> list[dict[str, t.Any]]:
    """Nothing, or the deletion of exactly what is there and the creation of what is to be."""
    if values == _values(known):
        return []
    changes = [_record("DELETE", name, known.ttl, known.values)] if known else []
    if values:
        changes.append(_record("CREATE", name, known.ttl if known else TTL_SECONDS, values))
    return changes


def _record(action: str, name: str, ttl: int, values: tuple[str, ...]) -> dict[str, t.Any]:
    records = [{"Value": value} for value in values]
    return {
        "Action": action,
        "ResourceRecordSet": {"Name": f"{name}.", "Type": "TXT", "TTL": ttl, "ResourceRecords": records},
    }
