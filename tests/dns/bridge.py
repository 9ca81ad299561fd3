# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries the records of a hosted zone to a DNS server, as Route 53 does to its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.query
import dns.tsig
import dns.update

from .bind import Key

PAUSE = 0.1  # seconds; a change is seen that much later

TYPES = ("A", "AAAA", "CNAME", "TXT")
# By name and type: seconds to live, values.
Sets = dict[tuple[str, str], tuple[int, tuple[str, ...]]]


@contextmanager
def carrying(client: Any, zone_id: str, apex: str, key: Key, address: str, port: int) -> Iterator[None]:
    """As long as the block lasts. client: Route 53's, of boto3."""
    over = threading.Event()
    keyring = dns.tsig.Key(key.name, key.secret, key.algorithm)

    def carry() -> None:
        carried: Sets = {}
        while not over.wait(PAUSE):
            there = _records(client, zone_id)
            if there == carried:
                continue
            message = dns.update.UpdateMessage(f"{apex}.", keyring=keyring)
            for name, rdtype in carried.keys() - there.keys():
                message.delete(name, rdtype)
            for (name, rdtype), (ttl, values) in there.items():
                message.replace(name, ttl, rdtype, *values)
            answer = dns.query.tcp(message, address, 5, port)
            if answer.rcode():
                raise RuntimeError(f"the DNS server does not take it: {answer}")
            carried = there

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)


def _records(client: Any, zone_id: str) -> Sets:
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
    return {
        (found["Name"], found["Type"]): (found["TTL"], tuple(record["Value"] for record in found["ResourceRecords"]))
        for page in pages
        for found in page["ResourceRecordSets"]
        if found["Type"] in TYPES
    }
