# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CertificateRequests that are denied, not approved, not signed, and keys that can't be made."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from tests.acme_proxy.faults import cut

from ..case import Case, Manifest
from ..objects import ISSUER_REF, acme, secret, self_signed, tls_secret
from ..place import Place

# A kind of issuer of ../surroundings.yml: cert-manager may not approve for it, and no controller signs.
_FOREIGN = {"name": "theirs", "kind": "Signer", "group": "faults.test"}


def _foreign(place: Place) -> dict[str, Any]:
    return {"issuer_ref": _FOREIGN}


def _deny(place: Place) -> None:
    place.await_true("CertificateRequest", lambda: place.list(kinds.CERTIFICATE_REQUEST))
    name = place.list(kinds.CERTIFICATE_REQUEST)[0]["metadata"]["name"]
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    denied = {"type": "Denied", "status": "True", "reason": "policy.test", "message": "no name of this zone is allowed"}
    conditions = [{**denied, "lastTransitionTime": now}]
    place.patch(kinds.CERTIFICATE_REQUEST, name, {"status": {"conditions": conditions}}, "status")


def _may_approve(place: Place) -> list[Manifest]:
    """What a foreign issuer's chart brings, so that cert-manager approves for it; its controller is missing."""
    version, name = "rbac.authorization.k8s.io/v1", place.namespace
    rule = {"apiGroups": ["cert-manager.io"], "resources": ["signers"], "verbs": ["approve"]}
    return [
        {
            "apiVersion": version,
            "kind": "ClusterRole",
            "metadata": {"name": name},
            "rules": [{**rule, "resourceNames": [f"signers.faults.test/{place.namespace}.unsigned"]}],
        },
        {
            "apiVersion": version,
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": "cert-manager", "namespace": "cert-manager"}],
        },
    ]


_READER = "fault-reader"


def _reader(place: Place) -> list[Manifest]:
    """A user with all rights in the namespace but those on Orders and Challenges."""
    version, name = "rbac.authorization.k8s.io/v1", {"name": _READER}
    rights = {
        "": ["events", "pods", "secrets", "services"],
        "cert-manager.io": ["certificates", "certificaterequests", "issuers"],
        "networking.k8s.io": ["ingresses"],
    }
    rules = [{"apiGroups": [group], "resources": those, "verbs": ["*"]} for group, those in rights.items()]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": _READER}
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": _READER}]
    return [
        {"apiVersion": version, "kind": "Role", "metadata": name, "rules": rules},
        {"apiVersion": version, "kind": "RoleBinding", "metadata": name, "roleRef": reference, "subjects": subjects},
        acme(place),
    ]


CASES = (
    Case(
        "rights-of-the-user",
        "rbac.forbidden",
        "Who asks may not read what is behind the Certificate",
        "a user without rights on Orders, whose ACME server does not answer",
        "give them get and list",
        objects=_reader,
        server=[cut("newOrder")],
        user=_READER,
        shows="orders.*is forbidden",
    ),
    Case(
        "request-not-approved",
        "request.not_approved",
        "Nobody approves the CertificateRequest",
        "an issuer of a foreign kind, for which cert-manager may not approve",
        "use an issuer of cert-manager's",
        objects=lambda place: [self_signed()],
        certificate=_foreign,
        shows='"requests"',
        better={"issuer_ref": ISSUER_REF},
    ),
    Case(
        "request-denied",
        "request.denied",
        "A policy denies the CertificateRequest",
        "the condition Denied, as approver-policy sets it",
        "use an issuer that the policy allows",
        objects=lambda place: [self_signed()],
        certificate=_foreign,
        then=_deny,
        shows="Denied",
        also=["certificate.backoff"],
        better={"issuer_ref": ISSUER_REF},
    ),
    Case(
        "request-not-signed",
        "request.no_signer",
        "The controller of the issuer's kind is not installed",
        "an issuer of a foreign kind, for which cert-manager may approve",
        "use an issuer of cert-manager's",
        objects=lambda place: [self_signed(), *_may_approve(place)],
        certificate=lambda place: {"issuer_ref": {**_FOREIGN, "name": "unsigned"}},
        shows='"Approved"',
        better={"issuer_ref": ISSUER_REF},
    ),
    Case(
        "key-kept",
        "certificate.key_kept",
        "The key may not be replaced, and does not fit",
        "an ECDSA key in the Secret, `rotation_policy: Never` and RSA",
        "let it be replaced",
        objects=lambda place: [self_signed(), tls_secret(place, 30)],
        certificate=lambda place: {"private_key": {"rotation_policy": "Never", "algorithm": "RSA", "size": 2048}},
        shows="CannotRegenerateKey",
        better={"private_key": {"rotation_policy": "Always", "algorithm": "RSA", "size": 2048}},
    ),
    Case(
        "keystore-password",
        "certificate.keystore_password_missing",
        "The password of the keystore is not there",
        "`keystores` with a Secret that nobody made",
        "make it",
        objects=lambda place: [self_signed()],
        certificate=lambda place: {
            "keystores": {"pkcs12": {"create": True, "password_secret_ref": {"name": "password", "key": "password"}}}
        },
        shows="KeystorePasswordSecretNotFound",
        mend=lambda place: place.apply(secret("password", password="faults")),
    ),
)
