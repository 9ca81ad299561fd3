# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import installation
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError, Forbidden, Invalid, NotReady
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

CREATE = "dry-run create Certificate shop/certops-check-"
DENIED = Invalid(
    "create",
    403,
    {"message": 'admission webhook "webhook.cert-manager.io" denied the request: spec.duration: Invalid value: 1m'},
)
REFUSED = ApiError("create", 500, {"message": 'failed calling webhook "webhook.cert-manager.io": connection refused'})
VERSION = {"app.kubernetes.io/version": "v1.21.2"}
LABELS = {"app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller"}


def controller(labels=None):
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cert-manager", "namespace": "cert-manager", "labels": LABELS | (labels or {})},
    }


def crd(**metadata):
    name = "certificates.cert-manager.io"
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name, **metadata},
    }


class Webhook:
    """The admission webhook: what it answers to a valid and to an invalid Certificate."""

    def __init__(self, fake, valid=None, invalid=DENIED):
        self.fake, self.answers, self.create = fake, {"2160h": valid, "1m": invalid}, fake.create

    def __call__(self, kind, manifest, dry_run=False):
        answer = self.answers[manifest["spec"]["duration"]]
        created = self.create(kind, manifest, dry_run)
        if answer:
            raise answer
        return created


def cluster(*objects, **answers):
    fake = FakeCluster(Time(), *objects)
    fake.create = Webhook(fake, **answers)
    return fake


def look(fake, wait=False, timeout=10):
    return installation.look(fake.run(wait=wait, timeout=timeout), "shop")


def facts(fake):
    return look(fake).facts["cert_manager"]


def test_an_installation_that_works():
    fake = cluster(controller(VERSION), crd(labels=VERSION))
    outcome = look(fake)
    assert (outcome.changed, outcome.findings) == (False, [])
    assert outcome.facts["cert_manager"] == {
        "installed": True,
        "version": "v1.21.2",
        "crds_version": "v1.21.2",
        "webhook": {"ready": True, "reason": None, "message": None},
    }
    assert fake.requests[-2:] == [CREATE, CREATE]


def test_none_at_all():
    fake = cluster()
    fake.missing_kinds.add("Certificate")
    outcome = look(fake)
    assert outcome.facts["cert_manager"] == {
        "installed": False,
        "version": None,
        "crds_version": None,
        "webhook": {"ready": False, "reason": "crd.missing", "message": "does not exist."},
    }
    assert [finding.code for finding in outcome.findings] == ["crd.missing"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"valid": REFUSED}, "webhook.refused"),
        ({"invalid": REFUSED}, "webhook.refused"),
        ({"invalid": None}, "webhook.not_called"),
        ({"invalid": Invalid("create", 422, {"message": "spec.duration: Invalid value"})}, "api.refused"),
        ({"valid": Forbidden("create", 403, {"message": "cannot create"})}, "api.refused"),
    ],
    ids=["valid", "invalid", "nobody looks", "refused by another", "forbidden"],
)
def test_why_the_webhook_does_not_work(answers, code):
    found = facts(cluster(crd(), **answers))
    assert (found["installed"], found["webhook"]["ready"], found["webhook"]["reason"]) == (True, False, code)


@pytest.mark.parametrize(
    ("objects", "version", "crds_version"),
    [
        (
            [controller(), controller(VERSION) | {"metadata": controller(VERSION)["metadata"] | {"name": "b"}}],
            "v1.21.2",
            None,
        ),
        ([controller()], None, None),
        ([crd()], None, "unknown"),
        ([crd(labels={})], None, "unknown"),
    ],
)
def test_versions_come_from_labels(objects, version, crds_version):
    found = facts(cluster(*objects))
    assert (found["version"], found["crds_version"]) == (version, crds_version)


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        ("list deployments", "version"),
        ("get CustomResourceDefinition certificates.cert-manager.io", "crds_version"),
    ],
)
def test_what_may_not_be_read_is_not_known(request_, part):
    fake = cluster(controller(VERSION), crd(labels=VERSION))
    fake.refuse(request_, Forbidden(request_, 403, {"message": "no"}))
    found = facts(fake)
    assert found[part] is None
    assert found["installed"]
    assert found["webhook"]["ready"]


def test_waits_with_growing_pauses_until_it_works():
    fake = cluster(crd(), valid=REFUSED)
    fake.time.at(6.0, lambda: fake.create.answers.update({"2160h": None}))
    assert look(fake, wait=True).facts["cert_manager"]["webhook"]["ready"]
    assert fake.time.naps == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]


def test_gives_up_in_time_and_says_why():
    fake = cluster(crd(), valid=REFUSED)
    with pytest.raises(NotReady) as caught:
        look(fake, wait=True, timeout=5)
    assert 3 <= fake.time.seconds <= 5
    assert str(caught.value).startswith("cert-manager does not work after 4 s.\n1. [webhook.refused] Validating")
    assert caught.value.facts["cert_manager"]["installed"]


def test_without_waiting_it_looks_once():
    fake = cluster(valid=REFUSED)
    assert look(fake).findings[0].code == "webhook.refused"
    assert fake.time.naps == []
