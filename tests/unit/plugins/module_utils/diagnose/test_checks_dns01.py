# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import ERROR, WARNING
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.issuance import only

TITLE = "Challenge shop/www-1-2-3"
NAME = f"_acme-challenge.{live.HOST}"
WAITING = "Waiting for DNS-01 challenge propagation: "
AWS = "operation error Route 53: {}, https response error StatusCode: 403, RequestID: r, api error "
DENIED = AWS.format("ChangeResourceRecordSets") + (
    "AccessDenied: User: arn:aws:sts::1:assumed-role/cm/1 is not authorized to perform: "
    "route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z1 because no policy allows it"
)


def dns01(reason, age=300, **parts):
    return made.challenging(made.challenge(reason, kind="DNS-01", age=age), **parts)


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        (WAITING + f'DNS record for "{live.HOST}" not yet propagated', "not_propagated", f"the TXT record of {NAME}"),
        (
            "failed to change Route 53 record set: " + DENIED,
            "access_denied",
            "cm/1 do route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/Z1.",
        ),
        (
            "AccessDenied: User: arn:aws:iam::1:user/cm is not authorized to perform: route53:ListHostedZonesByName",
            "access_denied",
            "do route53:ListHostedZonesByName on any resource.",
        ),
        (
            "InvalidClientTokenId: The security token is invalid",
            "credentials_rejected",
            "does not accept the credentials",
        ),
        (
            "error instantiating route53 challenge solver: unable to construct route53 provider: empty credentials",
            "credentials_missing",
            "empty credentials",
        ),
        ('error getting route53 secret access key: secret "aws" not found', "credentials_missing", '"aws"'),
        ("api error NoSuchHostedZone: No hosted zone found with ID: Z1", "zone_not_found", "Route 53 does not have"),
        (
            f"failed to determine Route 53 hosted zone ID: zone  not found in Route 53 for domain {NAME}.",
            "zone_not_found",
            f"no zone was found for {NAME}.",
        ),
        (
            "failed to determine Route 53 hosted zone ID: zone  not found in Route 53 for domain www.v.example.net.",
            "cname_dangling",
            f"{NAME} is a CNAME to www.v.example.net, whose zone is not there.",
        ),
        (
            WAITING + 'Could not determine the zone for "x.gone.example.net.": Could not find the SOA record',
            "cname_dangling",
            "x.gone.example.net",
        ),
        (WAITING + f'Could not determine authoritative nameservers for "{NAME}."', "zone_not_found", NAME),
        (WAITING + 'Found recursive CNAME record to "a." when looking up "b."', "cname_loop", "in a circle"),
        (
            WAITING + f"NS 192.0.2.53:53 returned SERVFAIL for {NAME}.",
            "server_failed",
            "192.0.2.53:53 answers SERVFAIL",
        ),
        ("DNS update failed. Server replied: NOTAUTH", "tsig_refused", "does not accept the TSIG key: NOTAUTH."),
        ("DNS update failed: dns: bad authentication", "tsig_refused", "bad authentication"),
        ("DNS update failed. Server replied: REFUSED", "update_refused", "does not take the update"),
        (
            "DNS update failed: read udp 10.0.0.1:5->192.0.2.53:53: i/o timeout",
            "update_refused",
            "i/o timeout",
        ),
        (WAITING + "read udp 10.0.0.1:5->192.0.2.53:53: i/o timeout", "server_unreachable", "can't be reached"),
        ("api error Throttling: Rate exceeded", "throttled", "limits the number of changes"),
        (
            "the server could not find the requested resource (post hetzner.acme.example.org)",
            "webhook_missing",
            "not installed or not registered",
        ),
        ("unable to assume role: odd", "provider_error", "answers with an error"),
    ],
)
def test_dns01(reason, code, words):
    found = only(dns01(reason))
    assert (found.code, found.severity, found.object) == (f"dns01.{code}", ERROR, TITLE)
    assert words in found.message
    assert found.remedy


def test_a_new_record_is_given_time():
    reason = WAITING + f'DNS record for "{live.HOST}" not yet propagated'
    assert only(dns01(reason, age=60)).severity == WARNING
    assert only(dns01(reason, age=None)).severity == ERROR


REDACTED = "failed to change Route 53 record set: <redacted AWS SDK error: http.ResponseError: see events and logs …>"


def test_what_the_reason_keeps_out_is_in_the_event():
    item = made.challenge(kind="DNS-01")
    told = made.event(
        item, "PresentError", "Error presenting challenge: failed to change Route 53 record set: " + DENIED
    )
    assert only(dns01(REDACTED, events=(told,))).code == "dns01.access_denied"
    assert only(dns01(REDACTED)).code == "dns01.provider_error"


def test_a_zone_of_the_name_itself_is_no_cname():
    found = only(dns01(f"zone  not found in Route 53 for domain {live.HOST}."))
    assert found.code == "dns01.zone_not_found"


def test_a_failed_challenge_is_judged_by_the_acme_server():
    item = made.challenge("Rate exceeded", kind="DNS-01", state="invalid")
    assert only(made.challenging(item)).code == "challenge.invalid"


def test_words_nobody_knows():
    assert only(dns01("nobody knows")).code == "challenge.pending"


def test_the_same_words_of_an_http01_challenge_are_no_dns01_problem():
    found = only(made.challenging(made.challenge("api error Throttling")))
    assert found.code == "challenge.pending"
