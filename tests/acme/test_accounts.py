# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account of a direct issuer, at a real ACME server: contacts, binding, another key, its end, and runs cut off."""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.client import Client
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.protocol import IssuerSecrets
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError, Forbidden, NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import issuer, kinds, responder
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.dialects.dialect import OpenPath
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import AccountKey
from tests.acme_proxy import faults

from .engine import Bench, Fate, Killed, wanted
from .pebble import QUICK, pebble
from .workbench import new_key, pem

WWW = wanted()
ROLL = AccountKey(roll_over=True)
ENDED = IssuerSecrets("shop", delete_account_key=False, deactivate_account=True)
KEY = "get Secret pebble-account-key"
RECORD = "merge ConfigMap certops-issuer-pebble"
# All that a change of the key asks of the cluster and the server, in this order.
POINTS = (
    "get ConfigMap certops-issuer-pebble",
    KEY,
    "acme register",
    "acme offers",
    "merge Secret pebble-account-key",
    "acme roll_over",
    RECORD,
)


@pytest.fixture
def bench(prompt_server):
    made = Bench(prompt_server)
    made.register()
    return made


def ensure(bench, fate=None, account_key=None, **how):
    spec = replace(bench.issuer, account_key=account_key or AccountKey())
    return issuers.ensure(bench.run(fate, **how), bench.parts(fate), spec)


def key(bench):
    secret = bench.secret("pebble-account-key")
    assert list(secret["data"]) == ["tls.key"]
    return readiness.value(secret, "tls.key")


def kept(bench):
    return record.read(bench.cluster.live(kinds.CONFIG_MAP, "shop", "certops-issuer-pebble"), "work")


def changed_to(bench, **acme):
    bench.issuer = replace(bench.issuer, body={"acme": {**bench.issuer.body["acme"], **acme}})


def asked(bench, of):
    """What a run asks of the server."""
    fate = Fate()
    outcome = of(fate)
    return outcome, [request for request in fate.requests if request.startswith("acme")]


def owned(bench):
    """The account that the server has of the key in the Secret."""
    server = bench.issuer.body["acme"]["server"]
    trust = base64.b64decode(bench.issuer.body["acme"]["caBundle"]).decode()
    return Client(server, key(bench), clock=bench.hurried.clock(), trust=trust).find_account().uri


def no_key_is_in(bench, *results):
    told = json.dumps([kept(bench), *([outcome.facts, outcome.diff] for outcome in results)], default=str)
    lines = [line for line in key(bench).decode().splitlines() if "PRIVATE" not in line]
    assert not any(line in told for line in [*lines, base64.b64encode(key(bench)).decode()])


def test_contacts_come_and_go(bench):
    for email, contacts in (
        ("a@example.com", ("mailto:a@example.com",)),
        (None, ()),
        ("b@example.com", ("mailto:b@example.com",)),
    ):
        changed_to(bench, email=email)
        planned = ensure(bench, check_mode=True)
        outcome = ensure(bench)
        assert (planned.changed, outcome.changed) == (True, True)
        assert planned.diff == outcome.diff
        assert outcome.diff[-1]["after"] == {"account": "registered (other contacts are wanted)"}
        assert bench.clients[-1].find_account().contacts == contacts
        again, requests = asked(bench, lambda fate: ensure(bench, fate))
        assert (again.changed, requests) == (False, [])


def test_contacts_that_the_server_does_not_tell_are_changed_by_what_it_was_last_given(bench, monkeypatch):
    changed_to(bench, email="a@example.com")
    ensure(bench)
    register = Client.register
    monkeypatch.setattr(Client, "register", lambda *given: replace(register(*given), contacts=()))
    changed_to(bench, email="b@example.com")
    ensure(bench)
    assert bench.clients[-1].find_account().contacts == ("mailto:b@example.com",)


def test_the_key_is_changed_when_asked_and_what_is_served_goes_on(bench):
    bench.issue(WWW)
    before, uri = key(bench), kept(bench)["account"]["uri"]
    planned = ensure(bench, account_key=ROLL, check_mode=True)
    assert key(bench) == before
    outcome = ensure(bench, account_key=ROLL)
    assert (planned.changed, planned.diff) == (True, outcome.diff)
    assert outcome.diff[0]["after"] == {"account_key": "another one (roll_over_account_key)"}
    assert key(bench) != before
    assert outcome.facts["issuer"]["account_uri"] == uri == kept(bench)["account"]["uri"]
    no_key_is_in(bench, planned, outcome)
    assert not ensure(bench).changed
    assert bench.issue(wanted("api")).changed
    assert bench.issue(wanted(options={"renew": "always"})).changed


@pytest.mark.parametrize("point", ["acme new_order", "acme respond", "acme finalize", "acme certificate"])
def test_a_certificate_is_issued_while_another_run_changes_the_key(bench, point):
    class Meanwhile(Fate):
        """The key is changed just before one request, which is signed with the old one."""

        def meet(self, name, request):
            if name == point and point not in self.requests:
                ensure(bench, account_key=ROLL)
            return super().meet(name, request)

    outcome = bench.issue(WWW, fate=Meanwhile())
    assert outcome.facts["certificates"][0]["ready"]
    assert (bench.solver.presented, bench.work().keys() & {"claim", "order", "failure"}) == (set(), set())
    assert len(bench.orders()) == 1
    assert not bench.issue(WWW).changed


def test_the_key_is_changed_when_it_is_old(bench):
    aging = AccountKey(max_age=timedelta(days=30))
    first = key(bench)
    assert not ensure(bench, account_key=aging).changed
    bench.hurried.naps.append(31 * 86400.0)
    outcome = ensure(bench, account_key=aging)
    assert outcome.diff[0]["after"] == {"account_key": "another one (it is 31 d old)"}
    assert key(bench) != first
    assert not ensure(bench, account_key=aging).changed


def test_these_are_all_the_points_of_a_change_of_the_key(bench):
    fate = Fate()
    ensure(bench, fate, ROLL)
    assert tuple(dict.fromkeys(fate.requests)) == POINTS


@pytest.mark.parametrize("first", ["the issuer", "a certificate"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("time", [1, 2])
def test_a_change_of_the_key_that_is_cut_off_is_ended_by_the_next_run(bench, point, after, time, first):
    before, uri = key(bench), kept(bench)["account"]["uri"]
    fate = Fate(point, after, time)
    try:
        ensure(bench, fate, ROLL)
    except Killed:
        pass
    else:
        assert fate.requests.count(point) < time
        return
    if first == "a certificate":
        assert bench.issue(WWW).facts["certificates"][0]["ready"]
    begun = (
        len(bench.secret("pebble-account-key")["data"]) > 1
        or readiness.value(bench.secret("pebble-account-key"), "tls.key") != before
    )
    outcome = ensure(bench)
    assert outcome.facts["issuer"]["ready"]
    assert kept(bench)["account"]["uri"] == uri
    assert (key(bench) != before) == begun
    assert owned(bench) == uri
    assert not ensure(bench).changed
    assert bench.issue(wanted("api")).facts["certificates"][0]["ready"]


def test_a_run_without_the_right_to_write_the_secret_uses_the_key_that_the_server_has(bench):
    try:
        ensure(bench, Fate("acme roll_over", after=True), ROLL)
    except Killed:
        bench.cluster.refuse("merge Secret shop/pebble-account-key", Forbidden("change", 403, {}))
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


def test_of_two_runs_that_change_the_key_neither_loses_it(bench):
    """The other one begins and ends just before this one tells the server."""
    bench.cluster.before("merge Secret shop/pebble-account-key", lambda: ensure(bench, account_key=ROLL))
    ensure(bench, account_key=ROLL)
    assert not ensure(bench).changed
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


def test_several_runs_that_change_the_key_at_once_end_with_one(bench):
    uri = kept(bench)["account"]["uri"]
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(ensure, bench, account_key=ROLL) for _run in range(4)]:
            with contextlib.suppress(NotReady):  # its key was changed by another run before it could sign
                future.result()
    assert ensure(bench).facts["issuer"]["account_uri"] == uri
    assert owned(bench) == uri
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


@pytest.mark.parametrize("fault", [faults.lost, faults.cut, lambda at, **how: faults.answer(at, 500, **how)])
def test_an_answer_that_gets_lost_loses_no_key(prompt_server, prompt_proxy, fault):
    bench = Bench(prompt_server, server=prompt_proxy.directory)
    bench.register()
    before = key(bench)
    prompt_proxy.book.put([fault("keyChange", times=1)])
    assert ensure(bench, account_key=ROLL).facts["issuer"]["ready"]
    assert key(bench) != before
    prompt_proxy.book.put([fault("keyChange")])
    with contextlib.suppress(NotReady):
        ensure(bench, account_key=ROLL)
    prompt_proxy.book.put([])
    assert ensure(bench).facts["issuer"]["ready"]
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.problem("keyChange", "badPublicKey", "not this one", status=400),
        faults.patched("directory", {"keyChange": None}),
    ],
)
def test_a_server_that_refuses_another_key_for_good_is_told_and_the_present_one_stays(
    prompt_server, prompt_proxy, fault
):
    bench = Bench(prompt_server, server=prompt_proxy.directory)
    bench.register()
    before = key(bench)
    prompt_proxy.book.put([fault])
    with pytest.raises(NotReady) as caught:
        ensure(bench, account_key=ROLL)
    assert caught.value.findings[0].code in ("acme.bad_public_key", "issuer.no_key_change")
    assert (key(bench), ensure(bench).changed) == (before, False)
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


def test_a_server_that_is_busy_gets_the_same_key_at_the_next_run(prompt_server, prompt_proxy):
    bench = Bench(prompt_server, server=prompt_proxy.directory)
    bench.register()
    prompt_proxy.book.put([faults.problem("keyChange", "rateLimited", "later", status=429, retry_after=7200)])
    with pytest.raises(NotReady):
        ensure(bench, account_key=ROLL)
    following = readiness.value(bench.secret("pebble-account-key"), "tls.key.next")
    prompt_proxy.book.put([])
    assert bench.issue(WWW).facts["certificates"][0]["ready"]
    assert ensure(bench).changed
    assert key(bench) == following


def test_an_account_of_somebody_elses_key_can_not_be_used(bench):
    bench.cluster.put(
        {**bench.secret("pebble-account-key"), "data": {"tls.key": base64.b64encode(pem(new_key())).decode()}}
    )
    with pytest.raises(NotReady, match="another key than when it was made ready"):
        bench.issue(WWW)
    assert ensure(bench).diff[0]["after"] == {"account": "registered (the key is another one)"}
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


def remove(bench, fate=None, secrets_=ENDED, **how):
    return issuers.remove(bench.run(fate, **how), bench.parts(fate), kinds.ISSUER, "shop", "pebble", secrets_)


def test_the_account_is_ended_only_when_asked(bench):
    before = key(bench)
    planned = remove(bench, secrets_=IssuerSecrets("shop", False), check_mode=True)
    assert [part["after"] for part in planned.diff] == [{}]
    planned = remove(bench, check_mode=True)
    assert planned.diff[0]["after"] == {"account": "deactivated"}
    assert key(bench) == before
    client = bench.clients[-1]
    assert client.find_account()
    outcome = remove(bench)
    assert (outcome.changed, outcome.diff) == (True, planned.diff)
    assert bench.secret("pebble-account-key") is None
    with pytest.raises(AcmeError, match="unauthorized"):
        client.find_account()
    again, requests = asked(bench, lambda fate: remove(bench, fate))
    assert (again.changed, requests) == (False, [])
    assert bench.register().facts["issuer"]["ready"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "point", ["acme deactivate_account", "delete Secret pebble-account-key", "delete ConfigMap certops-issuer-pebble"]
)
def test_an_end_that_is_cut_off_is_gone_on_with(bench, point, after):
    with pytest.raises(Killed):
        remove(bench, Fate(point, after))
    remove(bench)
    assert bench.secret("pebble-account-key") is None
    assert bench.cluster.live(kinds.CONFIG_MAP, "shop", "certops-issuer-pebble") is None


@pytest.fixture(scope="module")
def binding(tmp_path_factory):
    """A Pebble that binds every account, and the key of one account at the CA as the CA gives it out."""
    text = base64.urlsafe_b64encode(secrets.token_bytes(48)).rstrip(b"=").decode()
    required = {"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": text}}
    with pebble(tmp_path_factory.mktemp("binding"), QUICK, **required) as running:
        yield running, text


def bound(server, key_id, mac_key):
    """A bench whose issuer comes from the module's own parameters."""
    bench = Bench(server)
    parameters = {
        "name": "pebble",
        "namespace": "shop",
        "kind": "Issuer",
        "cluster_resource_namespace": "cert-manager",
        "acme": {
            "server": server.directory,
            "ca_bundle": server.trust,
            "external_account_binding": {"key_id": key_id, "key": mac_key} if key_id else None,
            "solvers": [{"http01": {}}],
        },
    }
    bench.issuer = issuer.from_parameters(parameters)
    return bench


def test_an_account_bound_to_one_at_the_ca(binding):
    bench = bound(binding[0], "kid-1", binding[1])
    outcome = bench.register()
    assert (outcome.changed, outcome.facts["issuer"]["ready"]) == (True, True)
    assert bench.issue(WWW).facts["certificates"][0]["ready"]
    again, requests = asked(bench, lambda fate: ensure(bench, fate))
    assert (again.changed, requests) == (False, [])
    assert ensure(bench, account_key=ROLL).changed
    assert bench.issue(wanted("api")).facts["certificates"][0]["ready"]
    told = json.dumps([outcome.facts, outcome.diff, kept(bench)], default=str)
    assert binding[1] not in told
    assert base64.b64encode(binding[1].encode()).decode() not in told


@pytest.mark.parametrize(
    ("key_id", "mac_key", "code"),
    [
        (None, None, "acme.external_account_required"),
        ("kid-2", None, "issuer.eab_refused"),
        ("kid-1", "c29tZWJvZHkgZWxzZSdzIGtleSwgb2YgZW5vdWdoIGJ5dGVz", "issuer.eab_refused"),
        ("kid-1", "not base64url!", "issuer.eab_secret"),
    ],
)
def test_a_binding_that_is_refused(binding, key_id, mac_key, code):
    bench = bound(binding[0], key_id, mac_key or binding[1])
    with pytest.raises(NotReady) as caught:
        bench.register()
    assert [finding.code for finding in caught.value.findings] == [code]
    assert binding[1] not in str(caught.value)
    right = bound(binding[0], "kid-1", binding[1])
    right.cluster, right.clients = bench.cluster, bench.clients
    assert right.register().facts["issuer"]["ready"]


@pytest.fixture
def forgetful(tmp_path):
    """A bench with an account, and its server, which can be started again."""
    with pebble(tmp_path) as server:
        made = Bench(server)
        made.register()
        yield made, server


def test_an_account_that_the_server_has_forgotten_is_registered_again(forgetful):
    bench, server = forgetful
    bench.issue(WWW)
    server.restart()
    before = kept(bench)["account"]
    outcome = bench.issue(wanted("api"), wanted("web"), wanted(options={"renew": "always"}))
    assert {each["ready"] for each in outcome.facts["certificates"]} == {True}
    after = kept(bench)["account"]
    assert (after["uri"] != before["uri"], after["keySHA256"]) == (True, before["keySHA256"])
    assert owned(bench) == after["uri"]
    _outcome, requests = asked(bench, lambda fate: bench.issue(wanted("more"), fate=fate))
    assert "acme register" not in requests
    assert not ensure(bench).changed


@pytest.mark.parametrize(
    "point",
    [
        "acme new_order",
        "acme authorization",
        "acme respond",
        "acme await_authorized",
        "acme finalize",
        "acme certificate",
    ],
)
def test_an_account_that_is_forgotten_in_the_middle(forgetful, point):
    bench, server = forgetful

    class Forgetting(Fate):
        """The server is started again just before one request."""

        def meet(self, name, request):
            if name == point and point not in self.requests:
                server.restart()
            return super().meet(name, request)

    outcome = bench.issue(WWW, fate=Forgetting())
    assert outcome.facts["certificates"][0]["ready"]
    assert (bench.solver.presented, "order" in bench.work()) == (set(), False)
    assert kept(bench)["account"]["uri"] == owned(bench)
    assert not bench.issue(WWW).changed


def test_an_account_that_is_forgotten_is_bound_again(tmp_path):
    text = base64.urlsafe_b64encode(secrets.token_bytes(48)).rstrip(b"=").decode()
    required = {"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": text}}
    with pebble(tmp_path, QUICK, **required) as server:
        bench = bound(server, "kid-1", text)
        bench.register()
        server.restart()
        assert bench.issue(WWW).facts["certificates"][0]["ready"]


def test_who_may_not_write_the_issuers_record_goes_on_all_the_same(forgetful):
    bench, server = forgetful
    server.restart()
    bench.cluster.refuse("merge ConfigMap shop/certops-issuer-pebble", Forbidden("change", 403, {}))
    assert bench.issue(WWW).facts["certificates"][0]["ready"]


KEEPING = [{"http01": {"ingress": {}, "responder": {"keep": True}}}]


@pytest.fixture
def keeping(prompt_server):
    """A bench that keeps a responder, which is there."""
    made = Bench(prompt_server, solvers=KEEPING)
    made.register()
    respond(made)
    return made


def respond(bench, namespace="shop"):
    """What a run leaves of its responder."""
    one = responder.Responder(namespace, bench.clients[-1].thumbprint, responder.Settings())
    for _kind, manifest in one.workload():
        bench.cluster.put(manifest)
    bench.cluster.put(one.ingress(["www.example.com"], OpenPath()))


def responding(bench, namespace="shop"):
    """How many objects of a responder there are."""
    listed = [
        bench.cluster.list(kind, namespace, labels="app.kubernetes.io/name=acme-responder")[0] for kind in OBJECTS
    ]
    return sum(map(len, listed))


OBJECTS = (kinds.CONFIG_MAP, kinds.DEPLOYMENT, kinds.SERVICE, kinds.INGRESS)


def test_a_responder_that_is_kept_stays_while_nothing_changes(keeping):
    assert not ensure(keeping).changed
    assert responding(keeping) == 3


def test_a_responder_that_is_kept_goes_with_the_key(keeping):
    planned = ensure(keeping, account_key=ROLL, check_mode=True)
    assert responding(keeping) == 3
    outcome = ensure(keeping, account_key=ROLL)
    assert [part["before_header"].split()[0] for part in outcome.diff] == [
        "Issuer", "Ingress", "Service", "Deployment"
    ]  # fmt: skip
    assert (planned.diff, responding(keeping)) == (outcome.diff, 0)
    respond(keeping)
    assert (ensure(keeping).changed, responding(keeping)) == (False, 3)


@pytest.mark.parametrize("point", ["acme roll_over", "merge Secret pebble-account-key", "delete Service", RECORD])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_responder_is_not_forgotten_where_the_change_of_the_key_is_cut_off(keeping, point, after, time):
    name = responder.Responder("shop", keeping.clients[-1].thumbprint, responder.Settings()).name
    before = key(keeping)
    fate = Fate(f"{point} {name}" if point == "delete Service" else point, after, time)
    try:
        ensure(keeping, fate, ROLL)
    except Killed:
        ensure(keeping)
    secret = keeping.secret("pebble-account-key")
    assert list(secret["data"]) == ["tls.key"]
    assert responding(keeping) == (0 if key(keeping) != before else 3)
    assert not ensure(keeping).changed


def test_a_responder_that_is_no_longer_kept_goes(keeping):
    changed_to(keeping, solvers=[{"http01": {"ingress": {}}}])
    planned = ensure(keeping, check_mode=True)
    outcome = ensure(keeping)
    assert (len(outcome.diff), planned.diff, responding(keeping)) == (4, outcome.diff, 0)
    assert "responder" not in kept(keeping)
    assert not ensure(keeping).changed


def test_a_responder_goes_with_the_issuer(keeping):
    outcome = remove(keeping, secrets_=IssuerSecrets("shop", False))
    assert (len(outcome.diff), responding(keeping)) == (4, 0)


def test_the_responders_of_a_cluster_issuer_go_wherever_they_are(prompt_server):
    bench = Bench(prompt_server, solvers=KEEPING)
    bench.issuer = replace(bench.issuer, kind=kinds.CLUSTER_ISSUER, namespace=None, secrets_namespace="cert-manager")
    bench.register()
    for namespace in ("shop", "blog"):
        respond(bench, namespace)
    assert ensure(bench, account_key=ROLL).changed
    assert (responding(bench, "shop"), responding(bench, "blog")) == (0, 0)
    respond(bench)
    bench.cluster.refuse("list ingresses", Forbidden("list", 403, {}))
    where = IssuerSecrets("cert-manager", False)
    outcome = issuers.remove(bench.run(), bench.parts(), kinds.CLUSTER_ISSUER, None, "pebble", where)
    assert [finding.code for finding in outcome.findings] == ["issuer.responder_left"]
    assert responding(bench, "shop") == 3
