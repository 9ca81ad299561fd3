# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ssl
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ansible_collections.certops.kubernetes.plugins.module_utils.probe.handshake import describe
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error, parse_chain
from ansible_collections.certops.kubernetes.tests.unit import factory

ISSUED = factory.authority().intermediate().issue("www.example.test")
LEAF, LOWER = (each.public_bytes(Encoding.DER) for each in (ISSUED.certificate, *ISSUED.intermediates))


def hidden(der):
    return SimpleNamespace(public_bytes=lambda: ssl.DER_cert_to_PEM_cert(der))


@pytest.mark.parametrize(
    ("session", "length"),
    [
        pytest.param({"get_unverified_chain": lambda: [LEAF, LOWER]}, 2, id="Python 3.13"),
        pytest.param(
            {"_sslobj": SimpleNamespace(get_unverified_chain=lambda: [hidden(LEAF), hidden(LOWER)])},
            2,
            id="3.10 to 3.12",
        ),
        pytest.param({"getpeercert": lambda binary_form: LEAF}, 1, id="any other"),
    ],
)
def test_reads_the_served_chain_of_every_python(session, length):
    shown = SimpleNamespace(version=lambda: "TLSv1.3", cipher=lambda: ("TLS_AES_128_GCM_SHA256", "", 128), **session)
    assert describe(shown, None).chain == parse_chain(ISSUED.chain_pem)[:length]


def test_a_broken_certificate_is_an_error():
    session = SimpleNamespace(version=lambda: None, cipher=lambda: None, get_unverified_chain=lambda: [b"0\x00"])
    with pytest.raises(X509Error):
        describe(session, None)
