# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS-01 validated by Pebble, which asks BIND: written by RFC 2136, and by Route 53 whose records are carried there."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.resources import Step
from ansible_collections.certops.kubernetes.plugins.module_utils.aws import session
from ansible_collections.certops.kubernetes.plugins.module_utils.aws.route53 import Route53
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.update import Key, Update
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import parallel
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Run
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError, NotReady, ProviderError
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import dns01
from ansible_collections.certops.kubernetes.plugins.module_utils.solver.dns01 import Dns01
from ansible_collections.certops.kubernetes.plugins.module_utils.solver.dns_persist01 import DnsPersist01, Nobody
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds, route53_policy, solvers
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.challenge import DNS_PERSIST01, Task
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time
from tests.aws import server
from tests.aws.proxy import Refusal, lose
from tests.dns import bind, bridge, route53
from tests.testbed import artifacts, store
from tests.testbed.progress import Progress

from .pebble import pebble
from .workbench import REAL_CLOCK, SECONDS, new_key, registered, request

ADDRESS = "127.0.0.1"
STRICT = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0"}
ALGORITHMS = ("hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
KEYS = {name: bind.new_key(name, name) for name in ALGORITHMS}
KEY = KEYS["hmac-sha256"]
# Nobody may write to delegated.test: its validation is elsewhere.
ZONES = (
    bind.Zone("shop.test", '_acme-challenge TXT "somebody else\'s"\nalias CNAME www', ALGORITHMS),
    bind.Zone("validation.test", "", [KEY.name]),
    bind.Zone("cloud.test", "", [KEY.name]),
    bind.Zone("delegated.test", "_acme-challenge CNAME delegated.validation.test.\n* CNAME ns", []),
)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Of a DNS server on loopback that has the zones."""
    store.make(artifacts.BIND, Progress())
    named = store.programs_of(artifacts.BIND) / "named"
    with bind.running(named, tmp_path_factory.mktemp("bind") / "zones", ZONES, list(KEYS.values()), ADDRESS) as found:
        yield found


@pytest.fixture(scope="module")
def acme(port, tmp_path_factory):
    """A client of a Pebble that validates, and asks that DNS server."""
    with pebble(tmp_path_factory.mktemp("pebble"), STRICT, f"{ADDRESS}:{port}") as server:
        yield registered(server)


@pytest.fixture
def resolver(port):
    return Resolver([ADDRESS], port)


def update(port, key=KEY):
    return Update(f"{ADDRESS}:{port}", Key(key.name, key.secret, key.algorithm))


def solver_of(resolver, options):
    """As a task makes it of an issuer's options, the values of Secrets included."""
    secrets = {}
    body = solvers.body("pebble", 0, {"dns01": options}, secrets)
    cluster = FakeCluster(Time())
    for manifest in IssuerSpec(kinds.ISSUER, "pebble", "shop", {}, secrets, "shop").secret_manifests():
        cluster.create(kinds.SECRET, manifest)
    return dns01.solver(Run(cluster, REAL_CLOCK, resolver=resolver), body, "shop")


def certify(acme, solver, *names):
    """The names in a certificate whose challenges the solver has answered; nothing is left of the answers."""
    order = acme.new_order([("dns", name) for name in names])
    tasks, challenges = [], []
    for url in order.authorizations:
        authorization = acme.authorization(url)
        if authorization.status == "valid":  # Pebble reuses one in a hundred at the least
            continue
        (challenge,) = (offered for offered in authorization.challenges if offered.type == solver.challenge_type)
        name, key_authorization = authorization.identifier[1], acme.key_authorization(challenge.token)
        lasting = solver.challenge_type == DNS_PERSIST01
        record = acme.dns_persist01_value(challenge, name, authorization.wildcard) if lasting else None
        tasks.append(Task(name, authorization.wildcard, challenge.token, key_authorization, record))
        challenges.append(challenge)
    deadline = REAL_CLOCK.monotonic() + SECONDS
    solver.present(tasks)
    try:
        solver.await_visible(tasks, deadline)
        for challenge in challenges:
            acme.respond(challenge)
        order = acme.await_authorized(order, deadline)
        assert order.step is Step.FINALIZE, "\n".join(str(acme.authorization(url)) for url in order.authorizations)
    finally:
        solver.clean_up(tasks)
    order = acme.await_issued(acme.finalize(order, request(order.identifiers, new_key())), deadline)
    return sorted(parse_chain(acme.certificate(order))[0].dns_names)


def txt(resolver, name):
    return [answer.values for answer in resolver.authoritative(name, "TXT")]


def test_rfc2136_apex_wildcard_and_delegation_in_one_order(acme, port, resolver):
    names = ["*.delegated.test", "*.shop.test", "delegated.test", "shop.test", "www.shop.test"]
    server = {"nameserver": f"{ADDRESS}:{port}", "tsig_algorithm": "HMACSHA256"}
    options = {**server, "tsig_key_name": KEY.name, "tsig_secret": KEY.secret}
    assert certify(acme, solver_of(resolver, {"rfc2136": options}), *names) == names
    assert txt(resolver, "_acme-challenge.shop.test") == [("somebody else's",)]
    assert txt(resolver, "delegated.validation.test") == [()]
    assert txt(resolver, "_acme-challenge.www.shop.test") == [()]


def test_a_provider_that_is_not_known_is_an_error_and_no_wait(resolver):
    with pytest.raises(CertopsError, match="nobody here writes to azureDNS"):
        solver_of(resolver, {"raw": {"azureDNS": {}}})


def test_a_lasting_record_is_written_once_and_good_for_all_later_orders(acme, port, resolver):
    # Names of its own: Pebble would take one that is proven already for good, once in a hundred.
    names, label = ["*.lasting.shop.test", "lasting.shop.test"], "_validation-persist"
    certify(acme, DnsPersist01(resolver, REAL_CLOCK, parallel.each, update(port), label=label), *names)
    [values] = txt(resolver, "_validation-persist.lasting.shop.test")
    uri = acme.account_uri
    assert sorted(values) == [
        f"pebble.letsencrypt.org; accounturi={uri}",
        f"pebble.letsencrypt.org; accounturi={uri}; policy=wildcard",
    ]
    watching = DnsPersist01(resolver, REAL_CLOCK, parallel.each, Nobody(), label=label)
    assert certify(acme, watching, *names) == names
    assert txt(resolver, "_validation-persist.lasting.shop.test") == [values]


def test_a_lasting_record_that_nobody_has_made_is_missed_before_the_ca_is_asked(acme, port, resolver):
    order = acme.new_order([("dns", "unseen.shop.test")])
    [url] = order.authorizations
    (offered,) = (one for one in acme.authorization(url).challenges if one.type == DNS_PERSIST01)
    record = acme.dns_persist01_value(offered, "unseen.shop.test", False)
    solver = DnsPersist01(resolver, REAL_CLOCK, parallel.each, Nobody(), label="_validation-persist")
    with pytest.raises(NotReady, match=r"_validation-persist\.unseen\.shop\.test"):
        solver.await_visible([Task("unseen.shop.test", False, "", ".", record)], REAL_CLOCK.monotonic() + 0.5)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_rfc2136_with_each_algorithm(port, resolver, algorithm):
    writer, name = update(port, KEYS[algorithm]), f"_acme-challenge.{algorithm}.shop.test"
    writer.add({name: ["one", "two"]})
    writer.add({name: ["two"]})
    assert txt(resolver, name) == [("one", "two")]
    writer.remove({name: ["one"]})
    writer.remove({name: ["one"]})
    assert txt(resolver, name) == [("two",)]


@pytest.mark.parametrize(
    ("key", "name", "cause"),
    [
        (KEY, "_acme-challenge.www.delegated.test", "cname_in_the_way"),
        (KEY, "_acme-challenge.www.nobody.test", "zone_not_found"),
        (KEY, "alias.shop.test", "cname_in_the_way"),
        (KEYS["hmac-sha1"], "delegated.validation.test", "update_refused"),
        (bind.new_key("stranger"), "www.shop.test", "tsig_refused"),
        (bind.new_key(KEY.name), "www.shop.test", "tsig_refused"),
    ],
)
def test_rfc2136_says_why_not(port, key, name, cause):
    with pytest.raises(ProviderError) as caught:
        update(port, key).add({name: ["value"]})
    assert [finding.code for finding in caught.value.findings] == [f"dns01.{cause}"]


def test_route53_apex_and_wildcard(acme, port, resolver, monkeypatch):
    """With the least rights, throttled, one answer lost, and a change that takes its time."""
    with server.serving() as aws:
        aws.reset()
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHETEST")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        # A role of another account, where moto has other zones.
        identity = session.Identity(role="arn:aws:iam::210987654321:role/dns")
        other = session.client("route53", identity)
        zone = route53.make_zone(other, "cloud.test")
        names = ["*.cloud.test", "cloud.test", "www.cloud.test"]
        with bridge.carrying(other, zone, "cloud.test", KEY, ADDRESS, port):
            limited = session.client("route53", identity)
            aws.enforce(limited._get_credentials().access_key, lambda: [route53_policy.policy(names, [zone])])
            aws.rule("route53:ChangeResourceRecordSets", Refusal(400, "Throttling"), lose)
            aws.rule("route53:GetChange", lambda content: content.replace(b"INSYNC", b"PENDING"))
            writer = Route53(limited, zone)
            assert certify(acme, Dns01(resolver, REAL_CLOCK, parallel.each, writer), *names) == names
        left = other.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        assert [found for found in left if found["Type"] == "TXT"] == []
        assert aws.count("route53:ChangeResourceRecordSets") >= 4
