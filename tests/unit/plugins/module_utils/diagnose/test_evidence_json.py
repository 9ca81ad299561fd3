# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes, public
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import from_json
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import evidence as gathering
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

CHALLENGE = made.challenge(made.SELF_CHECK + made.GET + f"dial tcp: lookup {live.HOST}: no such host")
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

REASON = (
    "Waiting for HTTP-01 challenge propagation: failed to perform self check GET request 'http://www.example.org/t': "
    'Get "http://www.example.org/t": dial tcp: lookup www.example.org on 10.96.0.10:53: no such host'
)

# As a user would send it, made smaller: a Challenge whose host nobody put into DNS.
REPORT = """
{
  "certificate": {
    "metadata": {"name": "www", "namespace": "shop", "uid": "1", "generation": 1},
    "spec": {
      "secretName": "www-tls", "dnsNames": ["www.example.org"], "issuerRef": {"name": "le", "kind": "ClusterIssuer"}
    },
    "status": {"conditions": [{"type": "Issuing", "status": "True", "reason": "DoesNotExist", "message": ""}]}
  },
  "issuer": {
    "metadata": {"name": "le", "generation": 1},
    "spec": {"acme": {"server": "https://acme.example.org/dir", "solvers": [{"http01": {"gatewayHTTPRoute": {}}}]}},
    "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "ACMEAccountRegistered", "message": ""}]}
  },
  "requests": [{"metadata": {"name": "www-1", "namespace": "shop", "uid": "2", "ownerReferences": [{"uid": "1"}]},
    "status": {"conditions": [
      {"type": "Approved", "status": "True"},
      {"type": "Ready", "status": "False", "reason": "Pending", "message": "Waiting on certificate issuance from …"}
    ]}}],
  "orders": [{"metadata": {"name": "www-1-7", "namespace": "shop", "uid": "3", "ownerReferences": [{"uid": "2"}]},
    "status": {"state": "pending", "url": "https://acme.example.org/order/1/2"}}],
  "challenges": [{"metadata": {"name": "www-1-7-9", "namespace": "shop", "uid": "4", "ownerReferences": [{"uid": "3"}],
      "creationTimestamp": "2026-03-01T11:40:00Z"},
    "spec": {"type": "HTTP-01", "dnsName": "www.example.org", "solver": {"http01": {"gatewayHTTPRoute": {}}}},
    "status": {"state": "pending", "processing": true, "presented": true, "reason": "REASON"}}],
  "solver_pods": [{"metadata": {"name": "x", "namespace": "shop", "uid": "5", "ownerReferences": [{"uid": "4"}]},
    "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}],
  "dns": {"resolved": [{"name": "www.example.org", "rdtype": "A", "status": "NXDOMAIN"}]},
  "now": "2026-03-01T12:00:00Z"
}
"""


def test_a_bug_report_is_a_test():
    found = causes.run_all(from_json(json.loads(REPORT.replace('"REASON"', json.dumps(REASON)))))
    assert [finding.as_dict() for finding in found] == [
        {
            "code": "self_check.nxdomain",
            "severity": "error",
            "object": "Challenge shop/www-1-7-9",
            "message": "www.example.org does not exist in DNS (NXDOMAIN).",
            "remedy": "make a record that leads to the ingress controller; with external-dns, see its log",
            "evidence": {
                "host": "www.example.org",
                "answer": "dial tcp: lookup www.example.org on 10.96.0.10:53: no such host",
                "dns_error": "NXDOMAIN",
            },
        }
    ]


def test_what_was_gathered_can_be_kept_and_read_again():
    evidence = made.challenging(CHALLENGE, errors={"events": "no"}, versions={"cert-manager": "v1.21.2"})
    kept = json.loads(json.dumps(evidence.as_json()))
    again = from_json(kept)
    assert json.loads(json.dumps(again.as_json())) == kept
    assert causes.run_all(again) == causes.run_all(evidence) != []


@pytest.mark.parametrize("said", [{}, {"certificate": {}, "unheard": []}])
def test_what_is_no_evidence(said):
    with pytest.raises(ValueError, match="not evidence"):
        from_json(said)


def test_empty_parts_are_left_out():
    assert set(made.evidence(issuer=None).as_json()) == {"certificate", "now"}


def test_events_of_other_objects_are_not_about_this_one():
    mine, other = made.event(made.REQUEST, "a", "mine"), made.event(made.ORDER, "a", "other")
    evidence = made.evidence(events=(mine, other, {"involvedObject": None}, {}))
    assert evidence.events_about(made.REQUEST) == [mine]


def test_the_names_of_unknown_parts_are_said():
    with pytest.raises(ValueError, match="unknown parts a, b, or"):
        from_json({"certificate": {}, "b": 1, "a": 2})
    with pytest.raises(ValueError, match="unknown parts none, or"):
        from_json({})


def test_objects_may_say_little():
    bare = {"metadata": {"name": "a"}}
    assert public.secret({**bare, "data": None}) == {**bare, "data": {}}
    assert public.secret(bare) == {**bare, "data": {}}
    container = {"image": "a", "args": None, "env": None}
    deployment = {**bare, "spec": {"template": {"spec": {"containers": [container]}}}}
    spec = {"template": {"spec": {"containers": [{"name": None, "image": "a", "args": [], "env": []}]}}}
    assert public.external_dns(deployment) == {**bare, "status": {}, "spec": spec}


def stored(obj, **labels):
    obj = json.loads(json.dumps(obj))
    obj["metadata"]["labels"] = labels
    return obj


def deployment(container, **labels):
    metadata = {
        "name": labels["name"],
        "namespace": "system",
        "labels": {f"app.kubernetes.io/{k}": v for k, v in labels.items()},
    }
    spec = {"template": {"spec": {"containers": [container]}}}
    return {"kind": "Deployment", "metadata": metadata, "spec": spec, "status": {"availableReplicas": 1}}


EXTERNAL_DNS = {
    "image": "external-dns:v0.22.0",
    "args": ["--source=ingress", "--policy=sync", "--pdns-api-key=hunter2", "--domain-filter=example.org"],
    "env": [
        {"name": "EXTERNAL_DNS_TXT_OWNER_ID", "value": "hunter2"},
        {"name": "EXTERNAL_DNS_EXCLUDE_DOMAINS", "value": "b.example.org"},
    ],
}


def everything():
    secret = made.secret()
    secret["metadata"]["annotations"][APPLIED] = json.dumps(secret["data"])
    manager = deployment({"env": ["hunter2"]}, name="cert-manager", component="controller", version="v1.21.2")
    pod = stored(made.solver_pod(CHALLENGE), **{"acme.cert-manager.io/http01-solver": "true"})
    mine = made.event(pod, "FailedMount", "words") | {"kind": "Event", "metadata": {"namespace": "shop", "name": "a"}}
    other = mine | {"involvedObject": {"uid": "somebody's"}, "metadata": {"namespace": "shop", "name": "b"}}
    return FakeCluster(
        Time(),
        made.acme_issuer(),
        made.REQUEST,
        made.ORDER,
        CHALLENGE,
        pod,
        secret,
        manager,
        deployment(EXTERNAL_DNS, name="external-dns"),
        mine,
        other,
    )


def test_nothing_secret_is_gathered():
    cluster = everything()
    evidence = gathering.gather(cluster.run(), made.CERTIFICATE)
    text = json.dumps(evidence.as_json())
    key = cluster.live(kinds.SECRET, "shop", "www-tls")["data"]["tls.key"]
    assert key not in text
    assert "hunter2" not in text
    assert evidence.secret["metadata"]["annotations"][APPLIED] == "(removed)"
    assert list(evidence.secret["data"]) == ["tls.crt"]


def test_what_is_gathered_of_the_programs_around():
    evidence = gathering.gather(everything().run(), made.CERTIFICATE)
    assert evidence.versions == {"cert-manager": "v1.21.2"}
    assert [sorted(item) for item in evidence.controllers] == [["metadata", "status"]]
    container = evidence.external_dns[0]["spec"]["template"]["spec"]["containers"][0]
    assert container == {
        "name": None,
        "image": "external-dns:v0.22.0",
        "args": ["--source=ingress", "--policy=sync", "--domain-filter=example.org"],
        "env": [{"name": "EXTERNAL_DNS_EXCLUDE_DOMAINS", "value": "b.example.org"}],
    }


def test_only_events_about_the_chain_are_kept():
    evidence = gathering.gather(everything().run(), made.CERTIFICATE)
    assert [event["metadata"]["name"] for event in evidence.events] == ["a"]


def test_no_secret():
    fake = everything()
    fake.refuse("get Secret shop/www-tls", Forbidden("get", 403, {"message": "no"}))
    evidence = gathering.gather(fake.run(), made.CERTIFICATE)
    assert (evidence.secret, evidence.errors) == (None, {"secrets": "no"})


def test_a_kind_that_the_cluster_does_not_have_is_a_finding():
    fake = everything()
    fake.missing_kinds = {"Challenge"}
    found = causes.run_all(gathering.gather(fake.run(), made.CERTIFICATE))
    assert [finding.code for finding in found] == ["crd.missing"]


def test_a_gathered_chain_is_explained():
    found = causes.run_all(gathering.gather(everything().run(), made.CERTIFICATE))
    assert "self_check.no_such_host" in [finding.code for finding in found]


def test_few_requests_are_made():
    fake = everything()
    gathering.gather(fake.run(), made.CERTIFICATE)
    assert len(fake.requests) == len(set(fake.requests)) + 2 <= 15  # Deployments are asked for by three labels
