# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress_shim
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate_options import SPEC

TEMPLATE = {"labels": {"tier": "web", "app": "shop"}, "annotations": None}
# Every option that has an annotation, with a value and how cert-manager reads it.
SAID = {
    "common_name": ("www.example.test", "common-name", "www.example.test"),
    "email_addresses": (["a@a.test", "b@b.test"], "email-sans", "a@a.test,b@b.test"),
    "ip_addresses": (["192.0.2.7", "2001:db8::7"], "ip-sans", "192.0.2.7,2001:db8::7"),
    "subject.organizations": (["Shop, Inc.", 'A "B"'], "subject-organizations", '"Shop, Inc.","A ""B"""'),
    "subject.organizational_units": (["Web", "Ops"], "subject-organizationalunits", "Web,Ops"),
    "subject.countries": (["DE"], "subject-countries", "DE"),
    "subject.provinces": (["Bavaria"], "subject-provinces", "Bavaria"),
    "subject.localities": (["Munich"], "subject-localities", "Munich"),
    "subject.postal_codes": (["80331"], "subject-postalcodes", "80331"),
    "subject.street_addresses": (["Marienplatz 8, Munich"], "subject-streetaddresses", '"Marienplatz 8, Munich"'),
    "subject.serial_number": ("1", "subject-serialnumber", "1"),
    "duration": ("2160h", "duration", "2160h"),
    "renew_before": ("360h", "renew-before", "360h"),
    "renew_before_percentage": (30, "renew-before-percentage", "30"),
    "usages": (["server auth", "client auth"], "usages", "server auth,client auth"),
    "revision_history_limit": (3, "revision-history-limit", "3"),
    "private_key.algorithm": ("ECDSA", "private-key-algorithm", "ECDSA"),
    "private_key.encoding": ("PKCS8", "private-key-encoding", "PKCS8"),
    "private_key.size": (384, "private-key-size", "384"),
    "private_key.rotation_policy": ("Always", "private-key-rotation-policy", "Always"),
    "secret_template": (TEMPLATE, "secret-template", '{"labels": {"app": "shop", "tier": "web"}}'),
}
OTHERS = sorted(
    (
        set(SPEC) - {"subject", "private_key"}
        | {f"{part}.{name}" for part in ("subject", "private_key") for name in SPEC[part]["options"]}
    )
    - set(SAID)
)


def nested(path, value):
    first, _dot, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def test_every_annotation_is_listed_here():
    assert sorted(SAID) == sorted(ingress_shim.ANNOTATIONS)


@pytest.mark.parametrize("path", SAID)
def test_annotation(path):
    value, annotation, text = SAID[path]
    assert ingress_shim.translated(nested(path, value)) == {f"cert-manager.io/{annotation}": text}


@pytest.mark.parametrize(
    "path", [path for path in SAID if path.startswith("subject.") and path != "subject.serial_number"]
)
def test_subject_survives_csv(path):
    value, annotation, _text = SAID[path]
    said = ingress_shim.translated(nested(path, value))[f"cert-manager.io/{annotation}"]
    assert list(csv.reader([said], strict=True)) == [value]


@pytest.mark.parametrize("path", SAID)
def test_options_with_an_annotation_need_no_certificate(path):
    young = ("ip_addresses",) if path == "ip_addresses" else ()
    assert ingress_shim.needs_certificate(nested(path, SAID[path][0])) == young


@pytest.mark.parametrize("path", OTHERS)
def test_all_other_options_need_one(path):
    assert ingress_shim.needs_certificate(nested(path, "given")) == (path,)


def test_a_template_with_an_annotation_of_cert_managers_needs_one():
    template = {"annotations": {"cert-manager.io/allow-direct-injection": "true"}}
    assert ingress_shim.needs_certificate({"secret_template": template}) == ("secret_template",)
    assert ingress_shim.needs_certificate({"secret_template": {"annotations": {"a": "b"}}}) == ()


@pytest.mark.parametrize("nothing", [None, [], {}])
@pytest.mark.parametrize("path", ["usages", "dns_names", "subject.countries", "subject", "secret_template"])
def test_nothing_is_said_of_empty_options(path, nothing):
    assert ingress_shim.needs_certificate(nested(path, nothing)) == ()
    assert ingress_shim.translated(nested(path, nothing)) == {}


@pytest.mark.parametrize(
    ("reference", "annotations"),
    [
        ({"name": "ca"}, {"cert-manager.io/issuer": "ca"}),
        ({"name": "ca", "kind": "Issuer", "group": "cert-manager.io"}, {"cert-manager.io/issuer": "ca"}),
        ({"name": "ca", "kind": "ClusterIssuer", "group": None}, {"cert-manager.io/cluster-issuer": "ca"}),
        (
            {"name": "ca", "kind": "AWSPCAIssuer", "group": "awspca.cert-manager.io"},
            {
                "cert-manager.io/issuer": "ca",
                "cert-manager.io/issuer-kind": "AWSPCAIssuer",
                "cert-manager.io/issuer-group": "awspca.cert-manager.io",
            },
        ),
    ],
)
def test_issuer(reference, annotations):
    assert ingress_shim.issuer(reference) == annotations


def test_certificate_body_holds_the_hosts_first_and_each_name_once():
    options = {"dns_names": ["b.test", "a.test"], "duration": "2160h", "secret_template": TEMPLATE, "usages": None}
    body = ingress_shim.certificate_body(options, ("a.test", "c.test"), "www-tls", {"name": "ca"})
    assert body == {
        "secretName": "www-tls",
        "issuerRef": {"name": "ca"},
        "dnsNames": ["a.test", "c.test", "b.test"],
        "duration": "2160h",
        "secretTemplate": {"labels": {"tier": "web", "app": "shop"}},
    }
