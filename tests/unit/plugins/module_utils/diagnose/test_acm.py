# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import boto3
import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import acm
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.acm import Known, Validation

RECORD = ("_a.www.example.test", "_b.acm-validations.aws")
PENDING = Validation("www.example.test", "PENDING_VALIDATION", RECORD)


def known(status="FAILED", reason=None, **more):
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
    return Known(
        arn,
        "www.example.test",
        ("www.example.test",),
        status,
        "AMAZON_ISSUED",
        "RSA_2048",
        failure_reason=reason,
        **more,
    )


@pytest.mark.parametrize(
    ("status", "reason", "code", "said"),
    [
        ("FAILED", "CAA_ERROR", "caa", "amazontrust.com"),
        ("FAILED", "NO_AVAILABLE_CONTACTS", "no_available_contacts", "this module requests with DNS validation"),
        ("FAILED", "ADDITIONAL_VERIFICATION_REQUIRED", "verification_required", "AWS Support"),
        ("FAILED", "DOMAIN_NOT_ALLOWED", "domain_not_allowed", "Safe Browsing"),
        ("FAILED", "INVALID_PUBLIC_DOMAIN", "invalid_public_domain", "private CA"),
        ("FAILED", "DOMAIN_VALIDATION_DENIED", "validation_denied", "owner"),
        ("FAILED", "PCA_LIMIT_EXCEEDED", "private_ca", "limits of the private CA"),
        ("FAILED", "PCA_ACCESS_DENIED", "private_ca", "CreatePermission"),
        ("FAILED", "SLR_NOT_FOUND", "service_linked_role", "CreateServiceLinkedRole"),
        ("FAILED", "SOMETHING_NEW", "other", "retry_failed"),
        ("FAILED", None, "other", "AWS Support"),
        ("VALIDATION_TIMED_OUT", None, "timed_out", "registry"),
        ("REVOKED", None, "unusable", "another"),
    ],
)
def test_why_a_request_has_failed_and_what_to_do(status, reason, code, said):
    finding = acm.failure(known(status, reason))
    assert (finding.code, finding.severity) == (f"acm.{code}", "error")
    assert said in finding.remedy


def test_every_reason_that_acm_has_is_known():
    shape = boto3.client("acm", "us-east-1").meta.service_model.shape_for("FailureReason")
    unknown = [reason for reason in shape.enum if acm.failure(known("FAILED", reason)).code == "acm.other"]
    assert unknown == ["OTHER"]


def answer(*values, status="NOERROR"):
    return {RECORD[0]: Answer(RECORD[0], "CNAME", status, values)}


@pytest.mark.parametrize(
    ("seen", "written", "code"),
    [
        ({}, True, "pending"),
        (answer(status="SERVFAIL"), True, "pending"),
        (answer("_B.acm-validations.aws."), True, "pending"),
        (answer("elsewhere.test."), True, "record_differs"),
        (answer(status="NXDOMAIN"), True, "record_not_visible"),
        (answer(), True, "record_not_visible"),
        (answer(status="NXDOMAIN"), False, "record_missing"),
    ],
)
def test_why_a_request_waits(seen, written, code):
    findings = acm.pending(known("PENDING_VALIDATION", validations=(PENDING,)), seen, written)
    assert [finding.code for finding in findings] == [f"acm.{code}"]


@pytest.mark.parametrize(
    ("status", "reason", "codes"),
    [
        (None, None, []),
        ("SUCCESS", None, []),
        ("PENDING_AUTO_RENEWAL", None, []),
        ("PENDING_VALIDATION", None, ["acm.renewal_pending"]),
        ("FAILED", "CAA_ERROR", ["acm.caa"]),
    ],
)
def test_what_is_said_of_a_renewal(status, reason, codes):
    found = list(acm.renewal(known("ISSUED", renewal_status=status, renewal_reason=reason, validations=(PENDING,))))
    assert [(finding.code, finding.severity) for finding in found] == [(code, "warning") for code in codes]


def test_what_uses_it_is_named():
    balancer = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/www/1"
    assert balancer in acm.in_use(known("ISSUED", in_use_by=(balancer,))).message
