# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.checks import external_dns
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live

ALPHA, STABLE = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"
NO_HOST = made.SELF_CHECK + made.GET + f"dial tcp: lookup {live.HOST} on 10.96.0.10:53: no such host"
INGRESSES = (live.ingress(),)
DEPLOYMENT, INGRESS = "Deployment dns/external-dns", "Ingress shop/www"


def deployment(*args, image="registry.k8s.io/external-dns/external-dns:v0.22.0", available=1, env=()):
    container = {"image": image, "args": ["--source=ingress", *args], "env": list(env)}
    return {
        "metadata": {"name": "external-dns", "namespace": "dns"},
        "spec": {"template": {"spec": {"containers": [container]}}},
        "status": {"availableReplicas": available} if available else {},
    }


def found(*deployments, reason=NO_HOST, state="pending", ingresses=INGRESSES, kind="HTTP-01"):
    item = made.challenge(reason, state=state, kind=kind)
    evidence = made.challenging(item, external_dns=deployments, ingresses=ingresses)
    return list(external_dns.external_dns(evidence))


def said(*deployments, **how):
    return [(one.code, one.severity, one.object) for one in found(*deployments, **how)]


def test_it_comes_before_what_the_self_check_saw():
    item = made.challenge(NO_HOST)
    evidence = made.challenging(item, external_dns=(deployment("--domain-filter=example.com"),))
    assert [one.code for one in causes.run_all(evidence)] == ["external_dns.not_covered", "self_check.no_such_host"]


@pytest.mark.parametrize(
    ("args", "covers"),
    [
        ((), True),
        (("--domain-filter=example.test",), True),
        (("--domain-filter=www.example.test",), True),
        (("--domain-filter=.example.test",), True),
        (("--domain-filter=.www.example.test",), False),
        (("--domain-filter=ample.test",), False),
        (("--domain-filter=example.org", "--domain-filter=test"), True),
        (("--domain-filter=example.org",), False),
        (("--domain-filter=example.test", "--exclude-domains=www.example.test"), False),
        (("--regex-domain-filter=^www\\.",), True),
        (("--regex-domain-filter=^web\\.",), False),
        (("--regex-domain-filter=(?P<x",), True),
    ],
)
def test_domain_filter(args, covers):
    assert said(deployment(*args)) == ([] if covers else [("external_dns.not_covered", ERROR, DEPLOYMENT)])


def test_the_message_names_filter_host_and_policy():
    one = found(deployment("--domain-filter=example.org", "--policy=upsert-only"))[0]
    assert one.message == (
        "its --domain-filter example.org does not cover www.example.test (it runs with --policy=upsert-only)."
    )
    assert one.remedy == "add the zone of www.example.test to its domainFilters"


def test_an_exclusion_alone():
    one = found(deployment("--exclude-domains=example.test"))[0]
    assert one.message == "its --domain-filter (with its exclusions) does not cover www.example.test."


def test_an_empty_filter_covers_everything():
    assert said(deployment("--domain-filter=")) == []


def test_it_may_say_little():
    bare = deployment()
    bare["spec"]["template"]["spec"]["containers"] = [{}]
    assert found(bare)[0].message == "it looks at nothing only, not at Ingresses."
    silent = deployment()
    silent["spec"]["template"]["spec"]["containers"] = [{"args": ["--source=ingress"]}]
    ingress = live.ingress()
    del ingress["spec"]["rules"], ingress["metadata"]["annotations"]
    assert said(silent, ingresses=(ingress,)) == []
    assert said(silent, ingresses=(ingress | {"status": {}},)) == [("external_dns.no_target", ERROR, INGRESS)]


def test_one_of_two_whose_prefix_is_not_known():
    assert said(deployment(), deployment(image="external-dns@sha256:00"), ingresses=announced(ALPHA)) == []


def test_one_of_two_covers_the_host():
    assert said(deployment("--domain-filter=example.org"), deployment("--domain-filter=example.test")) == []


def test_flags_may_be_given_as_variables():
    env = [{"name": "EXTERNAL_DNS_DOMAIN_FILTER", "value": "example.org\nexample.com"}]
    assert found(deployment(env=env))[0].evidence["domain_filters"] == ["example.com", "example.org"]
    unknown = [{"name": "EXTERNAL_DNS_DOMAIN_FILTER", "valueFrom": {"configMapKeyRef": {}}}]
    assert said(deployment(env=unknown)) == []


def test_it_does_not_run():
    assert said(deployment(available=0)) == [("external_dns.not_available", ERROR, DEPLOYMENT)]
    assert said(deployment(available=0), deployment()) == []


def test_it_does_not_look_at_ingresses():
    service = deployment()
    service["spec"]["template"]["spec"]["containers"][0]["args"] = ["--source=service"]
    assert said(service) == [("external_dns.no_ingress_source", ERROR, DEPLOYMENT)]
    assert "looks at service only" in found(service)[0].message


def announced(prefix, rules=True, **annotations):
    ingress = live.ingress(annotations={prefix + "hostname": live.HOST, **annotations})
    if not rules:
        ingress["spec"]["rules"] = []
    return (ingress,)


@pytest.mark.parametrize(
    ("image", "args", "prefix", "read"),
    [
        ("external-dns:v0.22.0", (), ALPHA, False),
        ("external-dns:v0.22.0", (), STABLE, True),
        ("external-dns:0.23.1-debian", (), ALPHA, False),
        ("external-dns:v1.0.0", (), ALPHA, False),
        ("external-dns:v0.21.0", (), STABLE, False),
        ("external-dns:v0.21.0", (), ALPHA, True),
        ("external-dns:v0.22.0", (f"--annotation-prefix={ALPHA}",), ALPHA, True),
        ("external-dns:v0.22.0", (f"--annotation-prefix={ALPHA}",), STABLE, False),
        ("external-dns:v0.22.0", ("--enable-legacy-annotation-prefix",), ALPHA, True),
        ("external-dns@sha256:00", (), ALPHA, True),
    ],
)
def test_annotation_prefix(image, args, prefix, read):
    seen = said(deployment(*args, image=image), ingresses=announced(prefix, rules=False))
    assert seen == ([] if read else [("external_dns.annotation_prefix", ERROR, INGRESS)])


def test_the_prefix_matters_less_where_the_rules_have_the_host():
    assert said(deployment(), ingresses=announced(ALPHA)) == [("external_dns.annotation_prefix", WARNING, INGRESS)]


def test_both_prefixes_are_fine():
    both = announced(ALPHA, **{STABLE + "hostname": live.HOST})
    assert said(deployment(), ingresses=both) == []


def test_two_that_read_both_prefixes():
    assert said(deployment(), deployment(image="external-dns:v0.21.0"), ingresses=announced(ALPHA)) == []


def test_the_class_is_not_watched():
    assert said(deployment("--ingress-class=traefik")) == [("external_dns.class_not_watched", ERROR, INGRESS)]
    assert said(deployment("--ingress-class=traefik", "--ingress-class=nginx")) == []
    assert said(deployment("--ingress-class=traefik"), deployment()) == []


def test_nothing_to_lead_to():
    bare = live.ingress() | {"status": {}}
    assert said(deployment(), ingresses=(bare,)) == [("external_dns.no_target", ERROR, INGRESS)]
    targeted = live.ingress(annotations={STABLE + "target": "lb.example.org"}) | {"status": {}}
    assert said(deployment(), ingresses=(targeted,)) == []


MISFIT = deployment("--domain-filter=example.org")


@pytest.mark.parametrize(
    ("how", "looked_at"),
    [
        ({}, True),
        (
            {
                "reason": "Error accepting authorization: 400 urn:ietf:params:acme:error:dns: NXDOMAIN",
                "state": "invalid",
            },
            True,
        ),
        (
            {"reason": "Error accepting authorization: 403 urn:ietf:params:acme:error:caa: no", "state": "invalid"},
            False,
        ),
        ({"reason": made.SELF_CHECK + "wrong status code '404', expected '200'"}, False),
        ({"reason": "no such host"}, False),
        ({"reason": ""}, False),
        ({"kind": "DNS-01"}, False),
    ],
)
def test_looked_at_only_where_dns_does_not_know_the_host(how, looked_at):
    assert bool(said(MISFIT, **how)) is looked_at
    assert bool(said(deployment(available=0), **how)) is looked_at


def test_nothing_is_said_where_none_is_found():
    assert said() == []
