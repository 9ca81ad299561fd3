# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

from ansible_collections.certops.kubernetes.plugins.module_utils.probe.visit import Visit

ANSWER = (
    b"HTTP/1.1 302 Found\r\nLocation: http://login.test/\r\nServer: Caddy\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
)


def test_answer_with_its_headers(serve):
    asked = []

    def behaviour(connection):
        asked.append(connection.recv(4096))
        connection.sendall(ANSWER)

    seen = Visit(time.monotonic, serve(behaviour))("www.example.test", "127.0.0.1", "/a", 5.0)
    assert (seen.status, seen.location, seen.server) == (302, "http://login.test/", "Caddy")
    assert (seen.content_type, seen.content_length) == ("text/plain", "0")
    assert asked[0].startswith(b"GET /a HTTP/1.1\r\nHost: www.example.test:")


def test_failure_is_an_answer():
    assert Visit(time.monotonic, 1)("www.example.test", "127.0.0.1", "/", 5.0).reason == "connection_refused"
