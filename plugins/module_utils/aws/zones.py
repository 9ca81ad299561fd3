# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosted zones of one account, and which of them a name is in.

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from ..diagnose.finding import ERROR, Finding
from .session import call


@dataclass(frozen=True)
class HostedZone:
    """A zone; its name without the dot at the end, "" where only its ID is known."""

    id: str
    name: str = ""

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"hosted zone {self.id}" + (f" ({self.name})" if self.name else "")


class Zones:
    """Finds zones, and remembers them.

    :param client: of boto3 (session.py)
    :param hosted_zone_id: the only zone there is to be; none: the public one with the longest name that fits
    :param area: the first part of findings' codes
    """

    def __init__(self, client: t.Any, hosted_zone_id: str | None = None, area: str = "dns01") -> None:
        self._client, self._area = client, area
        self._given = HostedZone(hosted_zone_id) if hosted_zone_id else None
        self._all: list[tuple[HostedZone, bool]] | None = None  # and whether it is private

    def of(self, name: str) -> HostedZone:
        """The public zone that the name is in, of those with the longest name.

        :raises ProviderError: there is none, or several
        """
        if self._given:
            return self._given
        fitting = [(zone, private) for zone, private in self._list() if f".{name}".endswith(f".{zone.name}")]
        public = [zone for zone, private in fitting if not private]
        longest = max((len(zone.name) for zone in public), default=0)
        found = [zone for zone in public if len(zone.name) == longest]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(sorted(zone.id for zone in found))
            message = f"several public hosted zones fit {name}: {several}."
        elif fitting:
            hidden = ", ".join(sorted(zone.title for zone, _private in fitting))
            message = f"only private zones fit {name}, which no CA can see: {hidden}."
        else:
            message = f"no hosted zone of this account fits {name}."
        remedy = "see the account and role that are asked, or give route53.hosted_zone_id"
        code, title = f"{self._area}.zone_not_found", f"{'TXT ' if self._area == 'dns01' else ''}record {name}"
        raise errors.ProviderError(message, [Finding(code, ERROR, title, message, remedy)])

    def _list(self) -> list[tuple[HostedZone, bool]]:
        if self._all is None:
            found: list[tuple[HostedZone, bool]] = []
            marker: dict[str, str] = {}
            while True:
                page = ask(self._client, HostedZone("*"), "ListHostedZones", self._area, **marker)
                for zone in page["HostedZones"]:
                    named = HostedZone(zone["Id"].rpartition("/")[2], zone["Name"].rstrip(".").lower())
                    found.append((named, bool((zone.get("Config") or {}).get("PrivateZone"))))
                if not page.get("IsTruncated"):
                    break
                marker = {"Marker": page["NextMarker"]}
            self._all = found
        return self._all


def ask(client: t.Any, zone: HostedZone, operation: str, area: str = "dns01", **parameters: t.Any) -> t.Any:
    """One request to Route 53.

    :raises ProviderError: it is refused, or there is no answer
    """
    return call(client, f"route53:{operation}", zone.title, area, **parameters)


def record_set(client: t.Any, zone: HostedZone, name: str, rdtype: str, area: str = "dns01") -> t.Any:
    """A ResourceRecordSet as Route 53 tells it, the first where it has several; None where there is none.

    :param name: in lower case, without the dot at its end
    :raises ProviderError: as above
    """
    first = {"StartRecordName": f"{name}.", "StartRecordType": rdtype, "MaxItems": "1"}
    page = ask(client, zone, "ListResourceRecordSets", area, HostedZoneId=zone.id, **first)
    for found in page["ResourceRecordSets"]:
        if found["Type"] == rdtype and found["Name"].rstrip(".").lower() == name:
            return found
    return None
