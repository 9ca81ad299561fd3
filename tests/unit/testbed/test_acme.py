# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress
import stat

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from tests.testbed import acme


def test_the_servers_certificate_verifies_for_its_address(testbed):
    acme.make_certificate(testbed)
    folder = testbed.acme_ca.parent
    root = x509.load_pem_x509_certificate(testbed.acme_ca.read_bytes())
    server = x509.load_pem_x509_certificate((folder / "server.pem").read_bytes())
    address = x509.IPAddress(ipaddress.ip_address("198.18.7.2"))
    chain = PolicyBuilder().store(Store([root])).build_server_verifier(address).verify(server, [])
    assert chain == [server, root]
    assert stat.S_IMODE((folder / "server.key").stat().st_mode) == 0o600
