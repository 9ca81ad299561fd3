# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The few pieces of DER (X.690) that cryptography neither writes nor reads for others."""

from __future__ import annotations

INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER, UTF8_STRING = 0x02, 0x03, 0x04, 0x06, 0x0C
SEQUENCE, EXPLICIT_0 = 0x30, 0xA0
NULL = b"\x05\x00"


def encode(tag: int, *content: bytes) -> bytes:
    """Write one value: tag, length, content (8.1)."""
    body = b"".join(content)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def decode(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Read one value: its content, and what follows it.

    :raises ValueError: the data doesn't begin with a whole value of this tag
    """
    if len(data) < 2 or data[0] != tag:
        raise ValueError(f"no value with tag {tag:#04x}")
    start, size = 2, data[1]
    if size >= 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        raise ValueError("cut off")
    return data[start : start + size], data[start + size :]


def utf8_string(text: str) -> bytes:
    """Write a UTF8String."""
    return encode(UTF8_STRING, text.encode())


def integer(number: int) -> bytes:
    """Write an INTEGER that is not negative (8.3)."""
    return encode(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER (8.19)."""
    first, second, *others = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *others):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.insert(0, 0x80 | arc & 0x7F)
        content += bytes(groups)
    return encode(OBJECT_IDENTIFIER, bytes(content))
