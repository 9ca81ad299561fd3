# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Java keystores of type JKS (OpenJDK, sun.security.provider.{JavaKeyStore,KeyProtector}).

    magic, version 2, number of entries
      1, alias, time, encrypted key, chain        a private key
      2, alias, time, certificate                 a trusted certificate
    SHA-1 of the password, a fixed phrase and all of the above

Numbers are big-endian, text is UTF-8 behind its length, a certificate is its type and its DER. The format protects a key by
SHA-1 alone: Java itself has preferred PKCS #12 since version 9.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import typing as t
from dataclasses import dataclass
from datetime import datetime

from . import der, keys
from .keystore import Content, random_octets
from .leaf import X509Error

_MAGIC, _VERSION = 0xFEEDFEED, 2
_KEY, _TRUSTED = 1, 2
_PHRASE = b"Mighty Aphrodite"
_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1"
_DIGEST = 20  # octets of a SHA-1


@dataclass(frozen=True)
class JKS:
    """A JKS keystore.

    :param password: in UTF-8; it protects the store and the key in it
    :param now: the time of writing, which entries carry
    """

    password: bytes
    now: datetime
    alias: str = "certificate"

    def write(self, content: Content) -> bytes:
        """Write a keystore, or a truststore when there is no key.

        :raises X509Error: the alias is the one of the CA
        """
        moment = struct.pack(">Q", int(self.now.timestamp() * 1000))
        entries = []
        if content.key is not None:
            alias = self.alias.lower()  # Java looks for it in lower case
            if alias in _aliases(content):
                raise X509Error(f"keystores.jks.alias: {self.alias!r} is the CA's own")
            key = self._protect(keys.encode_der(content.key))
            chain = b"".join(map(_certificate, content.chain))
            body = _sized(">I", key) + struct.pack(">I", len(content.chain)) + chain
            entries.append(struct.pack(">I", _KEY) + _text(alias) + moment + body)
        for alias, authority in zip(_aliases(content), content.authorities, strict=True):
            entries.append(struct.pack(">I", _TRUSTED) + _text(alias) + moment + _certificate(authority))
        store = struct.pack(">III", _MAGIC, _VERSION, len(entries)) + b"".join(entries)
        return store + self._seal(store)

    def holds(self, data: bytes, content: Content) -> bool:
        """Tell whether the data opens with the password, to this content under these aliases.

        :raises ValueError: it is no JKS keystore, or is broken
        """
        store, seal = data[:-_DIGEST], data[-_DIGEST:]
        if not hmac.compare_digest(self._seal(store), seal):
            return False
        found = dict(_entries(store))
        if content.key is not None:
            key, chain = found.pop(self.alias.lower(), (b"", ()))
            if not key or self._unprotect(key) != keys.encode_der(content.key) or chain != content.chain:
                return False
        expected = {alias: (b"", (each,)) for alias, each in zip(_aliases(content), content.authorities, strict=True)}
        return found == expected

    @property
    def _characters(self) -> bytes:
        """The password as Java's characters."""
        return self.password.decode().encode("utf-16-be")

    def _seal(self, store: bytes) -> bytes:
        return hashlib.sha1(self._characters + _PHRASE + store).digest()

    def _protect(self, key: bytes) -> bytes:
        """Encrypt a key (PKCS #8 in DER) into an EncryptedPrivateKeyInfo (RFC 5208, 6)."""
        salt = random_octets(_DIGEST)
        check = hashlib.sha1(self._characters + key).digest()
        algorithm = der.encode(der.SEQUENCE, der.oid(_KEY_PROTECTOR), der.NULL)
        return der.encode(der.SEQUENCE, algorithm, der.encode(der.OCTET_STRING, salt, self._mask(key, salt), check))

    def _unprotect(self, protected: bytes) -> bytes:
        """Decrypt a key.

        :raises ValueError: the password is another one, or it is protected in another way
        """
        info, _rest = der.decode(protected, der.SEQUENCE)
        _algorithm, rest = der.decode(info, der.SEQUENCE)
        sealed, _rest = der.decode(rest, der.OCTET_STRING)
        key = self._mask(sealed[_DIGEST:-_DIGEST], sealed[:_DIGEST])
        if not hmac.compare_digest(hashlib.sha1(self._characters + key).digest(), sealed[-_DIGEST:]):
            raise ValueError("the key has another password")
        return key

    def _mask(self, data: bytes, salt: bytes) -> bytes:
        """Exclusive or with a stream of SHA-1 digests, each of the password and the one before."""
        stream, block = b"", salt
        while len(stream) < len(data):
            block = hashlib.sha1(self._characters + block).digest()
            stream += block
        return bytes(left ^ right for left, right in zip(data, stream, strict=False))


def _aliases(content: Content) -> list[str]:
    """cert-manager's names of the authorities: ca, ca-1, ca-2 …"""
    return [f"ca-{number}" if number else "ca" for number in range(len(content.authorities))]


def _sized(form: str, data: bytes) -> bytes:
    return struct.pack(form, len(data)) + data


def _text(text: str) -> bytes:
    return _sized(">H", text.encode())


def _certificate(certificate: bytes) -> bytes:
    return _text("X509") + _sized(">I", certificate)


def _entries(store: bytes) -> t.Iterator[tuple[str, tuple[bytes, tuple[bytes, ...]]]]:
    """Alias, encrypted key (b"" for a trusted certificate) and certificates of every entry.

    :raises ValueError: it is no JKS keystore, or is cut off
    """
    reader = _Reader(store)
    magic, version, count = reader.numbers(">III")
    if (magic, version) != (_MAGIC, _VERSION):
        raise ValueError("not a JKS keystore")
    for _entry in range(count):
        (kind,) = reader.numbers(">I")
        alias = reader.sized(">H").decode()
        reader.numbers(">Q")
        key = reader.sized(">I") if kind == _KEY else b""
        length = reader.numbers(">I")[0] if kind == _KEY else 1
        yield alias, (key, tuple(reader.certificate() for _each in range(length)))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))

    def sized(self, form: str) -> bytes:
        return self._take(self.numbers(form)[0])

    def certificate(self) -> bytes:
        self.sized(">H")  # its type
        return self.sized(">I")

    def _take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise ValueError("cut off")
        self._at += count
        return taken
