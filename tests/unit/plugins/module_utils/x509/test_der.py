# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import der
from ansible_collections.certops.kubernetes.tests.unit.openssl import openssl


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65536])
def test_lengths_are_as_short_as_can_be_and_read_again(size):
    written = der.encode(der.OCTET_STRING, b"x" * size)
    openssl("asn1parse", "-inform", "DER", given=written)
    assert der.decode(written + b"rest", der.OCTET_STRING) == (b"x" * size, b"rest")


@pytest.mark.parametrize(
    ("dotted", "written"),
    [
        ("2.5.4.3", "0603550403"),
        ("1.2.840.113549.1.5.13", "06092a864886f70d01050d"),
        ("1.3.6.1.4.1.42.2.17.1.1", "060a2b060104012a02110101"),
        ("2.999.16384", "06058837818000"),
    ],
)
def test_object_identifiers(dotted, written):
    assert der.oid(dotted).hex() == written


@pytest.mark.parametrize(("number", "written"), [(0, "020100"), (127, "02017f"), (128, "02020080"), (2048, "02020800")])
def test_integers_are_never_negative(number, written):
    assert der.integer(number).hex() == written


@pytest.mark.parametrize("data", [b"", b"\x04", b"\x04\x05abc", b"\x04\x82\x01", b"\x30\x00"])
def test_what_is_no_whole_value_is_refused(data):
    with pytest.raises(ValueError):
        der.decode(data, der.OCTET_STRING)
