# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import logging

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from ansible_collections.certops.kubernetes.plugins.module_utils.aws.session import Identity
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ProviderError

from .conftest import Line

SECRET = "a-secret-that-nobody-may-see"
ROLE = "arn:aws:iam::210987654321:role/dns"


def key_of(client):
    """The access key that requests of this client are signed with."""
    line = Line(client)
    client.list_hosted_zones()
    return line.keys[0]


def test_a_given_key(lone, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert key_of(session.client("route53", Identity("AKIAGIVEN", SECRET))) == "AKIAGIVEN"


def test_the_key_of_the_environment(lone, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert key_of(session.client("route53", Identity())) == "AKIAOFTHEENVIRONMENT"


def test_the_key_of_a_profile(lone):
    (lone / "credentials").write_text(
        f"[dns]\naws_access_key_id = AKIAOFTHEPROFILE\naws_secret_access_key = {SECRET}\n"
    )
    assert key_of(session.client("route53", Identity(profile="dns"))) == "AKIAOFTHEPROFILE"


def test_a_role_of_another_account_is_taken_on(lone):
    client = session.client("route53", Identity("AKIAGIVEN", SECRET, role=ROLE, external_id="shop"))
    assert key_of(client).startswith("ASIA")


def test_calls_end_in_time_and_are_tried_again(lone):
    config = session.client("route53", Identity("AKIAGIVEN", SECRET)).meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 15)
    assert config.retries == {"mode": "standard", "total_max_attempts": 5}


def test_clients_that_botocore_makes_by_itself_are_bounded_too(lone, monkeypatch):
    """Such as the one that takes on a role for a web identity."""
    core = session._session("AKIAGIVEN", SECRET, None, None)._session
    config = core.create_client("sts", "us-east-1").meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["mode"]) == (5, 15, "standard")


def test_a_role_is_taken_on_once_for_all_clients(lone, monkeypatch):
    account = session.Account(Identity("AKIAGIVEN", SECRET, role=ROLE))
    assert key_of(account.client("route53")) == key_of(account.client("route53"))


def refused(identity):
    with pytest.raises(ProviderError) as caught:
        session.client("route53", identity)
    return caught.value.findings[0]


def test_no_such_profile(lone):
    assert refused(Identity(profile="nobody")).code == "dns01.credentials_missing"


def test_nobody_to_take_on_a_role(lone):
    finding = refused(Identity(role=ROLE))
    assert finding.code == "dns01.credentials_missing"
    assert "sts:AssumeRole" in finding.message


def test_no_service_is_an_answer_too(lone, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    finding = refused(Identity("AKIAGIVEN", SECRET, role=ROLE))
    assert finding.code == "dns01.server_unreachable"


class Refusal(Exception):
    def __init__(self, code, message=""):
        super().__init__(f"An error occurred ({code}) when calling the AssumeRole operation: {message}")
        self.response = {"Error": {"Code": code, "Message": message}}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("AccessDenied", "access_denied"),
        ("InvalidClientTokenId", "credentials_rejected"),
        ("ExpiredToken", "credentials_rejected"),
        ("SignatureDoesNotMatch", "credentials_rejected"),
        ("NoSuchHostedZone", "zone_not_found"),
        ("Throttling", "throttled"),
        ("SomethingElse", "provider_error"),
    ],
)
def test_what_an_error_means(code, cause):
    error = session.explained(Refusal(code), "sts:AssumeRole", f"role {ROLE}")
    assert error.findings[0].code == f"dns01.{cause}"
    assert error.findings[0].evidence["action"] == "sts:AssumeRole"


def test_no_secret_is_shown_or_logged(lone, caplog):
    identity = Identity("AKIAGIVEN", SECRET, "a-session-token", role=ROLE)
    with caplog.at_level(logging.DEBUG):
        client = session.client("route53", identity)
        key_of(client)
        taken = client._get_credentials()
    assert "AssumeRole" not in caplog.text
    for secret in (SECRET, "a-session-token", taken.secret_key, taken.token):
        assert secret not in repr(identity) + caplog.text
