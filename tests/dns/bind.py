# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""BIND as the primary server of zones that are written by RFC 2136: its configuration, and a server of one's own on loopback."""

from __future__ import annotations

import base64
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CONFIGURATION = """\
options {{
    directory "{directory}";
    pid-file none;
    lock-file none;
    session-keyfile none;
    listen-on port {port} {{ {address}; }};
    listen-on-v6 {{ none; }};
    # Only to follow a CNAME from one of its zones to another; the forwarder is nobody.
    recursion yes;
    forward only;
    forwarders {{ 127.0.0.1 port 9; }};
    dnssec-validation no;
    notify no;
}};
controls {{ }};
"""
_KEY = """\
key "{name}" {{ algorithm {algorithm}; secret "{secret}"; }};
"""
_ZONE = """\
zone "{apex}" {{
    type primary;
    file "{apex}.zone";
    allow-update {{ {keys}; }};
    allow-transfer {{ {keys}; }};
}};
"""
_RECORDS = """\
$TTL 60
@ SOA ns hostmaster 1 60 60 60 1
@ NS ns
ns A {address}
{more}
"""


@dataclass(frozen=True)
class Key:
    """A TSIG key; its secret is base64."""

    name: str
    algorithm: str
    secret: str


@dataclass(frozen=True)
class Zone:
    """A zone, lines of its zone file besides SOA, NS and the server's address, and the names of the keys that may write and transfer."""

    apex: str
    records: str
    writers: Sequence[str]


def new_key(name: str, algorithm: str = "hmac-sha256") -> Key:
    return Key(name, algorithm, base64.b64encode(secrets.token_bytes(32)).decode())


def configure(
    folder: Path, address: str, port: int, zones: Sequence[Zone], keys: Sequence[Key], seen_as: Path | None = None
) -> None:
    """Writes named.conf and the zone files. seen_as: the folder's path where the server runs."""
    folder.mkdir(mode=0o700, parents=True)
    text = _CONFIGURATION.format(directory=seen_as or folder, port=port, address=address)
    text += "".join(_KEY.format(name=key.name, algorithm=key.algorithm, secret=key.secret) for key in keys)
    for zone in zones:
        writers = "; ".join(f'key "{name}"' for name in zone.writers)
        text += _ZONE.format(apex=zone.apex, keys=writers or "none")
        (folder / f"{zone.apex}.zone").write_text(_RECORDS.format(address=address, more=zone.records))
    (folder / "named.conf").write_text(text)


@contextmanager
def running(
    named: Path, folder: Path, zones: Sequence[Zone], keys: Sequence[Key], address: str = "127.0.0.1"
) -> Iterator[int]:
    """A server on loopback for as long as the block lasts; hands out its port.

    named: the program.
    """
    port = _free_port(address)
    configure(folder, address, port, zones, keys)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([named, "-g", "-c", folder / "named.conf"], stdout=log, stderr=log)
    try:
        _await_zones(process, address, port, zones, folder / "log")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_port(address: str) -> int:
    """Free for both, UDP and TCP, unless somebody is very quick."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind((address, 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind((address, port))
            except OSError:
                continue
            return port


def _await_zones(process: subprocess.Popen[bytes], address: str, port: int, zones: Sequence[Zone], log: Path) -> None:
    """Connections are taken before all zones are loaded."""
    deadline = time.monotonic() + 20
    while not all(_is_loaded(zone, address, port) for zone in zones):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"BIND does not answer:\n{log.read_text()}")
        time.sleep(0.05)


def _is_loaded(zone: Zone, address: str, port: int) -> bool:
    import dns.exception
    import dns.message
    import dns.query

    query = dns.message.make_query(f"{zone.apex}.", "SOA", flags=0)
    try:
        return bool(dns.query.udp(query, address, 1, port).answer)
    except (OSError, dns.exception.DNSException):
        return False


def as_variables(key: Key) -> dict[str, str]:
    """The key as the integration tests find it in their environment."""
    return {
        "CERTOPS_TSIG_KEY_NAME": key.name,
        "CERTOPS_TSIG_ALGORITHM": key.algorithm,
        "CERTOPS_TSIG_SECRET": key.secret,
    }
