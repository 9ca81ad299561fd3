# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Secret holds beside tls.crt, tls.key and ca.crt: keystores and other formats, under cert-manager's keys."""

from __future__ import annotations

import typing as t
from datetime import datetime

from ..x509 import keys
from ..x509.jks import JKS
from ..x509.keystore import Content, Keystore, kept_or_written
from ..x509.leaf import X509Error, parse_chain
from ..x509.pkcs12 import PKCS12

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..x509.signing import Issued

Body = t.Mapping[str, t.Any]

# spec.keystores' field → the ending of its files
_ENDINGS = {"jks": "jks", "pkcs12": "p12"}
_FORMATS = {"DER": "key.der", "CombinedPEM": "tls-combined.pem"}

ALL_DATA_KEYS = frozenset(
    {*_FORMATS.values(), *(f"{kind}.{ending}" for kind in ("keystore", "truststore") for ending in _ENDINGS.values())}
)


def data_keys(body: Body, with_ca: bool) -> frozenset[str]:
    """Return the keys of the data that are asked for; truststores only where there is a CA to trust."""
    kinds = ("keystore", "truststore") if with_ca else ("keystore",)
    stores = {f"{kind}.{_ENDINGS[store]}" for store, _options in _wanted_stores(body) for kind in kinds}
    return frozenset(stores | {_FORMATS[each["type"]] for each in body.get("additionalOutputFormats") or ()})


def password_references(body: Body) -> dict[str, tuple[str, str]]:
    """Return the Secret's name and key of every keystore whose password isn't in the spec itself."""
    references = {store: options.get("passwordSecretRef") for store, options in _wanted_stores(body)}
    return {store: (found["name"], found.get("key") or "") for store, found in references.items() if found}


def data(
    body: Body,
    issued: Issued,
    key: keys.PrivateKey,
    now: datetime,
    passwords: Mapping[str, str],
    old: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Return the data; see :func:`.tls_secret.manifest` for the parameters.

    :raises X509Error: a keystore has no password, or can't be written
    """
    encoding = keys.wanted(body).encoding
    formats = {
        "key.der": keys.encode_der(key, encoding),
        "tls-combined.pem": keys.encode(key, encoding) + b"\n" + issued.chain,
    }
    found = {name: value for name, value in formats.items() if name in data_keys(body, with_ca=False)}
    for store, options in _wanted_stores(body):
        password = options.get("password") or passwords.get(store)
        if not password:
            raise X509Error(f"keystores.{store}: its password is empty")
        format_ = _keystore(store, options, password.encode(), now)
        for name, content in _contents(issued, key):
            data_key = f"{name}.{_ENDINGS[store]}"
            found[data_key] = kept_or_written(format_, old.get(data_key, b""), content)
    return found


def _wanted_stores(body: Body) -> Iterator[tuple[str, Body]]:
    for store, options in (body.get("keystores") or {}).items():
        if options and options.get("create"):
            yield store, options


def _keystore(store: str, options: Body, password: bytes, now: datetime) -> Keystore:
    if store == "jks":
        return JKS(password, now, options.get("alias") or "certificate")
    return PKCS12(password, options.get("profile") or "LegacyRC2")


def _contents(issued: Issued, key: keys.PrivateKey) -> Iterator[tuple[str, Content]]:
    authorities = tuple(each.der for each in parse_chain(issued.ca)) if issued.ca else ()
    yield "keystore", Content(authorities, tuple(each.der for each in parse_chain(issued.chain)), key)
    if authorities:
        yield "truststore", Content(authorities)
