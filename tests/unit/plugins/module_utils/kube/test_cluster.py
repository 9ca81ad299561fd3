# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import socket

import pytest
import urllib3

from ansible_collections.certops.kubernetes.plugins.module_utils import errors
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.connect import Connection
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import CERTIFICATE, CLUSTER_ISSUER
from ansible_collections.certops.kubernetes.tests.unit.plugins.module_utils.kube.conftest import Answer

COLLECTION = "/apis/cert-manager.io/v1/namespaces/shop/certificates"
OBJECT = f"{COLLECTION}/www"
MANIFEST = {"metadata": {"name": "www", "namespace": "shop"}, "spec": {"secretName": "www-tls"}}


def status(code, message, **more):
    return Answer(code, {"kind": "Status", "code": code, "message": message, **more})


@pytest.fixture
def naps(monkeypatch):
    """The pauses between attempts, which take no time."""
    found = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", found.append)
    return found


def test_get(api, cluster):
    api.answers = [Answer(body=MANIFEST)]
    assert cluster.get(CERTIFICATE, "shop", "www") == MANIFEST
    (request,) = api.requests
    assert (request.method, request.path, request.query, request.body) == ("GET", OBJECT, {}, None)
    assert request.header("Authorization") == ["Bearer token-1"]
    assert request.header("Accept") == ["application/json"]
    assert request.header("User-Agent") == ["certops.kubernetes"]


def test_get_what_is_not_there(api, cluster):
    api.answers = [status(404, 'certificates "www" not found')]
    assert cluster.get(CERTIFICATE, "shop", "www") is None


def test_list_goes_on_to_the_last_page(api, cluster):
    api.answers = [
        Answer(body={"items": [1, 2], "metadata": {"resourceVersion": "7", "continue": "a+b="}}),
        Answer(body={"items": [3], "metadata": {"resourceVersion": "7"}}),
    ]
    assert cluster.list(CERTIFICATE, "shop", "metadata.name=www", "a=b,c=d") == ([1, 2, 3], "7")
    common = {"limit": "500", "fieldSelector": "metadata.name=www", "labelSelector": "a=b,c=d"}
    assert [request.query for request in api.requests] == [common, common | {"continue": "a+b="}]
    assert {request.path for request in api.requests} == {COLLECTION}


def test_list_of_a_kind_that_does_not_exist(api, cluster):
    api.answers = [Answer(404, b"404 page not found\n", (("Content-Type", "text/plain"),))]
    with pytest.raises(errors.NotFound, match=r"Cannot list clusterissuers: 404 page not found \(HTTP 404\)"):
        cluster.list(CLUSTER_ISSUER)


STRICT = {"fieldManager": "certops", "fieldValidation": "Strict"}


@pytest.mark.parametrize(
    ("how", "query"),
    [
        ({}, STRICT),
        ({"force": True}, STRICT | {"force": "true"}),
        ({"dry_run": True}, STRICT | {"dryRun": "All"}),
        ({"force": True, "dry_run": True}, STRICT | {"force": "true", "dryRun": "All"}),
    ],
)
def test_apply(api, cluster, how, query):
    cluster.apply(CERTIFICATE, MANIFEST, "certops", **how)
    (request,) = api.requests
    assert (request.method, request.path, request.query, request.body) == ("PATCH", OBJECT, query, MANIFEST)
    assert request.header("Content-Type") == ["application/apply-patch+yaml"]


@pytest.mark.parametrize(("subresource", "path"), [(None, OBJECT), ("status", f"{OBJECT}/status")])
def test_merge(api, cluster, subresource, path):
    cluster.merge(CERTIFICATE, "shop", "www", {"status": {}}, subresource)
    (request,) = api.requests
    assert (request.method, request.path, request.body) == ("PATCH", path, {"status": {}})
    assert request.header("Content-Type") == ["application/merge-patch+json"]


@pytest.mark.parametrize(("dry_run", "query"), [(False, {}), (True, {"dryRun": "All"})])
def test_create(api, cluster, dry_run, query):
    cluster.create(CERTIFICATE, MANIFEST, dry_run)
    (request,) = api.requests
    assert (request.method, request.path, request.body) == ("POST", COLLECTION, MANIFEST)
    assert request.query == {"fieldValidation": "Strict"} | query


def test_create_with_a_name_to_be_generated_is_named_so_in_errors(api, cluster):
    api.answers = [status(403, "no")]
    with pytest.raises(errors.Forbidden, match="Cannot dry-run create Certificate shop/check-: no"):
        cluster.create(CERTIFICATE, {"metadata": {"generateName": "check-", "namespace": "shop"}}, dry_run=True)


@pytest.mark.parametrize(
    ("uid", "body"),
    [
        (None, {"propagationPolicy": "Background"}),
        ("u-1", {"propagationPolicy": "Background", "preconditions": {"uid": "u-1"}}),
    ],
)
def test_delete(api, cluster, uid, body):
    assert cluster.delete(CERTIFICATE, "shop", "www", uid) is True
    (request,) = api.requests
    assert (request.method, request.path, request.body) == ("DELETE", OBJECT, body)


def test_delete_and_leave_what_it_owns(api, cluster):
    cluster.delete(CERTIFICATE, "shop", "www", orphan=True)
    assert api.requests[0].body == {"propagationPolicy": "Orphan"}


def test_delete_what_is_not_there(api, cluster):
    api.answers = [status(404, "not found")]
    assert cluster.delete(CERTIFICATE, "shop", "www") is False


def test_version(api, cluster):
    api.answers = [Answer(body={"gitVersion": "v1.34.4"})]
    assert cluster.version() == "v1.34.4"


def test_groups_are_one_header_each(api):
    groups = (("Impersonate-Group", "dev"), ("Impersonate-Group", "ops"))
    connection = Connection(urllib3.PoolManager(), api.url, lambda: {"Impersonate-User": "ci"})
    Cluster(connection, groups).get(CERTIFICATE, "shop", "www")
    (request,) = api.requests
    assert request.header("Impersonate-Group") == ["dev", "ops"]
    assert request.header("Impersonate-User") == ["ci"]


def test_who_asks_is_looked_up_at_each_request(api):
    tokens = iter(["one", "two"])
    cluster = Cluster(Connection(urllib3.PoolManager(), api.url, lambda: {"authorization": next(tokens)}))
    cluster.get(CERTIFICATE, "shop", "www")
    cluster.get(CERTIFICATE, "shop", "www")
    assert [request.header("authorization") for request in api.requests] == [["one"], ["two"]]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, errors.Invalid),
        (401, errors.Forbidden),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (410, errors.ApiError),
        (422, errors.Invalid),
        (500, errors.ApiError),
    ],
)
def test_every_status_has_its_error(api, cluster, code, error):
    causes = [{"field": ".spec.duration", "message": 'conflict with "helm"'}]
    api.answers = [status(code, "said so", reason="Reason", details={"causes": causes})]
    with pytest.raises(errors.ApiError) as caught:
        cluster.apply(CERTIFICATE, MANIFEST, "certops")
    assert caught.value.__class__ is error
    assert str(caught.value) == f"Cannot apply Certificate shop/www: said so (HTTP {code})"
    assert (caught.value.status, caught.value.reason, caught.value.causes) == (code, "Reason", tuple(causes))
    assert caught.value.action == "apply Certificate shop/www"


@pytest.mark.parametrize("code", [400, 403, 409, 422, 500])
def test_what_an_admission_webhook_denies_is_invalid_whatever_its_status(api, cluster, code):
    api.answers = [status(code, 'admission webhook "webhook.cert-manager.io" denied the request: spec.duration')]
    with pytest.raises(errors.Invalid) as caught:
        cluster.apply(CERTIFICATE, MANIFEST, "certops")
    assert caught.value.status == code


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>Bad Gateway</html>", "<html>Bad Gateway</html>"),
        (b'["no", "status"]', "['no', 'status']"),
        (b'"denied the request"', "denied the request"),
        (b"null", "None"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"{}", "no message"),
        (b"x" * 9000, "x" * 500),
    ],
)
def test_errors_that_are_no_status_object(api, cluster, body, said):
    api.answers = [Answer(502, body)]
    with pytest.raises(errors.ApiError) as caught:
        cluster.get(CERTIFICATE, "shop", "www")
    assert str(caught.value) == f"Cannot read Certificate shop/www: {said} (HTTP 502)"


def test_an_answer_that_is_no_json_is_a_failure_of_the_cluster(api, cluster):
    api.answers = [Answer(200, b"<html>Please log in</html>")]
    with pytest.raises(errors.ClusterError, match="Cannot read Certificate shop/www: .* no JSON"):
        cluster.get(CERTIFICATE, "shop", "www")


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize("method", ["get", "apply"])
def test_asks_again_when_the_server_is_busy(api, cluster, naps, code, method):
    api.answers = [Answer(code, {}, (("Retry-After", "3"),)), Answer(body=MANIFEST)]
    if method == "get":
        assert cluster.get(CERTIFICATE, "shop", "www") == MANIFEST
    else:
        assert cluster.apply(CERTIFICATE, MANIFEST, "certops") == MANIFEST
        assert api.requests[0] == api.requests[1]
    assert (len(api.requests), naps) == (2, [3])


def test_gives_up_when_the_server_stays_busy(api, cluster, naps):
    api.answers = [status(429, "too many requests")]
    with pytest.raises(errors.ApiError, match=r"too many requests \(HTTP 429\)"):
        cluster.get(CERTIFICATE, "shop", "www")
    assert len(api.requests) == 6
    assert sum(naps) < 10


def test_nobody_answers(naps):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    nobody = Cluster(Connection(urllib3.PoolManager(), url, dict))
    with pytest.raises(
        errors.ClusterError, match=f"Cannot read Certificate shop/www: {url} does not answer: .*refused"
    ):
        nobody.get(CERTIFICATE, "shop", "www")


def event(kind, version):
    return {"type": kind, "object": {"metadata": {"resourceVersion": version}}}


EVENTS = [event("ADDED", "1"), event("MODIFIED", "2"), event("BOOKMARK", "3")]
STREAM = b"".join(json.dumps(one).encode() + b"\n" for one in EVENTS)


@pytest.mark.parametrize("size", [1, 7, 50, 10000])
def test_watch_puts_lines_together_however_they_are_cut(api, cluster, size):
    api.answers = [Answer(chunks=[STREAM[start : start + size] for start in range(0, len(STREAM), size)])]
    _response, events = cluster.stream(CERTIFICATE, "shop", {"resourceVersion": "7", "fieldSelector": None})
    assert list(events) == EVENTS
    assert api.requests[0].query == {"watch": "1", "allowWatchBookmarks": "true", "resourceVersion": "7"}


def test_watch_that_is_refused(api, cluster):
    api.answers = [status(410, "too old resource version")]
    with pytest.raises(errors.ApiError) as caught:
        cluster.stream(CERTIFICATE, "shop", {})
    assert str(caught.value) == "Cannot watch certificates in namespace shop: too old resource version (HTTP 410)"


@pytest.mark.parametrize("chunks", [[STREAM[:-40], b""], [STREAM, b"no json\n"]], ids=["cut", "no JSON"])
def test_watch_that_breaks_off_says_what_it_had_first(api, cluster, chunks):
    api.answers = [Answer(chunks=chunks)]
    _response, events = cluster.stream(CERTIFICATE, None, {})
    assert next(events) == EVENTS[0]
    with pytest.raises(errors.ClusterError, match="Cannot watch certificates: "):
        list(events)
