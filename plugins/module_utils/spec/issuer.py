# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An issuer that is wanted: its kind, its spec, and the Secrets that hold the values it was given."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import timedelta

from .. import errors
from . import convert, duration, kinds, rules, solvers
from .issuer_options import ACCOUNT_KEY, ACME, TYPES

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Parameters = t.Mapping[str, t.Any]

# https://letsencrypt.org/docs/acme-protocol-updates/ and /docs/staging-environment/
ACME_SERVERS = {
    "letsencrypt": "https://acme-v02.api.letsencrypt.org/directory",
    "letsencrypt_staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
}

_MOST = 1_000_000  # of anything that an ACME server limits


class AccountKey(t.NamedTuple):
    """What is to be done with the key of an ACME account.

    :param roll_over: give it another one in this run
    :param max_age: give it another one when it is older
    """

    roll_over: bool = False
    max_age: timedelta | None = None

    def options(self) -> Iterator[str]:
        """The options that were given."""
        if self.roll_over:
            yield "acme.roll_over_account_key"
        if self.max_age is not None:
            yield "acme.account_key_max_age"


_AS_IT_IS = AccountKey()


@dataclass(frozen=True)
class IssuerSpec:
    """One Issuer or ClusterIssuer as the user wants it.

    :param body: Issuer.spec in the API's shape
    :param secrets: Secret name → {key: value}, the values given as options, kept in the cluster
    :param secrets_namespace: where those Secrets are read from
    """

    kind: kinds.Kind
    name: str
    namespace: str | None
    body: Mapping[str, t.Any]
    secrets: Mapping[str, Mapping[str, str]]
    secrets_namespace: str
    account_key: AccountKey = _AS_IT_IS

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.kind.title(self.namespace, self.name)

    def manifest(self) -> dict[str, t.Any]:
        """The issuer that is applied."""
        return {
            "apiVersion": self.kind.api_version,
            "kind": self.kind.kind,
            "metadata": {"name": self.name} | ({"namespace": self.namespace} if self.namespace else {}),
            "spec": dict(self.body),
        }

    def secret_manifests(self) -> list[dict[str, t.Any]]:
        """The Secrets that are applied before the issuer."""
        return [
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": name, "namespace": self.secrets_namespace, "labels": self.label()},
                "type": "Opaque",
                "data": {key: solvers.base64_text(value) for key, value in values.items()},
            }
            for name, values in sorted(self.secrets.items())
        ]

    def label(self) -> dict[str, str]:
        """What marks a Secret as kept for this issuer, so that it goes with it."""
        return {"app.kubernetes.io/managed-by": "certops", "app.kubernetes.io/part-of": self.name[:63].rstrip("-.")}


def kind_of(parameters: Parameters) -> kinds.Kind:
    """Issuer or ClusterIssuer."""
    return kinds.CLUSTER_ISSUER if parameters["kind"] == "ClusterIssuer" else kinds.ISSUER


def identity(p: Parameters) -> Iterator[str]:
    """Names and scope."""
    yield from rules.object_name("name", p["name"])
    yield from rules.namespace("namespace", p.get("namespace"))
    if p["kind"] == "Issuer" and not p.get("namespace"):
        yield "namespace: missing, an Issuer lives in a namespace (kind: ClusterIssuer serves all of them)"
    if p["kind"] == "ClusterIssuer" and p.get("namespace"):
        yield f"namespace: {p['namespace']!r} is not allowed with kind: ClusterIssuer, which has none"


def from_parameters(parameters: Parameters) -> IssuerSpec:
    """Build the spec from one validated parameter set.

    :raises SpecError: with every broken rule
    """
    problems = list(identity(parameters))
    given = [name for name in TYPES if parameters.get(name) is not None]
    if len(given) != 1:
        problems.append(f"give exactly one of {', '.join(TYPES)}; given: {', '.join(given) or 'none'}")
    if parameters.get("acme") is not None:
        problems += _acme_rules(parameters["acme"])
    if parameters.get("ca") is not None:
        problems += rules.object_name("ca.secret_name", parameters["ca"]["secret_name"])
    if parameters.get("vault") is not None:
        problems += _vault_rules(parameters["vault"])
    if problems:
        raise errors.SpecError(problems)
    secrets: dict[str, dict[str, str]] = {}
    return IssuerSpec(
        kind=kind_of(parameters),
        name=parameters["name"],
        namespace=parameters.get("namespace"),
        body=_body(parameters, given[0], secrets),
        secrets=secrets,
        secrets_namespace=parameters.get("namespace") or parameters["cluster_resource_namespace"],
        account_key=_account_key(parameters.get("acme") or {}),
    )


def _account_key(acme: Parameters) -> AccountKey:
    age = acme.get("account_key_max_age")
    return AccountKey(bool(acme.get("roll_over_account_key")), duration.parse(age, days=True) if age else None)


def _body(p: Parameters, chosen: str, secrets: dict[str, dict[str, str]]) -> dict[str, t.Any]:
    if chosen == "spec":
        return dict(p["spec"])
    if chosen == "acme":
        return {"acme": _acme_body(p["name"], p["acme"], secrets)}
    options = TYPES[chosen]["options"]
    body = convert.manifest(options, p[chosen])
    if "caBundle" in body:
        body["caBundle"] = solvers.base64_text(body["caBundle"])
    return {convert.camel(chosen): body}


def _acme_body(issuer: str, p: Parameters, secrets: dict[str, dict[str, str]]) -> dict[str, t.Any]:
    body = convert.manifest({name: ACME[name] for name in ACME if name not in ("solvers", *ACCOUNT_KEY)}, p)
    body["server"] = ACME_SERVERS.get(p["server"], p["server"])
    body.setdefault("privateKeySecretRef", {"name": f"{issuer}-account-key"})
    if "caBundle" in body:
        body["caBundle"] = solvers.base64_text(body["caBundle"])
    binding = body.get("externalAccountBinding")
    if binding and "key" in binding:
        secrets[f"{issuer}-eab"] = {"key": binding.pop("key")}
        binding["keySecretRef"] = {"name": f"{issuer}-eab", "key": "key"}
    if p.get("solvers") is not None:
        body["solvers"] = [solvers.body(issuer, i, solver, secrets) for i, solver in enumerate(p["solvers"])]
    return body


def _acme_rules(p: Parameters) -> Iterator[str]:
    if p["server"] not in ACME_SERVERS:
        for problem in rules.url("acme.server", p["server"], ("https", "http")):
            yield f"{problem}, nor one of {', '.join(ACME_SERVERS)}"
    if p.get("email"):
        yield from rules.email("acme.email", p["email"])
    if p.get("ca_bundle") and "BEGIN CERTIFICATE" not in p["ca_bundle"]:
        yield "acme.ca_bundle: not PEM text; give the certificates themselves, from '-----BEGIN CERTIFICATE-----' on"
    if p.get("ca_bundle") and p.get("skip_tls_verify"):
        yield "acme.skip_tls_verify: excludes acme.ca_bundle; with a CA bundle nothing need be skipped"
    if p.get("preferred_chain") and len(p["preferred_chain"]) > 64:
        yield f"acme.preferred_chain: {p['preferred_chain']!r} is longer than 64 characters"
    binding = p.get("external_account_binding")
    if binding and bool(binding.get("key")) == bool(binding.get("key_secret_ref")):
        yield "acme.external_account_binding: give either key or key_secret_ref"
    yield from _account_key_rules(p)
    for name, value in (p.get("rate_limits") or {}).items():
        if name != "enforce":
            yield from rules.between(f"acme.rate_limits.{name}", value, 1, _MOST)
    for index, solver in enumerate(p.get("solvers") or ()):
        yield from solvers.problems(f"acme.solvers[{index}]", solver)


def _account_key_rules(p: Parameters) -> Iterator[str]:
    yield from rules.span("acme.account_key_max_age", p.get("account_key_max_age"), timedelta(hours=1), days=True)
    for option in ACCOUNT_KEY:
        if p.get(option) and p.get("disable_account_key_generation"):
            yield f"acme.{option}: not allowed with disable_account_key_generation, by which somebody else makes the key"


def _vault_rules(p: Parameters) -> Iterator[str]:
    yield from rules.url("vault.server", p["server"], ("https", "http"))
    given = [name for name, value in p["auth"].items() if value]
    if len(given) != 1:
        yield f"vault.auth: give exactly one of {', '.join(p['auth'])}; given: {', '.join(given) or 'none'}"
    if p.get("ca_bundle") and p.get("ca_bundle_secret_ref"):
        yield "vault.ca_bundle: excludes vault.ca_bundle_secret_ref"
