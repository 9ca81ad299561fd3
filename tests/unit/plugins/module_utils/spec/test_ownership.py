# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ownership
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.ownership import Comparison


def live(fields, manager="certops", operation="Apply", **entry):
    """A Certificate as an API server returns it (Kubernetes 1.34), written by cert-manager too."""
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {
            "name": "www",
            "namespace": "shop",
            "generation": 2,
            "resourceVersion": "1042",
            "labels": {"app": "shop"},
            "managedFields": [
                {
                    "manager": "cert-manager-certificates-issuing",
                    "operation": "Update",
                    "apiVersion": "cert-manager.io/v1",
                    "fieldsType": "FieldsV1",
                    "subresource": "status",
                    "fieldsV1": json.loads('{"f:status":{".":{},"f:revision":{}}}'),
                },
                {"manager": manager, "operation": operation, "fieldsType": "FieldsV1", "fieldsV1": fields, **entry},
            ],
        },
        "spec": {
            "secretName": "www-tls",
            "issuerRef": {"name": "shop-ca"},
            "dnsNames": ["www.example.test"],
            "secretTemplate": {"labels": {"tier": "web"}},
        },
        "status": {"revision": 1},
    }


OURS = json.loads(
    """{"f:metadata": {"f:labels": {"f:app": {}}},
        "f:spec": {"f:secretName": {}, "f:issuerRef": {"f:name": {}}, "f:dnsNames": {},
                   "f:secretTemplate": {"f:labels": {"f:tier": {}}}}}"""
)


def wanted(metadata=None, **spec):
    given = {
        "secretName": "www-tls",
        "issuerRef": {"name": "shop-ca"},
        "dnsNames": ["www.example.test"],
        "secretTemplate": {"labels": {"tier": "web"}},
        **spec,
    }
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": "www", "namespace": "shop", "labels": {"app": "shop"}, **(metadata or {})},
        "spec": {key: value for key, value in given.items() if value is not None},
    }


def without(*path):
    """Our fields but for one."""
    fields = json.loads(json.dumps(OURS))
    tree = fields
    for key in path[:-1]:
        tree = tree[key]
    del tree[path[-1]]
    return fields


def test_settled_when_all_is_as_wanted_and_ours():
    found = ownership.compare(wanted(), live(OURS))
    assert found == Comparison()
    assert found.settled


def test_the_version_a_change_is_based_on_is_no_difference():
    assert ownership.compare(wanted({"resourceVersion": "1"}), live(OURS)).settled


def test_an_atomic_map_is_owned_with_all_that_is_in_it():
    fields = without("f:spec", "f:secretTemplate", "f:labels", "f:tier")
    assert ownership.compare(wanted(), live(fields)).settled
    fields["f:spec"]["f:secretTemplate"]["f:labels"] = {".": {}}
    assert ownership.compare(wanted(), live(fields)).unowned == ("spec.secretTemplate.labels.tier",)


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"secretName": "other"}, Comparison(different=("spec.secretName",))),
        ({"dnsNames": ["a.test", "www.example.test"]}, Comparison(different=("spec.dnsNames",))),
        ({"duration": "90m"}, Comparison(different=("spec.duration",))),
        ({"issuerRef": {"name": "shop-ca", "kind": "Issuer"}}, Comparison(different=("spec.issuerRef.kind",))),
        ({"keystores": {}}, Comparison(different=("spec.keystores",))),
        ({"dnsNames": None}, Comparison(stale=("spec.dnsNames",))),
        ({"secretTemplate": None}, Comparison(stale=("spec.secretTemplate.labels.tier",))),
        ({"secretTemplate": {"labels": {}}}, Comparison(("spec.secretTemplate.labels",), ())),
    ],
)
def test_differences_and_stale_fields(spec, found):
    seen = ownership.compare(wanted(**spec), live(OURS))
    assert (seen.different, seen.unowned) == (found.different, found.unowned)
    assert seen.stale == found.stale or spec == {"secretTemplate": {"labels": {}}}
    assert not seen.settled


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"manager": "kubectl"}, "another manager's"),
        ({"operation": "Update"}, "not applied"),
        ({"subresource": "status"}, "of a subresource"),
    ],
)
def test_only_what_we_applied_ourselves_is_ours(entry, reason):
    found = ownership.compare(wanted(), live(OURS, **entry))
    assert found.unowned == (
        "metadata.labels.app",
        "spec.secretName",
        "spec.issuerRef.name",
        "spec.dnsNames",
        "spec.secretTemplate.labels.tier",
    ), reason
    assert found.stale == ()


def test_a_field_with_our_value_but_another_owner_is_unowned():
    fields = without("f:spec", "f:issuerRef", "f:name")
    del fields["f:spec"]["f:issuerRef"]
    assert ownership.compare(wanted(), live(fields)) == Comparison(unowned=("spec.issuerRef.name",))


@pytest.mark.parametrize("metadata", [{}, {"managedFields": None}, {"managedFields": [{"manager": "certops"}]}])
def test_objects_without_field_management(metadata):
    found = ownership.compare({"spec": {"a": 1}}, {"metadata": metadata, "spec": {"a": 1}})
    assert found == Comparison(unowned=("spec.a",))


def test_fields_below_what_is_wanted_as_a_whole_are_not_stale():
    found = ownership.compare(wanted(secretTemplate=["no map"]), live(OURS))
    assert found == Comparison(different=("spec.secretTemplate",))


def test_another_manager_may_be_asked_for():
    assert ownership.compare(wanted(), live(OURS, manager="other"), "other").settled


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, []),
        ({"spec": {"a": 1}}, {"spec": {"a": 1}}, []),
        ({"spec": {"a": 1, "b": 1}}, {"spec": {"a": 2, "c": 3}}, ["spec.a 1→2", "spec.b 1→None", "spec.c None→3"]),
        ({"spec": {"a": {"x": [1]}}}, {"spec": {"a": {"x": [1, 2]}}}, ["spec.a.x [1]→[1, 2]"]),
        ({}, {"spec": {"a": {"x": 1, "y": 2}}}, ["spec.a.x None→1", "spec.a.y None→2"]),
        ({"data": {"k": "a"}}, {"data": None}, ["data.k a→None"]),
        ({}, {"spec": {}}, ["spec None→{}"]),
        ({"spec": {"a": [1]}}, {"spec": {"a": {"b": 1}}}, ["spec.a [1]→{'b': 1}"]),
        ({"status": {"a": 1}}, {"status": {"a": 2}}, []),
        ({"apiVersion": "v1", "kind": "A"}, {"apiVersion": "v2", "kind": "B"}, []),
        (
            {"metadata": {"generation": 1, "resourceVersion": "1", "labels": {"a": "1"}, "annotations": None}},
            {"metadata": {"generation": 2, "managedFields": [], "labels": {"a": "2"}, "annotations": {"b": "1"}}},
            ["metadata.annotations.b None→1", "metadata.labels.a 1→2"],
        ),
    ],
)
def test_changes_field_by_field(before, after, found):
    assert [f"{'.'.join(path)} {old}→{new}" for path, old, new in ownership.changes(before, after)] == found


EMPTY = {"secretTemplate": {"labels": {}}}


def test_fields_of_ours_in_a_map_that_is_wanted_empty():
    tier = ("spec", "secretTemplate", "labels", "tier")
    assert ownership.emptied(wanted(**EMPTY), live(OURS)) == (tier,)
    assert ownership.emptied(wanted(), live(OURS)) == ()
    assert ownership.emptied(wanted(**EMPTY), live(OURS, manager="kubectl")) == ()


def test_transplant_and_cut_leave_the_given_object_alone():
    before, tier = wanted(**EMPTY), ("spec", "secretTemplate", "labels", "tier")
    kept = ownership.transplant(before, live(OURS), [tier])
    assert kept["spec"]["secretTemplate"] == {"labels": {"tier": "web"}}
    assert ownership.cut(kept, [tier]) == before == wanted(**EMPTY)
    assert kept["spec"]["secretTemplate"] == {"labels": {"tier": "web"}}


def test_put_makes_the_maps_above():
    tree = {"a": {"b": 1}}
    ownership.put(tree, ("a", "c", "d"), 2)
    assert tree == {"a": {"b": 1, "c": {"d": 2}}}
