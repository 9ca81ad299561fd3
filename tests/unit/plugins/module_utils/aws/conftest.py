# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS by moto, a server on loopback; boto3 itself is the real one, as are its credentials' files and variables."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from tests.dns import route53

KEY = {"aws_access_key_id": "AKIAUNITTEST", "aws_secret_access_key": "secret-of-the-unit-test"}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with route53.serving() as url:
        yield url


@pytest.fixture(scope="session")
def lone(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    """The environment of a machine whose AWS is moto, and which has no credentials; the folder for their files."""
    folder = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
        yield folder


class _Body:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def stream(self) -> Iterator[bytes]:
        yield self.data


def answer(status: int, code: str, message: str = "") -> AWSResponse:
    """An error as Route 53 sends it."""
    text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return AWSResponse("http://aws.test", status, {}, _Body(text.encode()))


class Line:
    """Between a client and moto: writes every request down, and answers some itself."""

    def __init__(self, client: Any) -> None:
        self.sent: list[str] = []
        self.keys: list[str] = []
        self.instead: dict[str, list[Any]] = {}
        self._events = client.meta.events
        self._events.register("before-send.*.*", self._send)

    def close(self) -> None:
        self._events.unregister("before-send.*.*", self._send)

    def __call__(self, operation: str, *answers: Any) -> None:
        """The next such requests get these answers; a function is called before moto is asked, None lets it through."""
        self.instead[operation] = list(answers)

    def _send(self, request: Any, event_name: str, **_more: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        self.sent.append(operation)
        self.keys.append(request.headers["Authorization"].decode().partition("Credential=")[2].partition("/")[0])
        queue = self.instead.get(operation) or []
        chosen = queue.pop(0) if queue else None
        if isinstance(chosen, Callable):  # type: ignore[arg-type]
            return chosen()
        return chosen
