# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import ssl
import sys

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ClusterError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue.options import AUTH
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import connect
from ansible_collections.certops.kubernetes.tests.unit import factory

from .kubeconfigs import exec_plugin, kubeconfig

SPEC = AUTH.argument_spec
AUTHORITY = factory.authority().pem.decode()
TOKEN = {"host": "https://k8s.test:6443/", "api_key": "token-1"}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """No configuration of the machine is seen: neither a variable nor a file."""
    for variable in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    for name, rule in SPEC.items():
        for candidate in (name, *rule.get("aliases", ())):
            monkeypatch.delenv(f"K8S_AUTH_{candidate.upper()}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, {}),
        ({"HOST": "https://a"}, {"host": "https://a"}),
        ({"HOST": ""}, {}),
        ({"KUBECONFIG": "/etc/k"}, {"kubeconfig": "/etc/k"}),
        ({"VALIDATE_CERTS": "no"}, {"validate_certs": False}),
        ({"VERIFY_SSL": "False"}, {"validate_certs": False}),
        ({"VERIFY_SSL": "0"}, {"validate_certs": False}),
        ({"VERIFY_SSL": "yes"}, {"validate_certs": True}),
        ({"VALIDATE_CERTS": "true", "VERIFY_SSL": "no"}, {"validate_certs": True}),
        ({"VALIDATE_CERTS": "", "VERIFY_SSL": "no"}, {"validate_certs": False}),
        (
            {"SSL_CA_CERT": "/ca", "CERT_FILE": "/crt", "KEY_FILE": "/key"},
            {"ca_cert": "/ca", "client_cert": "/crt", "client_key": "/key"},
        ),
        ({"IMPERSONATE_GROUPS": "dev,,ops"}, {"impersonate_groups": ["dev", "ops"]}),
        ({"IMPERSONATE_USER": "ci", "PERSIST_CONFIG": "no"}, {"impersonate_user": "ci", "persist_config": False}),
        ({"PROXY_HEADERS_USER_AGENT": "a", "PROXY_HEADERS_BASIC_AUTH": ""}, {"proxy_headers": {"user_agent": "a"}}),
    ],
)
def test_options_from_the_environment(monkeypatch, variables, found):
    for name, value in variables.items():
        monkeypatch.setenv(f"K8S_AUTH_{name}", value)
    assert connect.options({}, SPEC) == found


def test_parameters_come_before_the_environment(monkeypatch):
    monkeypatch.setenv("K8S_AUTH_HOST", "https://environment")
    monkeypatch.setenv("K8S_AUTH_VERIFY_SSL", "yes")
    monkeypatch.setenv("K8S_AUTH_CONTEXT", "environment")
    given = {"host": "https://a", "validate_certs": False, "context": None, "name": "www"}
    assert connect.options(given, SPEC) == {"host": "https://a", "validate_certs": False, "context": "environment"}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(kubeconfig()))
    return str(path)


def test_host_and_token_suffice():
    connection = connect.connect(TOKEN)
    assert connection.host == "https://k8s.test:6443"
    assert connection.headers() == {"authorization": "Bearer token-1"}


def test_host_and_password_suffice():
    connection = connect.connect({"host": "https://k8s.test", "username": "me", "password": "s3cret"})
    basic = base64.b64encode(b"me:s3cret").decode()
    assert connection.headers() == {"authorization": f"Basic {basic}"}


def test_a_token_comes_before_a_password():
    connection = connect.connect(TOKEN | {"username": "me", "password": "s3cret"})
    assert connection.headers() == {"authorization": "Bearer token-1"}


def test_kubeconfig_as_a_dict_as_a_file_and_as_the_default(monkeypatch, file):
    monkeypatch.setenv("KUBECONFIG", file)
    for auth in ({"kubeconfig": kubeconfig()}, {"kubeconfig": file}, {}):
        connection = connect.connect(auth)
        assert connection.host == "https://one.test"
        assert connection.headers() == {"authorization": "Bearer token-2"}


def test_only_credential_plugins_need_the_kubernetes_package(monkeypatch):
    plugin = {"kubeconfig": kubeconfig(**exec_plugin("token-5"))}
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "kubernetes", None)
        assert connect.connect({"kubeconfig": kubeconfig()}).headers() == {"authorization": "Bearer token-2"}
        with pytest.raises(ImportError, match="kubernetes"):
            connect.connect(plugin)
    assert connect.connect(plugin).headers() == {"authorization": "Bearer token-5"}


@pytest.mark.parametrize("user", [{"token": "token-2"}, exec_plugin("token-5"), {"username": "a", "password": "b"}])
def test_a_token_that_is_given_comes_before_that_of_the_kubeconfig(user):
    connection = connect.connect({"kubeconfig": kubeconfig(**user), "api_key": "token-3"})
    assert connection.headers() == {"authorization": "Bearer token-3"}


def test_context(file):
    assert connect.connect({"kubeconfig": file, "context": "two"}).host == "https://two.test"


def test_options_override_the_kubeconfig(file):
    connection = connect.connect({"kubeconfig": file, "host": "https://other.test", "api_key": "token-3"})
    assert connection.host == "https://other.test"
    assert connection.headers() == {"authorization": "Bearer token-3"}


def test_in_a_pod_the_service_account_is_used(monkeypatch, tmp_path):
    for name, text in (("token", "token-4\n"), ("ca.crt", AUTHORITY)):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(connect.plain, "_SERVICE_ACCOUNT", str(tmp_path))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    connection = connect.connect({})
    assert connection.host == "https://10.96.0.1:443"
    assert connection.headers() == {"authorization": "Bearer token-4"}


def test_impersonation():
    auth = TOKEN | {"impersonate_user": "ci", "impersonate_groups": ["dev", "ops"]}
    assert connect.connect(auth).headers()["Impersonate-User"] == "ci"
    assert connect.impersonated_groups(auth) == (("Impersonate-Group", "dev"), ("Impersonate-Group", "ops"))
    assert connect.impersonated_groups({}) == ()


@pytest.mark.parametrize(("verify", "mode"), [(True, ssl.CERT_REQUIRED), (False, ssl.CERT_NONE)])
def test_validate_certs(verify, mode):
    assert connect.connect(TOKEN | {"validate_certs": verify}).pool.connection_pool_kw["cert_reqs"] == mode


def test_proxy():
    headers = {"proxy_basic_auth": "me:s3cret", "basic_auth": None, "user_agent": "certops"}
    pool = connect.connect(TOKEN | {"proxy": "http://proxy.test:3128", "proxy_headers": headers}).pool
    assert pool.proxy.url == "http://proxy.test:3128"
    basic = base64.b64encode(b"me:s3cret").decode()
    assert pool.proxy_headers == {"proxy-authorization": f"Basic {basic}", "user-agent": "certops"}


def test_as_many_connections_as_threads_may_ask_at_once():
    assert connect.connect(TOKEN).pool.connection_pool_kw["maxsize"] == connect.POOL_SIZE


@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"host": "https://k8s.test"},
        {"kubeconfig": "/does/not/exist"},
        {"context": "gone"},
        {"kubeconfig": {}},
        {"kubeconfig": kubeconfig(), "context": "gone"},
        {"kubeconfig": kubeconfig(**{"client-certificate": "/does/not/exist"})},
    ],
)
def test_no_usable_configuration(auth):
    with pytest.raises(ClusterError, match="No usable Kubernetes configuration: "):
        connect.connect(auth)


@pytest.mark.parametrize("text", ["", "hello", "a: [", "- 1", "\tx: y", '{"clusters": 5}'])
def test_a_file_that_is_no_kubeconfig(tmp_path, text):
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    with pytest.raises(ClusterError, match="No usable Kubernetes configuration: "):
        connect.connect({"kubeconfig": str(path)})


def test_the_kubeconfig_and_the_context_are_named():
    with pytest.raises(ClusterError, match=r"\(kubeconfig: '/does/not/exist', context: 'gone'\)$"):
        connect.connect({"kubeconfig": "/does/not/exist", "context": "gone"})
    with pytest.raises(ClusterError) as caught:
        connect.connect({"kubeconfig": {"users": [{"user": {"token": "hidden"}}]}})
    assert "hidden" not in str(caught.value)


def test_a_kubeconfig_that_is_missing_is_named(monkeypatch, tmp_path):
    with pytest.raises(ClusterError, match=r"there is no such file \(kubeconfig: '/does/not/exist'\)"):
        connect.connect({"kubeconfig": "/does/not/exist"})
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/one:{tmp_path}/two")
    with pytest.raises(
        ClusterError, match="one:.*/two is not a file, and nothing else was given: name a kubeconfig by"
    ):
        connect.connect({})


@pytest.mark.parametrize("option", ["ca_cert", "client_cert", "client_key"])
def test_a_file_that_is_missing_is_named_with_its_option(option):
    with pytest.raises(ClusterError, match=f"{option}: '/does/not/exist' is not a file"):
        connect.connect(TOKEN | {option: "/does/not/exist"})
