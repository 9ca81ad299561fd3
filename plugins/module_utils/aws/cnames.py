# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CNAME records in Route 53, by which ACM validates names and later renews.

Their names are made by ACM for one name and account, so whatever is there of that name and type is replaced by UPSERT.
"""

from __future__ import annotations

import typing as t

from .zones import HostedZone, Zones, ask, record_set

if t.TYPE_CHECKING:
    from collections.abc import Mapping

AREA = "acm"
TTL_SECONDS = 300  # as AWS' console writes them
_MOST = 300  # in one batch


class Cnames:
    """Reads and writes them.

    :param client: Route 53's, of boto3 (session.py)
    :param hosted_zone_id: the only zone that is written; none: the public one with the longest name that fits
    """

    def __init__(self, client: t.Any, hosted_zone_id: str | None = None) -> None:
        self._client = client
        self._zones = Zones(client, hosted_zone_id, AREA)

    def missing(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """Those of the records, name to target, that are not as wanted.

        :raises ProviderError: AWS refuses it, or no zone fits
        """
        return {name: value for name, value in wanted.items() if self._read(self._zones.of(name), name) != value}

    def write(self, records: Mapping[str, str]) -> None:
        """Write them, those of a zone in one batch.

        :raises ProviderError: AWS refuses it, or no zone fits
        """
        zones: dict[HostedZone, list[str]] = {}
        for name in sorted(records):
            zones.setdefault(self._zones.of(name), []).append(name)
        for zone, names in zones.items():
            for start in range(0, len(names), _MOST):
                changes = [_upsert(name, records[name]) for name in names[start : start + _MOST]]
                batch = {"Comment": "ACM validation by certops.kubernetes", "Changes": changes}
                ask(self._client, zone, "ChangeResourceRecordSets", AREA, HostedZoneId=zone.id, ChangeBatch=batch)

    def _read(self, zone: HostedZone, name: str) -> str | None:
        found = record_set(self._client, zone, name, "CNAME", AREA)
        return str(found["ResourceRecords"][0]["Value"]).rstrip(".").lower() if found else None


def _upsert(name: str, value: str) -> dict[str, t.Any]:
    records = [{"Value": f"{value}."}]
    found = {"Name": f"{name}.", "Type": "CNAME", "TTL": TTL_SECONDS, "ResourceRecords": records}
    return {"Action": "UPSERT", "ResourceRecordSet": found}
