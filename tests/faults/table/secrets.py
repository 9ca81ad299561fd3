# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that two want, that someone else writes, that are old; and renewal."""

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from tests.acme_proxy.faults import problem

from ..case import Case, Manifest
from ..objects import ISSUER_REF, acme, certificate, ingress, self_signed, tls_secret
from ..place import Place


def _with_secret_of_another(place: Place) -> list[Manifest]:
    return [self_signed("selfsigned"), self_signed(), certificate("older", secretName="www-tls")]


def _asked_by_ingress(issuer_name: str) -> dict[str, str]:
    return {"cert-manager.io/issuer": issuer_name}


def _two_ingresses(place: Place) -> list[Manifest]:
    return [
        self_signed(),
        self_signed("second"),
        ingress("first", place.host(), secret_name="www", annotations=_asked_by_ingress("issuer")),
        ingress("second", f"b.{place.host()}", secret_name="www", annotations=_asked_by_ingress("second")),
    ]


def _other_server(place: Place) -> None:
    """From staging to production: another directory URL, once it has been issued."""
    place.await_issued()
    place.apply(acme(place, server=place.environment["CERTOPS_ACME_SERVER"]))


def _overwrite(place: Place) -> None:
    place.await_issued()
    place.put_faults(problem("newOrder", "rateLimited", "too many certificates already issued"))
    place.apply(tls_secret(place, 30), manager="gitops")


CASES = (
    Case(
        "secret-two-certificates",
        "secret.claimed",
        "Two Certificates want one Secret",
        "an older Certificate with the same `secretName`",
        "give each its own",
        objects=_with_secret_of_another,
        better={"secret_name": "own-tls"},
    ),
    Case(
        "secret-two-ingresses",
        "secret.ingresses_differ",
        "Two Ingresses want one Secret, by different issuers",
        "two annotated Ingresses with the same `secretName`",
        "give each its own",
        objects=_two_ingresses,
        certificate=None,
        served=True,
        mend=lambda place: place.delete(kinds.INGRESS, "second"),
    ),
    Case(
        "secret-overwritten",
        "secret.overwritten",
        "Another program writes the Secret, until the CA has had enough of it",
        "another field manager replaces the certificate, and the proxy answers `rateLimited` from then on",
        "stop it",
        objects=lambda place: [acme(place)],
        then=_overwrite,
        shows="error:rateLimited",
        also=["acme.rate_limited"],
        mend=Place.heal_server,
    ),
    Case(
        "secret-expired",
        "certificate.expired",
        "The certificate that is served has expired",
        "an expired one in the Secret, and an issuer of a foreign kind that does not sign",
        "renew it",
        objects=lambda place: [self_signed(), tls_secret(place, -1)],
        certificate=lambda place: {"issuer_ref": {"name": "theirs", "kind": "Signer", "group": "faults.test"}},
        also=["request.not_approved"],
        better={"issuer_ref": ISSUER_REF},
    ),
    Case(
        "issuer-changed",
        "certificate.other_signer",
        "The certificate is of the ACME server from before",
        "`server` of the issuer is changed after it was issued",
        "renew it",
        objects=lambda place: [acme(place)],
        then=_other_server,
        shows='"server": "https://198',
        served=True,
        better={"renew": "issuer_changed"},
    ),
    Case(
        "renewal-ignored",
        "renewal.ignored",
        "It should be renewed earlier than it begins",
        "`renew_before` of 30 days, and an ACME profile of 6 days",
        "leave it out",
        objects=lambda place: [acme(place, profile="shortlived")],
        certificate=lambda place: {"renew_before": "720h"},
        shows='"notAfter"',
        served=True,
        better={"renew_before": "48h"},
    ),
    Case(
        "renewal-too-early",
        "renewal.too_early",
        "It is renewed over and over",
        "`duration` of an hour and `renew_before` of 59 minutes",
        "renew later",
        objects=lambda place: [self_signed()],
        certificate=lambda place: {"duration": "1h", "renew_before": "59m"},
        shows='"renewalTime"',
        served=True,
        better={"duration": "1h", "renew_before": "20m"},
    ),
)
