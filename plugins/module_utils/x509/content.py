# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Certificate.spec asks to be in a certificate, as extensions (cert-manager, pkg/util/pki/csr.go and sans.go)."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_network

from . import der, fields
from .leaf import X509Error

if t.TYPE_CHECKING:
    from cryptography import x509

Body = Mapping[str, t.Any]

DEFAULT_USAGES = ("digital signature", "key encipherment")


def alternative_names(body: Body) -> x509.SubjectAlternativeName | None:
    """Return all alternative names in cert-manager's order; None when there are none.

    :raises X509Error: one of them can't be written; the message names field and value
    """
    from cryptography import x509

    def other(name: Mapping[str, str]) -> x509.OtherName:
        return x509.OtherName(x509.ObjectIdentifier(name["oid"]), der.utf8_string(name["utf8Value"]))

    def address(text: str) -> x509.IPAddress:
        return x509.IPAddress(fields.address(text))

    names = [
        *_each("dnsNames", body, x509.DNSName),
        *_each("emailAddresses", body, x509.RFC822Name),
        *_each("ipAddresses", body, address),
        *_each("uris", body, x509.UniformResourceIdentifier),
        *_each("otherNames", body, other),
    ]
    return x509.SubjectAlternativeName(names) if names else None


def key_usage(body: Body) -> x509.KeyUsage | None:
    """Return the key usages, a CA's with "cert sign"; None when only extended ones are asked for.

    :raises X509Error: "encipher only" or "decipher only" without "key agreement", which means nothing (RFC 5280, 4.2.1.3)
    """
    from cryptography import x509

    known = {name: attribute for attribute, name in fields.KEY_USAGES + fields.KEY_AGREEMENT_USAGES}
    wanted = {known[usage] for usage in _usages(body) if usage in known}
    if body.get("isCA"):
        wanted.add("key_cert_sign")
    if not wanted:
        return None
    with _naming("usages"):
        return x509.KeyUsage(**{attribute: attribute in wanted for attribute in known.values()})


def extended_key_usage(body: Body) -> x509.ExtendedKeyUsage | None:
    """Return the extended key usages in the order they are asked for; None when there are none."""
    from cryptography import x509

    oids = {name: oid for oid, name in fields.EXTENDED_KEY_USAGES.items()}
    wanted = [x509.ObjectIdentifier(oids[usage]) for usage in _usages(body) if usage in oids]
    return x509.ExtendedKeyUsage(wanted) if wanted else None


def name_constraints(body: Body) -> x509.NameConstraints | None:
    """Return what a CA may and may not sign (RFC 5280, 4.2.1.10); None when nothing is said.

    :raises X509Error: one of the constraints can't be written
    """
    from cryptography import x509

    constraints = body.get("nameConstraints") or {}
    permitted, excluded = (
        list(_subtrees(f"nameConstraints.{side}", constraints.get(side) or {})) for side in ("permitted", "excluded")
    )
    if not (permitted or excluded):
        return None
    return x509.NameConstraints(permitted or None, excluded or None)


def _subtrees(where: str, names: Body) -> Iterator[x509.GeneralName]:
    from cryptography import x509

    def network(text: str) -> x509.IPAddress:
        return x509.IPAddress(ip_network(text, strict=False))

    yield from _each("dnsDomains", names, x509.DNSName, where)
    yield from _each("ipRanges", names, network, where)
    yield from _each("emailAddresses", names, x509.RFC822Name, where)
    yield from _each("uriDomains", names, x509.UniformResourceIdentifier, where)


def _usages(body: Body) -> Iterable[str]:
    """Each usage once, aliases by their other name."""
    return dict.fromkeys(fields.USAGE_ALIASES.get(usage, usage) for usage in body.get("usages") or DEFAULT_USAGES)


def _each(
    field: str, values: Body, make: t.Callable[[t.Any], x509.GeneralName], where: str = ""
) -> Iterator[x509.GeneralName]:
    for value in values.get(field) or ():
        with _naming(f"{where}.{field}" if where else field):
            yield make(value)


@contextmanager
def _naming(field: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise X509Error(f"{field}: {error}") from error
