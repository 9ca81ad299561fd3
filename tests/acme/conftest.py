# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from tests.acme_proxy.server import Proxy

from .engine import Bench
from .pebble import pebble
from .street import street as street_of
from .workbench import Hurried, registered


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A Pebble that finds every challenge good, and asks to wait 3 s for an order in processing."""
    with pebble(tmp_path_factory.mktemp("pebble"), retryAfter={"authz": 3, "order": 3}) as running:
        yield running


@pytest.fixture
def start(tmp_path):
    """Starts a Pebble of a test's own, for a with statement."""
    return lambda environment=None, **settings: pebble(tmp_path, environment or {}, **settings)


@pytest.fixture(scope="session")
def prompt_server(tmp_path_factory):
    """One that asks for no waiting, for threads that share a real clock."""
    with pebble(tmp_path_factory.mktemp("prompt")) as running:
        yield running


@pytest.fixture
def proxy(server):
    """In front of `server`."""
    with proxy_of(server) as running:
        yield running


@pytest.fixture
def prompt_proxy(prompt_server):
    """In front of `prompt_server`."""
    with proxy_of(prompt_server) as running:
        yield running


def proxy_of(server):
    """One in front of a server, for a with statement."""
    files = server.files
    return Proxy(server.url, files / "ca.pem", files / "server.pem", files / "server.key")


@pytest.fixture(scope="session")
def street(tmp_path_factory):
    """Two houses, so that two module processes can work at once."""
    with street_of(tmp_path_factory.mktemp("street"), 2) as made:
        yield made


@pytest.fixture
def hurried():
    return Hurried()


@pytest.fixture
def clock(hurried):
    return hurried.clock()


@pytest.fixture
def acme(server, clock):
    """A client with a new account on `server`."""
    return registered(server, clock, contacts=["mailto:ops@example.com"])


@pytest.fixture
def through(server, proxy, clock):
    """The same without contacts; all its requests go by way of `proxy`."""
    return registered(server, clock, proxy.directory)


@pytest.fixture
def crowd(prompt_server, prompt_proxy):
    """The same for threads, by way of `prompt_proxy`."""
    return registered(prompt_server, directory=prompt_proxy.directory)


@pytest.fixture
def bench(prompt_server):
    """The direct engine with an issuer of `prompt_server` that has an account."""
    return Bench(prompt_server).registered()


@pytest.fixture
def proxied(prompt_server, prompt_proxy):
    """The same; all its requests to the server go by way of `prompt_proxy`."""
    return Bench(prompt_server, server=prompt_proxy.directory).registered()
