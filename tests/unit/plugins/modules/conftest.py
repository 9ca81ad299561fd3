# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules from their parameters to their result, on a cluster in memory."""

from __future__ import annotations

import functools
import json
import os
import pathlib
import types
from collections.abc import Iterator
from typing import Any, Protocol

import botocore.endpoint
import botocore.loaders
import botocore.session
import pytest
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import cluster
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from tests.aws import server
from tests.aws.proxy import Proxy


class Call(Protocol):
    def __call__(self, module: Any, *, check: bool = False, **options: Any) -> dict[str, Any]: ...


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """What every module finds when it connects."""
    found = FakeCluster(Time())
    monkeypatch.setattr(cluster, "connect", lambda _parameters: found)
    monkeypatch.setattr(cluster, "CLOCK", found.time.clock())
    return found


@pytest.fixture
def call(fake: FakeCluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a module; its result as Ansible gets it."""
    # Tests of filters import the controller's part of Ansible, and then warnings would be shown instead of returned.
    monkeypatch.setattr("ansible.module_utils._internal.is_controller", False)

    def run(module: Any, *, check: bool = False, **options: Any) -> dict[str, Any]:
        warnings._global_warnings.clear()  # a module is a process of its own
        with patch_module_args({**options, "_ansible_check_mode": check}), pytest.raises(SystemExit):
            module.main()
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(scope="session")
def _aws() -> Iterator[Proxy]:
    """What boto3 reads of AWS' descriptions is read once, as in one process of a module."""
    with pytest.MonkeyPatch.context() as patch, server.serving() as proxy:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.loaders.create_loader))
        yield proxy


@pytest.fixture
def aws(_aws: Proxy, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Proxy:
    """AWS, empty, for a machine that has a key in its environment and nothing else."""
    _aws.reset()
    _remember_clients(monkeypatch)
    monkeypatch.setattr(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda _seconds: None))
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", _aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return _aws


def _remember_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one test that ask AWS alike share their clients, since boto3 takes a fifth of a second to make one."""
    make = session.Account.client
    made: dict[Any, Any] = {}

    def client(account: session.Account, service: str) -> Any:
        environment = frozenset((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
        key = (account._identity, service, environment)
        if key not in made:
            made[key] = make(account, service)
        return made[key]

    monkeypatch.setattr(session.Account, "client", client)
