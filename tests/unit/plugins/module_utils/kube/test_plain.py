# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import pathlib

import pytest
import yaml

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ClusterError
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import package, plain

from .kubeconfigs import encoded, exec_plugin, kubeconfig


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for variable in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)


def content(pem):
    """Both ways of naming a file's content are the same to the API server."""
    return pathlib.Path(pem).read_bytes() if isinstance(pem, str) else pem


def seen(settings):
    """What a server would see of the settings."""
    pems = [content(pem) for pem in (settings.ca, settings.client_cert, settings.client_key)]
    return settings.host, settings.authorization(), settings.verify, settings.server_name, settings.proxy, *pems


AUTHORITY = {"certificate-authority-data": encoded(b"authority")}
CLIENT = {"client-certificate-data": encoded(b"certificate"), "client-key-data": encoded(b"key")}


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({}, {"token": "t"}),
        ({}, {"tokenFile": "token"}),
        ({}, {"token": "t", "tokenFile": "token"}),
        ({}, {"username": "me", "password": "s3cret"}),
        ({}, {"username": "me"}),
        ({}, {"token": "t", "username": "me", "password": "s3cret"}),
        (AUTHORITY, CLIENT),
        (AUTHORITY, {**CLIENT, "token": "t"}),
        ({"certificate-authority": "ca.pem"}, {"client-certificate": "crt.pem", "client-key": "key.pem"}),
        ({"certificate-authority": "ca.pem", **AUTHORITY}, {"token": "t"}),
        ({"server": "https://rancher.test/k8s/clusters/c-1/"}, {"token": "t"}),
        ({"server": "http://127.0.0.1:8001"}, {"token": "t"}),
        ({"insecure-skip-tls-verify": True}, {"token": "t"}),
        ({"insecure-skip-tls-verify": False}, {"token": "t"}),
        ({"tls-server-name": "kubernetes"}, {"token": "t"}),
        ({"proxy-url": "http://proxy.test:3128"}, {"token": "t"}),
    ],
)
@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_reads_what_the_package_reads(tmp_path, write, cluster, user):
    for name in ("token", "ca.pem", "crt.pem", "key.pem"):
        (tmp_path / name).write_text(f"content of {name}")
    path = tmp_path / "config"
    path.write_text(write(kubeconfig(cluster, **user)))
    for context in (None, "two"):
        ours = plain.kubeconfig(str(path), context)
        assert seen(ours) == seen(package.kubeconfig(str(path), context, False))


def test_reads_a_dict_as_the_package_does():
    config = kubeconfig(AUTHORITY, **CLIENT)
    assert seen(plain.kubeconfig(config)) == seen(package.kubeconfig(config, None, False))


def test_a_context_without_a_user():
    config = kubeconfig()
    del config["contexts"][0]["context"]["user"]
    assert plain.kubeconfig(config).authorization() is None


def without(config, *path):
    *parents, last = path
    inner = config
    for key in parents:
        inner = inner[key]
    del inner[last]
    return config


@pytest.mark.parametrize(
    "config",
    [
        {},
        5,
        kubeconfig(**exec_plugin("t")),
        kubeconfig(**{"auth-provider": {"name": "oidc"}}),
        kubeconfig(**{"client-certificate": "/does/not/exist"}),
        kubeconfig({"certificate-authority": "/does/not/exist"}),
        kubeconfig({"certificate-authority-data": "A"}),
        kubeconfig() | {"current-context": "gone"},
        kubeconfig() | {"users": []},
        kubeconfig() | {"clusters": kubeconfig()["clusters"] * 2},
        without(kubeconfig(), "current-context"),
        without(kubeconfig(), "clusters", 0, "cluster", "server"),
    ],
)
def test_leaves_all_else_to_the_package(config):
    assert plain.kubeconfig(config) is None


def test_leaves_what_is_no_single_readable_file_to_the_package(tmp_path):
    path = tmp_path / "config"
    assert plain.kubeconfig(str(path)) is None
    path.write_text("{")
    assert plain.kubeconfig(str(path)) is None
    path.write_text("a: [")
    assert plain.kubeconfig(str(path)) is None
    path.write_text(json.dumps(kubeconfig()))
    assert plain.kubeconfig(f"{path}{os.pathsep}{path}") is None


def test_a_path_below_the_home_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "config").write_text(json.dumps(kubeconfig()))
    assert plain.kubeconfig("~/config").host == "https://one.test"


def test_the_default_kubeconfig(monkeypatch):
    monkeypatch.setenv("KUBECONFIG", "/etc/k")
    assert plain.default_kubeconfig() == "/etc/k"
    monkeypatch.delenv("KUBECONFIG")
    assert plain.default_kubeconfig() == "~/.kube/config"


def test_a_token_in_a_file_is_read_again(tmp_path):
    token = tmp_path / "token"
    token.write_text("first\n")
    settings = plain.kubeconfig(kubeconfig(tokenFile=str(token)))
    assert settings.authorization() == "Bearer first"
    token.write_text("second\n")
    assert settings.authorization() == "Bearer second"
    token.unlink()
    with pytest.raises(ClusterError, match="The token can't be read: "):
        settings.authorization()


@pytest.fixture
def pod(monkeypatch, tmp_path):
    """What is mounted into every pod."""
    monkeypatch.setattr(plain, "_SERVICE_ACCOUNT", str(tmp_path))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    for name in ("token", "ca.crt"):
        (tmp_path / name).write_text(f"content of {name}")
    return tmp_path


def test_a_pod_has_a_service_account(pod, monkeypatch):
    found = plain.service_account()
    assert (found.host, found.ca) == ("https://10.96.0.1:443", str(pod / "ca.crt"))
    assert found.authorization() == "Bearer content of token"
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    assert plain.service_account().host == "https://[fd00::1]:443"


@pytest.mark.parametrize("missing", ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "token", "ca.crt"])
def test_outside_of_a_pod_there_is_none(pod, monkeypatch, missing):
    if missing.isupper():
        monkeypatch.delenv(missing)
    else:
        (pod / missing).unlink()
    assert plain.service_account() is None
