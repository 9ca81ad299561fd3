# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests and benchmarks of the client share: keys, requests, a whole issuance, and a clock that doesn't wait."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.client import Client
from ansible_collections.certops.kubernetes.plugins.module_utils.acme.resources import Identifier, Order, Step
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Clock

from .pebble import Pebble

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
REAL_CLOCK = Clock(lambda: datetime.now(timezone.utc), time.monotonic, time.sleep)
SECONDS = 60.0


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Hurried:
    """A clock that goes on by each pause at once, but for a blink in which the server can work."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def clock(self) -> Clock:
        return Clock(
            lambda: datetime.now(timezone.utc) + timedelta(seconds=self._skipped),
            lambda: time.monotonic() + self._skipped,
            self._sleep,
        )

    @property
    def _skipped(self) -> float:
        return sum(self.naps)

    def _sleep(self, seconds: float) -> None:
        # Longer for a long pause: else a minute's deadline is over before a busy machine has let the server work.
        time.sleep(min(seconds, max(0.05, min(seconds / 20, 0.25))))
        self.naps.append(seconds)


def client(server: Pebble, key: PrivateKey | None = None, clock: Clock = REAL_CLOCK, directory: str = "") -> Client:
    """A client without an account; directory is another way to the server, by a proxy."""
    return Client(directory or server.directory, pem(key or new_key()), clock=clock, trust=server.trust)


def registered(server: Pebble, clock: Clock = REAL_CLOCK, directory: str = "", contacts: Sequence[str] = ()) -> Client:
    """A client with a new account."""
    fresh = client(server, clock=clock, directory=directory)
    fresh.register(contacts)
    return fresh


def orders_of(acme: Client) -> list[str]:
    """The URLs of the orders that the server has for the account; it leaves out what is invalid, or lost its proof."""
    account = acme.find_account()
    pages: list[str] = [account.orders] if account and account.orders else []
    found: list[str] = []
    for page in pages:
        answer = acme._account.post(page, None, "list the orders")
        found += answer.json().get("orders") or ()
        pages += answer.links("next")
    return found


def request(identifiers: Sequence[Identifier], key: PrivateKey) -> bytes:
    """A certificate signing request in DER."""
    names = [
        x509.DNSName(value) if kind == "dns" else x509.IPAddress(ipaddress.ip_address(value))
        for kind, value in identifiers
    ]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    signed = builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Issued:
    chain: bytes
    key: PrivateKey
    order: Order

    @property
    def leaf(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.chain)

    @property
    def der(self) -> bytes:
        return self.leaf.public_bytes(Encoding.DER)


def authorize(acme: Client, order: Order, clock: Clock = REAL_CLOCK) -> Order:
    """Every pending authorization's HTTP-01 challenge, or its only one, is said to be ready to be looked at."""
    for url in order.authorizations if order.step is Step.AUTHORIZE else ():
        authorization = acme.authorization(url)
        if authorization.status == "pending":
            offered = {challenge.type: challenge for challenge in authorization.challenges}
            acme.respond(offered.get("http-01") or offered["dns-01"])
    return acme.await_authorized(order, clock.monotonic() + SECONDS)


def issue(
    acme: Client,
    *names: str,
    clock: Clock = REAL_CLOCK,
    key: PrivateKey | None = None,
    preferred_chain: str | None = None,
    **options: str | None,
) -> Issued:
    """A certificate from the first request to the chain; options are those of new_order."""
    identifiers = [("dns", name) for name in names]
    order = authorize(acme, acme.new_order(identifiers, **options), clock)
    own = key or new_key()
    order = acme.finalize(order, request(identifiers, own))
    order = acme.await_issued(order, clock.monotonic() + SECONDS)
    return Issued(acme.certificate(order, preferred_chain), own, order)
