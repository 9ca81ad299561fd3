# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Route 53 by moto as a server, made as strict about change batches as the real one."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.route53.exceptions import Route53ClientError
from moto.route53.models import FakeZone, RecordSet, Route53Backend
from moto.server import ThreadedMotoServer

_NUMBERS = itertools.count()


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[str]:
    """The URL of a server, for as long as the block lasts; all of a process share their state."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    lenient = Route53Backend.change_resource_record_sets
    Route53Backend.change_resource_record_sets = _change  # type: ignore[method-assign]
    server = ThreadedMotoServer(address, 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        Route53Backend.change_resource_record_sets = lenient  # type: ignore[method-assign]


def make_zone(client: Any, name: str, private: bool = False) -> str:
    """The ID of a new hosted zone."""
    vpc = {"VPC": {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}} if private else {}
    made = client.create_hosted_zone(
        Name=name,
        CallerReference=str(next(_NUMBERS)),
        HostedZoneConfig={"PrivateZone": private, "Comment": ""},
        **vpc,
    )
    return str(made["HostedZone"]["Id"].rpartition("/")[2])


def _change(backend: Route53Backend, zone_id: str, changes: list[dict[str, Any]]) -> None:
    """All of a batch or nothing: moto neither refuses to create what is there, nor to delete what is there otherwise.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    zone = backend.get_hosted_zone(zone_id)
    before, problems = zone.rrsets, []
    for change in changes:
        wanted = _record_set(change["ResourceRecordSet"])
        there = _find(zone, wanted)
        if change["Action"] == "CREATE" and there:
            problems.append(f"Tried to create {_title(wanted)} but it already exists")
        elif change["Action"] == "DELETE" and not there:
            problems.append(f"Tried to delete {_title(wanted)} but it was not found")
        elif change["Action"] == "DELETE" and _content(there) != _content(wanted):
            problems.append(f"Tried to delete {_title(wanted)} but the values provided do not match the current values")
        zone.rrsets = [found for found in zone.rrsets if found is not there]
        if change["Action"] != "DELETE":
            zone.rrsets.append(wanted)
    if problems:
        zone.rrsets = before
        raise Route53ClientError("InvalidChangeBatch", f"[{', '.join(problems)}]")


def _record_set(said: dict[str, Any]) -> RecordSet:
    values = [record["Value"] for record in said.get("ResourceRecords") or ()]
    return RecordSet({**said, "Name": said["Name"].rstrip(".") + ".", "ResourceRecords": values})


def _find(zone: FakeZone, wanted: RecordSet) -> RecordSet | None:
    key = (wanted.name, wanted.type, wanted.set_identifier)
    return next((found for found in zone.rrsets if (found.name, found.type, found.set_identifier) == key), None)


def _content(found: RecordSet | None) -> tuple[Any, list[str]]:
    return (int(found.ttl or 0), sorted(found.records)) if found else (0, [])


def _title(wanted: RecordSet) -> str:
    return f"resource record set [name='{wanted.name}', type='{wanted.type}']"
