# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of the fleet, the cause before its consequences: a check is a function from what was read to findings."""

from __future__ import annotations

import typing as t

from .. import unread
from ..finding import ERROR, Finding
from . import certificates, hosts, secrets
from .data import Fleet

if t.TYPE_CHECKING:
    from collections.abc import Iterator


def unseen(fleet: Fleet) -> Iterator[Finding]:
    """What could not be read may hide something."""
    for plural, answer in fleet.errors.items():
        yield unread.finding(plural, answer, "so what is the matter with them is not known")


CHECKS = (
    certificates.issuers,  # not ready
    certificates.missing_issuers,  # named, but not there
    certificates.not_ready,  # Certificates that aren't
    certificates.renewal,  # failing or overdue
    certificates.two_certificates,  # two Certificates, one Secret
    certificates.two_ingresses,  # two Ingresses, one Secret
    secrets.missing,  # named by an Ingress, but not there
    secrets.unreadable,  # no certificate in it
    secrets.validity,  # expired, expiring, not valid yet
    secrets.untrusted,  # of CAs for tests, of controllers
    hosts.not_covered,  # the certificate is for other names
    hosts.two_secrets,  # one host, two certificates
    hosts.without_secret,  # TLS without a Secret
    hosts.without_tls,  # no TLS at all
    certificates.unused,  # nobody serves it
    secrets.orphaned,  # nobody renews it
    unseen,  # what could not be read
)


def run_all(fleet: Fleet) -> list[Finding]:
    """All findings, errors first, each in the order of the checks."""
    found = [finding for check in CHECKS for finding in check(fleet)]
    return sorted(found, key=lambda finding: finding.severity != ERROR)
