# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate that is wanted: names and an issuer in, a kubernetes.io/tls Secret out."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from datetime import timedelta

from .. import errors
from . import convert, duration, kinds, rules
from .certificate_options import SPEC

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Parameters = t.Mapping[str, t.Any]

DEFAULT_DURATION = "2160h"  # cert-manager's, 90 days

NAME_OPTIONS = ("dns_names", "ip_addresses", "uris", "email_addresses", "other_names")


@dataclass(frozen=True)
class CertificateSpec:
    """One Certificate as the user wants it.

    :param body: Certificate.spec in the API's shape; no default of the server's is filled in; empty: see ``as_it_is``
    :param renew: "auto", "always", "issuer_changed", "key_exposed" or "never": whether this run renews what is there
    :param within: with "auto", renew when the certificate expires within this time
    :param retry_failed: ask again at once after a failure, instead of when the engine would
    :param revoke: with "key_exposed", revoke the old certificate
    """

    name: str
    namespace: str
    body: Mapping[str, t.Any]
    renew: str = "auto"
    within: timedelta | None = None
    retry_failed: bool = False
    revoke: bool = False

    @property
    def as_it_is(self) -> bool:
        """Whether the Certificate must be there already, and only its renewal is asked for."""
        return not self.body

    @property
    def secret_name(self) -> str:
        """The Secret the certificate is kept in."""
        return str(self.body["secretName"])

    @property
    def title(self) -> str:
        """How messages name it."""
        return kinds.CERTIFICATE.title(self.namespace, self.name)

    def manifest(self) -> dict[str, t.Any]:
        """The Certificate that is applied: only our own fields."""
        return {
            "apiVersion": kinds.CERTIFICATE.api_version,
            "kind": kinds.CERTIFICATE.kind,
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": dict(self.body),
        }


def from_parameters(parameters: Parameters) -> CertificateSpec:
    """Build the spec from one validated parameter set.

    :raises SpecError: with every broken rule
    """
    problems = list(identity(parameters))
    for rule in (renewing,) if _asks_only_for_renewal(parameters) else (_required, *RULES):
        problems += rule(parameters)
    if problems:
        raise errors.SpecError([where(parameters) + problem for problem in problems])
    within = parameters.get("within")
    return CertificateSpec(
        name=parameters["name"],
        namespace=parameters["namespace"],
        body=convert.manifest(SPEC, parameters),
        renew=parameters.get("renew") or "auto",
        within=duration.parse(within, days=True) if within else None,
        retry_failed=bool(parameters.get("retry_failed")),
        revoke=bool(parameters.get("revoke")),
    )


def _asks_only_for_renewal(p: Parameters) -> bool:
    renews = p.get("renew") not in (None, "auto", "never") or p.get("within") or p.get("retry_failed")
    return bool(renews) and all(p.get(option) is None for option in SPEC)


def where(p: Parameters) -> str:
    """What the problems of a list's entry start with."""
    return f"certificate {p['namespace']}/{p['name']}: " if p.get("in_list") else ""


def identity(p: Parameters) -> Iterator[str]:
    """Names, in either state."""
    yield from rules.object_name("name", p["name"])
    yield from rules.namespace("namespace", p["namespace"])
    yield from rules.object_name("secret_name", p.get("secret_name") or None)


def _required(p: Parameters) -> Iterator[str]:
    if not p.get("secret_name"):
        yield "secret_name: missing, the Secret that holds the certificate must be named"
    if not p.get("issuer_ref"):
        yield "issuer_ref: missing, name the issuer that signs"


def issuer_reference(p: Parameters) -> Iterator[str]:
    """cert-manager's own group has two kinds; other groups bring theirs."""
    reference = p.get("issuer_ref") or {}
    yield from rules.object_name("issuer_ref.name", reference.get("name"))
    if reference.get("group") in (None, "cert-manager.io"):
        yield from rules.one_of("issuer_ref.kind", reference.get("kind"), ("Issuer", "ClusterIssuer"))


def names(p: Parameters) -> Iterator[str]:
    """At least one name, each of its own form (internal/apis/certmanager/validation/certificate.go)."""
    if not any(p.get(option) for option in (*NAME_OPTIONS, "common_name", "literal_subject")):
        yield f"dns_names: no name at all; give one of {', '.join(NAME_OPTIONS)}, common_name or literal_subject"
    for name in p.get("dns_names") or ():
        yield from rules.dns_name("dns_names", name)
    for address in p.get("ip_addresses") or ():
        yield from rules.ip_address("ip_addresses", address)
    for address in p.get("email_addresses") or ():
        yield from rules.email("email_addresses", address)
    for uri in p.get("uris") or ():
        yield from rules.url("uris", uri)
    for other in p.get("other_names") or ():
        if not re.fullmatch(r"[0-2](\.\d+)+", other["oid"]):
            yield f"other_names.oid: {other['oid']!r} is not an object identifier like '1.3.6.1.4.1.311.20.2.3'"


def subject(p: Parameters) -> Iterator[str]:
    """A subject is said once: as parts, or literally."""
    common_name = p.get("common_name")
    if common_name and len(common_name) > 64:
        yield f"common_name: {common_name!r} has {len(common_name)} characters, 64 are allowed (RFC 5280, ub-common-name)"
    if p.get("literal_subject") and (common_name or p.get("subject")):
        yield "literal_subject: excludes subject and common_name; write them into it"


def lifetime(p: Parameters) -> Iterator[str]:
    """Lifetime and renewal, as the webhook checks them."""
    yield from rules.span("duration", p.get("duration"), timedelta(hours=1))
    yield from rules.span("renew_before", p.get("renew_before"), timedelta(minutes=5))
    yield from rules.between("renew_before_percentage", p.get("renew_before_percentage"), 1, 99)
    if p.get("renew_before") and p.get("renew_before_percentage") is not None:
        yield "renew_before: excludes renew_before_percentage; give one of them"
    if p.get("renew_before"):
        yield from _renew_before_fits(p["renew_before"], p.get("duration") or DEFAULT_DURATION)
    if p.get("revision_history_limit") is not None and p["revision_history_limit"] < 1:
        yield f"revision_history_limit: {p['revision_history_limit']} is not allowed: at least 1"
    for window in (p.get("renewal") or {}).get("windows") or ():
        yield from rules.span("renewal.windows.window_duration", window["window_duration"])
        if not window["cron"].startswith("@") and len(window["cron"].split()) != 5:
            yield f"renewal.windows.cron: {window['cron']!r} is neither of five fields nor like '@daily'"


def _renew_before_fits(renew_before: str, lifetime_text: str) -> Iterator[str]:
    try:
        if duration.parse(renew_before) >= duration.parse(lifetime_text):
            yield f"renew_before: {renew_before!r} is not shorter than the duration ({lifetime_text!r})"
    except ValueError:
        return  # said above, where each is checked alone


def private_key(p: Parameters) -> Iterator[str]:
    """Key sizes and the signatures that fit them."""
    key = p.get("private_key") or {}
    algorithm, size = key.get("algorithm") or "RSA", key.get("size")
    if size is not None:
        if algorithm == "RSA":
            yield from rules.between("private_key.size", size, 2048, 8192)
        elif algorithm == "ECDSA" and size not in (256, 384, 521):
            yield f"private_key.size: {size} is not allowed: ECDSA keys have 256, 384 or 521 bits"
        elif algorithm == "Ed25519":
            yield f"private_key.size: {size} is not allowed: Ed25519 keys have one size, leave it out"
    if algorithm == "Ed25519" and key.get("encoding") == "PKCS1":
        yield "private_key.encoding: 'PKCS1' is not allowed for Ed25519: PKCS8"
    signature = p.get("signature_algorithm")
    if signature and {"RSA": "WithRSA", "ECDSA": "ECDSAWith", "Ed25519": "PureEd25519"}[algorithm] not in signature:
        yield f"signature_algorithm: {signature!r} does not fit a private key of {algorithm}"


def authority(p: Parameters) -> Iterator[str]:
    """Name constraints belong to certificate authorities (RFC 5280, 4.2.1.10)."""
    constraints = p.get("name_constraints")
    if constraints and not p.get("is_ca"):
        yield "name_constraints: allowed only with is_ca: true"
    if constraints and not (constraints.get("permitted") or constraints.get("excluded")):
        yield "name_constraints: give permitted or excluded"


def secret(p: Parameters) -> Iterator[str]:
    """What is kept beside the certificate."""
    for key in (p.get("secret_template") or {}).get("annotations") or {}:
        if key.startswith("cert-manager.io/") and key != "cert-manager.io/allow-direct-injection":
            yield f"secret_template.annotations: {key!r} is not allowed: cert-manager.io/ belongs to cert-manager"
    for store, options in (p.get("keystores") or {}).items():
        given = [name for name in ("password", "password_secret_ref") if (options or {}).get(name)]
        if options and options["create"] and len(given) != 1:
            yield f"keystores.{store}: give either password or password_secret_ref"
    formats = [item["type"] for item in p.get("additional_output_formats") or ()]
    for repeated in sorted({name for name in formats if formats.count(name) > 1}):
        yield f"additional_output_formats: {repeated!r} is given more than once"


def renewing(p: Parameters) -> Iterator[str]:
    """When this run renews."""
    yield from rules.span("within", p.get("within"), days=True)
    if p.get("within") and p.get("renew") not in (None, "auto"):
        yield f"within: allowed only with renew: auto, not with renew: {p['renew']}"
    if p.get("revoke") and p.get("renew") != "key_exposed":
        yield f"revoke: allowed only with renew: key_exposed, not with renew: {p.get('renew') or 'auto'}"


RULES: tuple[t.Callable[[Parameters], Iterator[str]], ...] = (
    issuer_reference,
    names,
    subject,
    lifetime,
    private_key,
    authority,
    secret,
    renewing,
)
