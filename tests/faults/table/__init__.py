# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All cases: the first group side by side, each in a namespace of its own; the later groups one after the other."""

from __future__ import annotations

from . import challenges, cluster, healthy, hosts, issuers, orders, requests, secrets

SIDE_BY_SIDE = (
    *issuers.CASES,
    *orders.CASES,
    *hosts.CASES,
    *challenges.CASES,
    *requests.CASES,
    *secrets.CASES,
    *healthy.CASES,
)
GROUPS = (SIDE_BY_SIDE, *cluster.GROUPS)
CASES = tuple(case for group in GROUPS for case in group)

TOPICS = {
    "Issuers and accounts": issuers.CASES,
    "What the ACME server says": orders.CASES,
    "Hosts and port 80": hosts.CASES,
    "Solvers and their pods": challenges.CASES,
    "Requests and keys": requests.CASES,
    "Secrets and renewal": secrets.CASES,
    "The cluster and cert-manager itself": cluster.CASES,
    "Where nothing is wrong": healthy.CASES,
}
