# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.served import Failure, Response
from ansible_collections.certops.kubernetes.plugins.module_utils.dns.resolver import Resolver
from ansible_collections.certops.kubernetes.plugins.module_utils.engine import certificates, ingresses
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import FAIL, WARN
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, Unfit
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress as ingress_spec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.tests.unit import factory, live, serving
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing, shimming
from ansible_collections.certops.kubernetes.tests.unit.fakes import START, FakeCluster, Time
from ansible_collections.certops.kubernetes.tests.unit.nameserver import NameServer
from ansible_collections.certops.kubernetes.tests.unit.nameserver import serving as answering

WWW = CertificateSpec("www", "shop", live.SPEC)
HOST, ADDRESS = live.HOST, "192.0.2.7"
RECORDS = f"{HOST}. 60 IN A {ADDRESS}"
ZONE = """
example.test. 60 IN SOA ns.example.test. hostmaster.example.test. 1 60 60 60 5
example.test. 60 IN NS ns.example.test.
ns.example.test. 60 IN A 127.0.0.1
"""


class Visits:
    """Answers 404 at an address, and refuses at every other."""

    def __init__(self, *addresses):
        self.addresses, self.paid = addresses, []

    def __call__(self, host, address, path, seconds):
        self.paid.append(f"{host} at {address}")
        return Response(404) if address in self.addresses else Failure("connection_refused", "Connection refused")


def peer(address=ADDRESS):
    found = live.ingress()
    found["metadata"]["name"] = "peer"
    return found | {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}


def cluster(*objects):
    fake = FakeCluster(Time(), *(objects or (made.acme_issuer(), live.ingress_class(), peer())))
    issuing(fake)
    return fake


def ensure(fake, records=RECORDS, spec=WWW, visit=None, preflight=FAIL, **how):
    """The outcome, and what was asked of DNS."""
    server = NameServer(records)
    with answering(resolver=server) as port:
        resolver = Resolver(["127.0.0.1"], port, 0.5)
        run = fake.run(preflight=preflight, resolver=resolver, visit=visit or Visits(ADDRESS), **how)
        return certificates.ensure(run, [spec]), server.asked


def refused(fake, *args, **how):
    with pytest.raises(Unfit) as raised:
        ensure(fake, *args, **how)
    assert [line for line in fake.requests if line.startswith(("apply", "create", "merge", "delete"))] == []
    return [finding.code for finding in raised.value.findings]


def codes(outcome):
    return [(finding.code, finding.severity) for finding in outcome.findings]


def test_a_healthy_one_is_issued():
    visit = Visits(ADDRESS)
    outcome, asked = ensure(cluster(), visit=visit)
    assert (outcome.changed, outcome.findings, outcome.facts["certificates"][0]["ready"]) == (True, [], True)
    names = ("www.example.test", "example.test", "test")
    assert sorted(asked) == sorted([f"{HOST}. A RD", f"{HOST}. AAAA RD", *(f"{name}. CAA RD" for name in names)])
    assert visit.paid == [f"{HOST} at {ADDRESS}"]


def test_nothing_is_looked_at_where_nothing_is_to_be_issued():
    fake = cluster()
    ensure(fake)
    fake.requests.clear()
    visit = Visits()
    outcome, asked = ensure(fake, visit=visit)
    assert (outcome.changed, asked, visit.paid) == (False, [], [])
    assert fake.requests == ["get Certificate shop/www", "get Secret shop/www-tls"]


def test_renewal_and_a_changed_spec_are_looked_at():
    fake = cluster()
    ensure(fake)
    renewed = CertificateSpec("www", "shop", live.SPEC, renew="always")
    assert ensure(fake, spec=renewed)[1] != []
    assert ensure(
        fake, spec=CertificateSpec("www", "shop", live.SPEC | {"dnsNames": ["a.example.test"]}), preflight=WARN
    )[1]


def test_other_issuers_have_nothing_asked_of_dns():
    fake = cluster(live.issuer(live.condition("Ready", True)))
    visit = Visits()
    outcome, asked = ensure(fake, visit=visit)
    assert (outcome.findings, asked, visit.paid) == ([], [], [])


def test_checks_and_dnspython_are_loaded_when_they_are_needed():
    package = certificates.__name__.rpartition(".engine")[0]
    late = [
        "dns.message",
        *(f"{package}.{name}" for name in ("diagnose.preflight", "diagnose.checks", "engine.preflight")),
    ]
    program = f"import sys; from {package}.glue import engines; print([name for name in {late} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_failing_changes_nothing():
    assert refused(cluster(), ZONE) == ["dns.nxdomain"]
    assert refused(cluster(live.ingress_class())) == ["issuer.missing"]


def test_warning_goes_on():
    outcome, _asked = ensure(cluster(), ZONE, preflight=WARN)
    assert codes(outcome) == [("dns.nxdomain", WARNING)]
    assert outcome.facts["certificates"][0]["ready"]


def test_warnings_alone_do_not_fail():
    outcome, _asked = ensure(cluster(), visit=Visits())
    assert codes(outcome) == [("http01.connection_refused", WARNING)]


def test_off():
    fake = cluster()
    outcome, asked = ensure(fake, ZONE, preflight="off")
    assert (outcome.findings, asked) == ([], [])


def test_check_mode_looks_too_and_fails_not_over_what_may_come():
    outcome, _asked = ensure(cluster(live.ingress_class()), check_mode=True)
    assert codes(outcome) == [("issuer.missing", WARNING)]
    other = live.secret() | {"type": "Opaque"}
    objects = (made.acme_issuer(), live.ingress_class(), peer(), other)
    assert refused(cluster(*objects), check_mode=True) == ["secret.wrong_type"]


def test_dns_leads_elsewhere():
    visit = Visits(ADDRESS)
    assert refused(cluster(), f"{HOST}. 60 IN A 198.51.100.1", visit=visit) == ["dns.wrong_address"]
    assert visit.paid == [f"{HOST} at 198.51.100.1", f"{HOST} at {ADDRESS}"]


def test_caa():
    assert refused(cluster(), f'{RECORDS}\nexample.test. 60 IN CAA 0 issue ";"') == ["caa.forbidden"]


def test_where_the_records_of_dns01_go():
    issuer = made.acme_issuer(solvers=[{"dns01": {"route53": {}}}])
    fake = cluster(issuer)
    record = f"_acme-challenge.{HOST}"
    assert refused(fake, f"{ZONE}{record}. 60 IN CNAME www.elsewhere.test.") == ["dns01.cname_dangling"]
    visit = Visits()
    outcome, asked = ensure(fake, ZONE, visit=visit)
    assert (outcome.findings, visit.paid) == ([], [])
    assert f"{HOST}. A RD" not in asked
    assert not {"list ingresses", "list ingressclasses"} & set(fake.requests)


def test_without_dnspython_the_cluster_is_looked_at():
    class Missing:
        def answer(self, name, rdtype):
            raise ImportError("No module named 'dns'", name="dns")

    fake = cluster(made.acme_issuer(), peer())
    with pytest.raises(Unfit) as raised:
        certificates.ensure(fake.run(preflight=FAIL, resolver=Missing()), [WWW])
    assert [finding.code for finding in raised.value.findings] == ["preflight.no_library", "ingress_class.missing"]


def test_what_may_not_be_read_is_not_judged():
    fake = cluster()
    for kind in ("ingresses", "ingresses in shop", "ingressclasses", "certificates in shop", "deployments"):
        fake.refuse(f"list {kind}", Forbidden("list", 403, {"message": "no"}))
    fake.refuse("get Issuer shop/shop-ca", Forbidden("get", 403, {"message": "no"}))
    assert ensure(fake)[0].findings == []


def test_a_shared_cause_is_said_once():
    names = ("a", "b", "c")
    specs = [
        CertificateSpec(name, "shop", live.SPEC | {"secretName": name, "dnsNames": [f"{name}.test"]}) for name in names
    ]
    with pytest.raises(Unfit, match="shop/a, Certificate shop/b, Certificate shop/c can't be issued") as raised:
        certificates.ensure(FakeCluster(Time()).run(preflight=FAIL), specs)
    assert [finding.code for finding in raised.value.findings] == ["issuer.missing"]


RULES = {"rules": [serving.RULE], "ingress_class_name": "nginx"}


def served(fake, records=RECORDS, **options):
    with answering(resolver=NameServer(records)) as port:
        resolver = Resolver(["127.0.0.1"], port, 0.5)
        run = fake.run(preflight=FAIL, resolver=resolver, visit=Visits(ADDRESS))
        return ingresses.ensure(run, CertManager(), ingress_spec.from_parameters(serving.OPTIONS | RULES | options))


def ingress_cluster(*objects):
    fake = cluster(*objects)
    shimming(fake)
    return fake


def test_an_ingress_is_looked_at_before_it_is_made():
    fake = ingress_cluster(made.acme_issuer(), live.ingress_class(), peer())
    with pytest.raises(Unfit, match="^Certificate shop/www-tls can't be issued"):
        served(fake, ZONE)
    assert not any(line.startswith("apply") for line in fake.requests)
    assert served(fake).findings == []


@pytest.mark.parametrize("options", [{}, serving.EXPLICIT])
def test_class_of_an_ingress(options):
    fake = ingress_cluster(live.issuer(live.condition("Ready", True)), live.ingress_class())
    with pytest.raises(Unfit) as raised:
        served(fake, ingress_class_name="traefik", controller="traefik", **options)
    assert [finding.code for finding in raised.value.findings] == ["ingress_class.missing"]


def test_an_ingress_whose_certificate_is_there_is_not_looked_at_again():
    fake = ingress_cluster(made.acme_issuer(), live.ingress_class(), peer())
    served(fake)
    assert served(fake, ZONE, redirect=True).changed


def test_an_explicit_certificate_that_alone_changes_is_looked_at():
    fake = ingress_cluster(made.acme_issuer(), live.ingress_class(), peer())
    served(fake, **serving.EXPLICIT)
    changed = {"certificate": {**serving.EXPLICIT["certificate"], "duration": "1000h"}}
    with pytest.raises(Unfit):
        served(fake, ZONE, **changed)


def test_limits_are_counted_from_secrets_and_requests():
    le = factory.authority("R13", organization_name="Let's Encrypt")
    issuer = made.acme_issuer(server="https://acme-v02.api.letsencrypt.org/directory")
    names = ("a", "b", "c", "d", "e")
    secrets = []
    for name in names:
        secret = live.secret(le.issue(HOST, not_before=START - timedelta(hours=2)), name)
        secret["metadata"]["labels"] = {"controller.cert-manager.io/fao": "true"}
        secrets.append(secret)
    objects = (issuer, live.ingress_class(), peer(), *secrets)
    assert refused(cluster(*objects)) == ["lets_encrypt.exact_set"]
    twice = {**live.secret(), "metadata": {**secrets[0]["metadata"], "name": "x"}, "data": secrets[0]["data"]}
    assert ensure(cluster(issuer, live.ingress_class(), peer(), twice, *secrets[1:3]))[0].findings == []


def test_severity_is_kept_where_the_run_fails():
    with pytest.raises(Unfit) as raised:
        ensure(cluster(), ZONE)
    assert [finding.severity for finding in raised.value.findings] == [ERROR]
