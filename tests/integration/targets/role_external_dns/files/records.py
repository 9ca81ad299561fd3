# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the records of the announced zone whose names have a text in them: `records.py TEXT`. All are asked for, by AXFR."""

from __future__ import annotations

import os
import sys

import dns.query
import dns.tsig
import dns.xfr
import dns.zone


def main() -> None:
    address, _colon, port = os.environ["CERTOPS_DYNAMIC_DNS_SERVER"].rpartition(":")
    name, algorithm, secret = (os.environ[f"CERTOPS_TSIG_{part}"] for part in ("KEY_NAME", "ALGORITHM", "SECRET"))
    zone = dns.zone.Zone(os.environ["CERTOPS_ANNOUNCED_DNS_ZONE"])
    query, _serial = dns.xfr.make_query(zone)
    query.use_tsig(dns.tsig.Key(name, secret, algorithm))
    dns.query.inbound_xfr(address, zone, query, port=int(port), timeout=10, lifetime=10)
    for owner, ttl, data in zone.iterate_rdatas():
        if sys.argv[1] in owner.to_text():
            print(owner, ttl, data.rdtype.name, data)


if __name__ == "__main__":
    main()
