# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a client takes, how busy the machine was before it, and when a host serves what it made."""

from __future__ import annotations

import pathlib
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from .clients import Client

_LOOK_SECONDS = 2.0
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Figures:
    """One run. Seconds; busy: the share of the processors' time that was used just before it."""

    wall: float
    busy: float


def measured(client: Client, names: Sequence[str]) -> Figures:
    """Have it make certificates, and see that each is for its name.

    :raises SystemExit: it failed
    """
    load = busy()
    began = time.monotonic()
    client.issue(names)
    wall = time.monotonic() - began
    for name, chain in zip(names, client.chains(names), strict=True):
        found = subject(x509.load_pem_x509_certificates(chain)[0])
        if found != [name]:
            raise SystemExit(f"{client.title} made a certificate for {found} instead of {name}")
    client.forget(names)
    return Figures(wall, load)


def busy() -> float:
    """The share of the processors' time that is used, by a look of some seconds."""
    before = _times()
    time.sleep(_LOOK_SECONDS)
    idle, whole = (after - first for after, first in zip(_times(), before, strict=True))
    return 1 - idle / whole if whole else 0.0


def _times() -> tuple[int, int]:
    """Idle and all (proc_stat(5): idle and iowait are the fourth and fifth)."""
    numbers = [int(word) for word in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return numbers[3] + numbers[4], sum(numbers)


def subject(leaf: x509.Certificate) -> list[str]:
    """Its DNS names."""
    names = leaf.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    return list(names.get_values_for_type(x509.DNSName))  # type: ignore[attr-defined]


class Handshakes:
    """Asks an address again and again, until it serves a certificate for just this host."""

    def __init__(self, host: str, address: str) -> None:
        self._host, self._address, self._ended = host, address, threading.Event()
        self.served_at = 0.0  # the system's time, in seconds
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def wait(self, seconds: float) -> float:
        """When it was served first.

        :raises SystemExit: it was not, in so many seconds
        """
        self._thread.join(seconds)
        if not self.served_at:
            raise SystemExit(f"{self._host} is not served its certificate after {seconds:.0f} s")
        return self.served_at

    def _watch(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        while not self._ended.is_set():
            if self._serves(context):
                self.served_at = time.time()
                return
            time.sleep(_PAUSE_SECONDS)

    def _serves(self, context: ssl.SSLContext) -> bool:
        try:
            with (
                socket.create_connection((self._address, 443), timeout=5) as plain,
                context.wrap_socket(plain, server_hostname=self._host) as secure,
            ):
                der = secure.getpeercert(binary_form=True)
        except OSError:
            return False
        try:
            return der is not None and subject(x509.load_der_x509_certificate(der)) == [self._host]
        except x509.ExtensionNotFound:
            return False
