# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are not served as they should be."""

from __future__ import annotations

import typing as t

from ...spec.endpoints import ANY_HOST, DEFAULT, NONE, Endpoint
from ...x509.names import covers
from ..finding import ERROR, WARNING, Finding
from .data import Fleet, secret_title
from .words import evidence, listed

if t.TYPE_CHECKING:
    from collections.abc import Iterator


def without_tls(fleet: Fleet) -> Iterator[Finding]:
    """Served over plain HTTP, and over HTTPS by nothing but a controller's default certificate."""
    for owner, group in _by_owner(each for each in fleet.shown_endpoints if each.termination == NONE):
        yield Finding(
            "host.no_tls",
            WARNING,
            owner,
            f"serves {listed([each.host for each in group])} without TLS.",
            "add a tls entry with a Secret, as certops.kubernetes.ingress_tls does",
            evidence(group),
        )


def without_secret(fleet: Fleet) -> Iterator[Finding]:
    """TLS is asked for, but no Secret is named."""
    for owner, group in _by_owner(each for each in fleet.shown_endpoints if each.termination == DEFAULT):
        yield Finding(
            "host.default_certificate",
            WARNING,
            owner,
            f"names no Secret for {listed([each.host for each in group])}: the controller's default one is served.",
            "name a Secret, unless the controller's default certificate is meant for this host",
            evidence(group),
        )


def not_covered(fleet: Fleet) -> Iterator[Finding]:
    """The Secret's certificate is for other names (RFC 9525)."""
    for key in fleet.shown_secrets:
        secret = fleet.secrets.get(key)
        leaf = secret.leaf if secret else None
        if leaf is None:
            continue
        wrong = [each for each in fleet.served.get(key, ()) if not _is_covered(fleet, each)]
        if wrong:
            names = listed([*leaf.dns_names, *leaf.ip_addresses]) or leaf.subject or "no name at all"
            yield Finding(
                "host.not_covered",
                ERROR,
                secret_title(key),
                f"its certificate is for {names}, not for {listed([each.title for each in wrong])}.",
                "add the name to the Certificate, or name another Secret in the tls entry",
                evidence(wrong),
            )


def _is_covered(fleet: Fleet, endpoint: Endpoint) -> bool:
    """Whether one of the certificates at the host's place is for the host, as far as they are known."""
    keys = (each.secret for each in fleet.places[endpoint.place] if each.secret)
    leaves = [fleet.secrets[key].leaf for key in keys if key in fleet.secrets]
    return endpoint.host == ANY_HOST or any(leaf is not None and covers(leaf, endpoint.host) for leaf in leaves)


def two_secrets(fleet: Fleet) -> Iterator[Finding]:
    """One host with several certificates behind one class: which is served is up to the controller."""
    groups: dict[tuple[str, str | None], list[Endpoint]] = {}
    for each in fleet.endpoints:
        if each.secret and each.host != ANY_HOST:
            groups.setdefault((each.host, each.class_name), []).append(each)
    shown = set(fleet.shown_endpoints)
    for (host, _class), group in groups.items():
        if len(_offers(fleet, group)) > 1 and not shown.isdisjoint(group):
            served = listed([f"{'/'.join(each.secret or ())} ({each.owner})" for each in group])
            yield Finding(
                "host.two_secrets",
                WARNING,
                group[0].owner,
                f"{host} is served from several Secrets: {served}. Which of them a client gets is up to the controller.",
                "let all Ingresses of the host name Secrets with the same certificate",
                evidence(group),
            )


def _offers(fleet: Fleet, endpoints: list[Endpoint]) -> set[frozenset[object]]:
    """The different sets of certificates that the host's places have."""
    offers: dict[tuple[str, str, str], set[object]] = {}
    for each in endpoints:
        offers.setdefault(each.place, set()).add(_certificate(fleet, each))
    return {frozenset(offer) for offer in offers.values()}


def _certificate(fleet: Fleet, endpoint: Endpoint) -> object:
    """What tells certificates apart: a mirrored Secret holds the same one."""
    secret = fleet.secrets.get(endpoint.secret) if endpoint.secret else None
    return secret.leaf.fingerprint_sha256 if secret and secret.leaf else endpoint.secret


def _by_owner(endpoints: Iterator[Endpoint]) -> Iterator[tuple[str, list[Endpoint]]]:
    groups: dict[str, list[Endpoint]] = {}
    for each in endpoints:
        groups.setdefault(each.owner, []).append(each)
    yield from groups.items()
