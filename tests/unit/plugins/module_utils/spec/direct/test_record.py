# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct import record

SPEC = {"secretName": "www-tls", "dnsNames": ["www.example.test"]}


def kept(**data):
    manifest = record.manifest(kinds.CERTIFICATE, "shop", "www", SPEC)
    manifest["metadata"] |= {"resourceVersion": "7", "uid": "u"}
    manifest["data"] |= data
    return manifest


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kinds.CERTIFICATE, "certops-certificate-www"),
        (kinds.ISSUER, "certops-issuer-www"),
        (kinds.CLUSTER_ISSUER, "certops-cluster-issuer-www"),
    ],
)
def test_each_kind_has_names_of_its_own(kind, name):
    assert record.config_map_name(kind, "www") == name


def test_long_names_are_shortened_and_stay_apart():
    names = {record.config_map_name(kinds.CERTIFICATE, "a" * 252 + end) for end in "bc"}
    assert len(names) == 2
    assert all(len(name) <= 253 for name in names)


def test_reads_as_the_object_that_cert_manager_would_have():
    read = record.as_object(kept(status='{"revision": 2}'))
    assert (read["kind"], read["metadata"]) == ("Certificate", {"name": "www", "namespace": "shop", "uid": "u"})
    assert (read["spec"], read["status"]) == (SPEC, {"revision": 2})


def test_a_cluster_issuer_has_no_namespace():
    manifest = record.manifest(kinds.CLUSTER_ISSUER, "cert-manager", "ca", {"selfSigned": {}})
    assert "namespace" not in record.as_object(manifest)["metadata"]


def test_what_is_not_there_is_empty():
    assert record.read(None, "spec") == record.read(kept(), "work") == {}


@pytest.mark.parametrize("broken", ["{", "[]", "7"])
def test_a_broken_part_is_named(broken):
    with pytest.raises(CertopsError, match=r"ConfigMap shop/certops-certificate-www: data.work is no JSON object"):
        record.read(kept(work=broken), "work")


def test_a_patch_is_for_one_version():
    patch = record.patch(kept(), status={"revision": 1}, work=None)
    assert patch["metadata"] == {"resourceVersion": "7"}
    assert json.loads(patch["data"]["status"]) == {"revision": 1}
    assert patch["data"]["work"] is None
