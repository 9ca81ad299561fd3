# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import ingresses
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import Forbidden, SpecError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ingress_record import Record
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.serving import (
    AS_IT_IS,
    HOST,
    RULE,
    THEIRS,
    ensure,
    found,
    note,
    working,
)

ALB = "alb.ingress.kubernetes.io/"
ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
OTHER_ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/2"
BOTH = '[{"HTTP": 80}, {"HTTPS": 443}]'
BALANCED = {**AS_IT_IS, "secret_name": None, "alb": {"certificate_arns": [ARN]}}


def ingress_class(parameters=None):
    made = live.ingress_class("alb", "ingress.k8s.aws/alb")
    if parameters is not None:
        made["spec"]["parameters"] = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "shop"}
    return made


def params(**spec):
    return {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "IngressClassParams",
        "metadata": {"name": "shop"},
        "spec": spec,
    }


def member(name, **annotations):
    made = live.ingress(
        annotations={f"{ALB}group.name": "shop"} | {ALB + key: value for key, value in annotations.items()}
    )
    made["metadata"]["name"] = name
    made["metadata"]["namespace"] = "other"
    return made


def cluster(*objects, parameters=None):
    more = [params(**parameters)] if parameters is not None else []
    return working(ingress_class(parameters), live.ingress(ingressClassName="alb"), *more, *objects)


def annotations(fake):
    said = found(fake)["metadata"].get("annotations") or {}
    return {key.removeprefix(ALB): value for key, value in said.items() if ALB in key}


def test_annotations_and_an_entry_without_a_secret():
    fake = cluster()
    planned = ensure(fake, {"check_mode": True}, **BALANCED, redirect=True)
    assert planned.changed and annotations(fake) == {}
    outcome = ensure(fake, **BALANCED, redirect=True)
    assert annotations(fake) == {"certificate-arn": ARN, "listen-ports": BOTH, "ssl-redirect": "443"}
    assert found(fake)["spec"]["tls"] == [{"hosts": [HOST]}]
    assert note(fake) == Record(hosts=(HOST,))
    ingress = outcome.facts["ingress"]
    assert (ingress["secret_name"], ingress["certificate_arns"], ingress["controller"]) == (None, [ARN], "alb")
    assert (outcome.facts["certificate"], outcome.findings) == (None, [])
    again = ensure(fake, **BALANCED, redirect=True)
    assert (again.changed, again.diff) == (False, [])


def test_one_field_changes_and_those_that_are_no_longer_said_go():
    fake = cluster()
    ensure(fake, **BALANCED, redirect=True)
    wanted = {**BALANCED, "alb": {"certificate_arns": [ARN, OTHER_ARN], "ssl_policy": "ELBSecurityPolicy-2016-08"}}
    assert ensure(fake, **wanted).changed
    assert annotations(fake) == {
        "certificate-arn": f"{ARN},{OTHER_ARN}",
        "listen-ports": BOTH,
        "ssl-policy": "ELBSecurityPolicy-2016-08",
    }


def test_the_controller_is_left_to_find_certificates_by_the_hosts():
    fake = cluster()
    assert ensure(fake, **BALANCED | {"alb": {}}).facts["ingress"]["certificate_arns"] == []
    assert annotations(fake) == {"listen-ports": BOTH}
    assert found(fake)["spec"]["tls"] == [{"hosts": [HOST]}]


def test_annotations_and_entries_of_others_stay():
    theirs = {f"{ALB}scheme": "internet-facing", f"{ALB}group.name": "shop", f"{ALB}group.order": "7"}
    fake = working(ingress_class(), live.ingress([THEIRS], theirs, ingressClassName="alb"))
    ensure(fake, **BALANCED)
    assert {f"{ALB}{key}": value for key, value in annotations(fake).items()}.items() >= theirs.items()
    assert found(fake)["spec"]["tls"] == [THEIRS, {"hosts": [HOST]}]
    assert not ensure(fake, **BALANCED).changed
    removed = ingresses.remove(fake.run(), "shop", "www", delete_secret=False)
    assert removed.changed
    assert {f"{ALB}{key}": value for key, value in annotations(fake).items()} == theirs
    assert found(fake)["spec"]["tls"] == [THEIRS]
    assert not ingresses.remove(fake.run(), "shop", "www", delete_secret=False).changed


def test_absent_takes_just_ours():
    fake = cluster()
    ensure(fake, **BALANCED, redirect=True)
    assert ingresses.remove(fake.run(check_mode=True), "shop", "www", delete_secret=False).changed
    ingresses.remove(fake.run(), "shop", "www", delete_secret=False)
    assert annotations(fake) == {}
    assert "tls" not in found(fake)["spec"] and found(fake)["spec"]["rules"] == [{"host": HOST}]


def test_one_of_our_own_is_removed_as_a_whole():
    fake = working(ingress_class())
    ensure(fake, **BALANCED, rules=[RULE], ingress_class_name="alb")
    assert note(fake) == Record(created=True, hosts=(HOST,))
    ingresses.remove(fake.run(), "shop", "www", delete_secret=False)
    assert found(fake) is None


def test_from_a_secret_to_a_load_balancer_and_back():
    fake = working(ingress_class(), live.ingress([THEIRS]), live.secret())
    ensure(fake, **AS_IT_IS)
    ensure(fake, **BALANCED | {"controller": "alb"})
    assert (found(fake)["spec"]["tls"], note(fake)) == ([THEIRS, {"hosts": [HOST]}], Record(hosts=(HOST,)))
    ensure(fake, **AS_IT_IS)
    assert found(fake)["spec"]["tls"] == [THEIRS, {"hosts": [HOST], "secretName": "www-tls"}]
    assert (annotations(fake), note(fake)) == ({}, Record(secrets=("www-tls",)))


def in_group(**options):
    return {**BALANCED, "alb": {**BALANCED["alb"], "group_name": "shop", **options}}


@pytest.mark.parametrize(
    ("said", "options", "problem"),
    [
        (
            {"ssl-redirect": "8443"},
            {"redirect": True},
            "redirect: leads to port 443, but that of Ingress other/a, of the same group, to 8443; a group has one",
        ),
        (
            {"listen-ports": '[{"HTTP": 443}]'},
            {},
            "alb.listen_ports: 443 is HTTPS, but Ingress other/a, of the same group, has it as HTTP",
        ),
        (
            {"listen-ports": BOTH, "ssl-policy": "ELBSecurityPolicy-2016-08"},
            in_group(ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06"),
            "alb.ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' differs from 'ELBSecurityPolicy-2016-08' of Ingress other/a",
        ),
    ],
)
def test_what_would_stop_the_whole_group_is_refused(said, options, problem):
    fake = cluster(member("a", **said), member("b", **{"group.name": "another", "ssl-redirect": "9443"}))
    before = found(fake)
    with pytest.raises(SpecError) as caught:
        ensure(fake, **in_group() | options)
    assert [one[: len(problem)] for one in caught.value.problems] == [problem]
    assert found(fake) == before


def test_the_same_in_one_group_is_fine():
    fake = cluster(member("a", **{"ssl-redirect": "443", "listen-ports": BOTH, "certificate-arn": OTHER_ARN}))
    assert ensure(fake, **in_group(), redirect=True).findings == []


def test_a_redirect_of_the_whole_group_is_told():
    fake = cluster(member("a"), member("b", **{"certificate-arn": OTHER_ARN}))
    [finding] = ensure(fake, **in_group(), redirect=True).findings
    assert (finding.code, finding.evidence["ingresses"]) == ("alb.group_redirected", ["Ingress other/a"])


def test_a_redirect_that_another_one_makes_is_told():
    fake = cluster(member("a", **{"ssl-redirect": "443", "listen-ports": BOTH}))
    [finding] = ensure(fake, **in_group(), redirect=False).findings
    assert finding.code == "alb.redirected_by_group" and "Ingress other/a" in finding.message


def test_a_group_that_can_not_be_seen_is_told():
    fake = cluster(member("a", **{"ssl-redirect": "8443"}))
    fake.refuse("list ingresses", Forbidden("list ingresses", 403, {"message": "no"}))
    [finding] = ensure(fake, **in_group(), redirect=True).findings
    assert finding.code == "alb.group_not_readable"


@pytest.mark.parametrize(
    ("parameters", "options", "problem"),
    [
        (
            {"certificateArn": [OTHER_ARN]},
            {},
            f"alb.certificate_arns: IngressClassParams shop sets certificateArn ({OTHER_ARN}),",
        ),
        (
            {"sslPolicy": "A"},
            in_group(ssl_policy="ELBSecurityPolicy-B"),
            "alb.ssl_policy: IngressClassParams shop sets",
        ),
        (
            {"sslRedirectPort": "8443"},
            {"redirect": True},
            "redirect: IngressClassParams shop sets sslRedirectPort '8443'",
        ),
        ({"group": {"name": "all"}}, in_group(), "alb.group_name: IngressClassParams shop sets the group 'all'"),
    ],
)
def test_what_the_class_says_comes_first(parameters, options, problem):
    with pytest.raises(SpecError, match="^alb|^redirect") as caught:
        ensure(cluster(parameters=parameters), **BALANCED | options)
    assert str(caught.value).startswith(problem)


def test_the_group_of_the_class():
    same = live.ingress(ingressClassName="alb", annotations={f"{ALB}ssl-redirect": "8443"})
    same["metadata"]["name"] = "same"
    with pytest.raises(SpecError, match="of Ingress shop/same, of the same group, to 8443"):
        ensure(cluster(same, parameters={"group": {"name": "all"}}), **BALANCED, redirect=True)


def test_another_controller_has_no_load_balancer():
    with pytest.raises(
        SpecError, match=r"alb: only the AWS Load Balancer Controller knows it, and the class 'nginx' is "
    ):
        ensure(working(live.ingress()), **BALANCED)
    assert ensure(working(live.ingress()), **BALANCED | {"controller": "alb"}).changed


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"alb": None, "secret_name": None},
            "secret_name: missing; name the Secret that holds the certificate, or give alb",
        ),
        ({"secret_name": "www-tls"}, "secret_name: not with alb, since a load balancer of AWS serves no Secrets"),
        ({"issuer_ref": {"name": "x", "kind": "Issuer", "group": "cert-manager.io"}}, "issuer_ref: not with alb"),
        ({"controller": "traefik"}, "controller: 'traefik' has no load balancer"),
        ({"alb": {"certificate_arns": ["www"]}}, "alb.certificate_arns: 'www' is no ARN"),
        ({"alb": {"listen_ports": [{"protocol": "HTTP", "port": 80}]}}, "alb.listen_ports: none of them is HTTPS"),
        (
            {"alb": {"listen_ports": [{"protocol": "HTTPS", "port": 0}]}},
            "alb.listen_ports: 0 is not allowed: 1 to 65535",
        ),
        (
            {"alb": {"listen_ports": [{"protocol": "HTTPS", "port": 1}] * 2}},
            "alb.listen_ports: 1 is given more than once",
        ),
        ({"alb": {"ssl_policy": "TLS13"}}, "alb.ssl_policy: 'TLS13' is no security policy"),
        ({"alb": {"group_name": "A_b"}}, "alb.group_name: 'A_b' is not allowed"),
        ({"alb": {"group_order": 1001}}, "alb.group_order: 1001 is not allowed: -1000 to 1000"),
    ],
)
def test_broken_rules(options, problem):
    fake = cluster()
    with pytest.raises(SpecError) as caught:
        ensure(fake, **BALANCED | options)
    assert any(one.startswith(problem) for one in caught.value.problems)
    assert fake.requests == []
