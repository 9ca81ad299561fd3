# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ProviderError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import route53


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """A machine without credentials of its own, whose AWS is a closed port."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def key(body, **values):
    credentials = route53.writer(body, lambda ref: values[ref["name"]])._client._get_credentials()
    return credentials and (credentials.access_key, credentials.secret_key)


def test_a_key_in_secrets():
    references = {
        "accessKeyIDSecretRef": {"name": "id", "key": "k"},
        "secretAccessKeySecretRef": {"name": "key", "key": "k"},
    }
    assert key(references, id="AKIAX", key="hush") == ("AKIAX", "hush")


def test_a_key_whose_id_is_no_secret():
    body = {"accessKeyID": "AKIAX", "secretAccessKeySecretRef": {"name": "key", "key": "k"}}
    assert key(body, key="hush") == ("AKIAX", "hush")


def test_the_machines_own_credentials(monkeypatch):
    assert key({}) is None
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    assert key({"region": "eu-central-1"}) == ("AKIAOFTHEENVIRONMENT", "hush")


def test_a_role_needs_somebody_to_take_it_on():
    with pytest.raises(ProviderError, match="sts:AssumeRole"):
        key({"role": "arn:aws:iam::210987654321:role/dns"})
