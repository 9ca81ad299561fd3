# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading

import pytest

from tests.acme_proxy import control
from tests.acme_proxy.faults import answer, patched


@pytest.fixture
def remote(proxy):
    server = control.serve(("127.0.0.1", 0), proxy.book)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield control.Remote(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def test_faults_are_put_and_cleared_and_requests_are_read(remote, ask):
    remote.put([answer("newOrder", 503, retry_after=5), patched("directory", {"meta": {}})], "one.acme.test")
    assert ask("POST", "/order-plz")[0].status == 503
    assert ask("POST", "/order-plz", host="two.acme.test")[0].status == 200
    remote.clear("one.acme.test")
    assert ask("POST", "/order-plz")[0].status == 200
    assert [seen.status for seen in remote.requests("newOrder", "one.acme.test")] == [503, 200]
    assert remote.count() == 3


def test_the_book_of_every_host_is_written_the_same_way(remote, ask):
    remote.put([answer("", 500)])
    assert ask("GET", "/dir")[0].status == 500
