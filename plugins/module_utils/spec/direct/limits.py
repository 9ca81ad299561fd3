# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the direct engine can't do, said before anything is changed."""

from __future__ import annotations

import typing as t

from .. import convert

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SIGNERS = ("selfSigned", "ca", "acme")
PROVIDERS = ("rfc2136", "route53")  # of DNS-01


def issuer(body: Mapping[str, t.Any]) -> Iterator[str]:
    """Rules of an Issuer.spec."""
    kind = next(iter(body), "")
    if kind not in SIGNERS:
        yield f"{convert.snake(kind)}: not allowed with engine: direct, which signs by self_signed, ca or acme"
    for index, solver in enumerate((body.get("acme") or {}).get("solvers") or ()):
        yield from _solver(f"acme.solvers[{index}]", solver)


def _solver(where: str, solver: Mapping[str, t.Any]) -> Iterator[str]:
    http01, dns01 = solver.get("http01"), solver.get("dns01") or {}
    if http01 is not None and "gatewayHTTPRoute" in http01:
        yield f"{where}.http01.gateway: not allowed with engine: direct, which answers through an Ingress"
    if ((http01 or {}).get("ingress") or {}).get("name"):
        yield f"{where}.http01.ingress_name: not allowed with engine: direct, which makes an Ingress of its own"
    if (dns01.get("route53") or {}).get("auth"):
        yield f"{where}.dns01.route53.service_account_ref: not allowed with engine: direct, which runs outside the cluster"
    known = ", ".join(map(convert.snake, PROVIDERS))
    if "dns01" in solver and not set(dns01) - {"cnameStrategy"}:
        yield f"{where}.dns01.raw: names no provider; engine: direct knows {known}"
    if "rfc2136" in dns01 and not (dns01["rfc2136"] or {}).get("nameserver"):
        yield f"{where}.dns01.raw.rfc2136.nameserver: missing; engine: direct sends its updates there"
    for provider in sorted(set(dns01).difference(PROVIDERS, ("cnameStrategy", "persist"))):
        yield f"{where}.dns01.{provider}: not allowed with engine: direct, which knows {known}"


def certificate(body: Mapping[str, t.Any]) -> Iterator[str]:
    """Rules of a Certificate.spec."""
    if (body.get("renewal") or {}).get("windows"):
        yield "renewal.windows: not allowed with engine: direct, which renews when it is run"
    for store, options in sorted((body.get("keystores") or {}).items()):
        if "password" in (options or {}):
            yield (
                f"keystores.{store}.password: not allowed with engine: direct, which keeps what is wanted in a ConfigMap;"
                " name a Secret in password_secret_ref"
            )


def by_acme(body: Mapping[str, t.Any]) -> Iterator[str]:
    """Rules of a Certificate.spec whose issuer is an ACME server: it certifies host names and addresses, of servers.

    The request names just what the order does (RFC 8555, 7.4; RFC 8738), so a common name must be one of them; cert-manager
    refuses another one, too (pkg/controller/certificaterequests/acme).
    """
    names = [*(body.get("dnsNames") or ()), *(body.get("ipAddresses") or ())]
    if not names:
        yield "dns_names: missing, an ACME server certifies host names and IP addresses; give dns_names or ip_addresses"
    for field in ("uris", "emailAddresses", "otherNames"):
        if body.get(field):
            yield f"{convert.snake(field)}: not allowed with an ACME issuer, which certifies dns_names and ip_addresses"
    common_name = body.get("commonName")
    if names and common_name and common_name not in names:
        yield f"common_name: {common_name!r} is not among dns_names and ip_addresses, as ACME wants it to be"
    if body.get("isCA"):
        yield "is_ca: not allowed with an ACME issuer, which signs no authorities"
    if (body.get("privateKey") or {}).get("algorithm") == "Ed25519":
        yield "private_key.algorithm: 'Ed25519' is not allowed with an ACME issuer: RSA or ECDSA"
