# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The issuer exists and is ready; if not, why, by cert-manager's reason and message.

Source: cert-manager v1.21, pkg/issuer/{acme,ca,vault}/setup.go.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import replace

from ...spec import conditions, kinds
from .. import acme_problem, readiness
from ..finding import ERROR, Finding
from . import acme, acme_server, chain, refused

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..acme_problem import Problem
    from ..evidence import Evidence, Object

_NO_SECRET = re.compile(r'secrets? "([\w.-]+)" not found')
_FRESH_SECONDS = 30.0
_NAMED = 3  # so many others are named


def issuer(evidence: Evidence) -> Iterator[Finding]:
    """It is there, of this kind, in this namespace, and ready."""
    place = kinds.issuer_of(evidence.certificate)
    if place is None:
        return
    kind, _namespace, name = place
    title = kind.title(evidence.namespace, name)
    if evidence.issuer is not None:
        finding = explain(evidence.issuer, title)
        if finding and finding.code == "issuer.not_observed":
            finding = replace(finding, severity=chain.severity(evidence, evidence.issuer, _FRESH_SECONDS))
        if finding:
            yield finding
    elif kind.plural not in evidence.errors:
        yield _missing(evidence, kind, title)


def _missing(evidence: Evidence, kind: kinds.Kind, title: str) -> Finding:
    where = "" if kind is kinds.CLUSTER_ISSUER else f" in namespace {evidence.namespace}"
    reachable = [item for item in evidence.namesakes if item["metadata"].get("namespace") in (None, evidence.namespace)]
    titles = [chain.title(_kind_of(item), item) for item in reachable or evidence.namesakes]
    seen = {"namesakes": titles}
    more = f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else ""
    message = f"does not exist{where}; there is {', '.join(titles[:_NAMED])}{more}."
    if reachable:
        remedy = f"set issuer_ref.kind to {_kind_of(reachable[0]).kind}"
        return Finding("issuer.wrong_kind", ERROR, title, message, remedy, seen)
    if titles:
        remedy = f"an Issuer serves its own namespace only: make it in {evidence.namespace}, or use a ClusterIssuer"
        return Finding("issuer.wrong_namespace", ERROR, title, message, remedy, seen)
    remedy = "create it, or correct issuer_ref (name and kind: Issuer or ClusterIssuer)"
    return Finding("issuer.missing", ERROR, title, f"does not exist{where}.", remedy)


def _kind_of(item: Object) -> kinds.Kind:
    return kinds.ISSUER if item["metadata"].get("namespace") else kinds.CLUSTER_ISSUER


def explain(live: Object, title: str) -> Finding | None:
    """Why an issuer is not ready, None for one that is.

    :param title: how messages name it
    """
    general = readiness.issuer(live, title).finding
    if general is None or general.code != "issuer.not_ready":
        return general
    ready = conditions.condition(live, "Ready") or {}
    reason, message = str(ready.get("reason") or ""), str(ready.get("message") or "")
    refusal = refused.explain(title, message)
    if refusal:
        return refusal
    by_reason = _BY_REASON.get(reason)
    found = by_reason(live, title, message) if by_reason else None
    return replace(found, evidence={"reason": reason, **found.evidence}) if found else general


def _ca(live: Object, title: str, message: str) -> Finding:
    name = ((live["spec"].get("ca") or {}).get("secretName")) or "of the CA"
    where = live["metadata"].get("namespace") or "the cluster resource namespace, usually cert-manager"
    if _NO_SECRET.search(message):
        said = f"its Secret {name} does not exist in {where}."
        return Finding(
            "issuer.ca_secret_missing", ERROR, title, said, "make the Secret there, or correct ca.secret_name"
        )
    said = f"its Secret {name} in {where} can't be used: {message}"
    remedy = "it needs a CA certificate as tls.crt and its key as tls.key"
    return Finding("issuer.ca_secret_unusable", ERROR, title, said, remedy)


def _not_a_ca(live: Object, title: str, message: str) -> Finding:
    name = (live["spec"].get("ca") or {}).get("secretName")
    said = f"the certificate in its Secret {name} is no CA's (basic constraints, RFC 5280, 4.2.1.9)."
    return Finding("issuer.not_a_ca", ERROR, title, said, "issue it with is_ca: true, or name another Secret")


def _vault(live: Object, title: str, message: str) -> Finding:
    server = (live["spec"].get("vault") or {}).get("server") or "the Vault server"
    if "unsealed" in message:
        remedy = "unseal it, and see that the cluster reaches it"
        said = f"{server} is not ready or can't be reached: {message}"
        return Finding("issuer.vault_unavailable", ERROR, title, said, remedy)
    if "client" in message:
        said, remedy = (
            f"no login at {server}: {message}",
            "see vault.auth, its Secret or service account, and vault.ca_bundle",
        )
        return Finding("issuer.vault_login", ERROR, title, said, remedy)
    return Finding(
        "issuer.vault_config", ERROR, title, f"its vault settings are not complete: {message}", "correct them"
    )


def _acme_account(live: Object, title: str, message: str) -> Finding | None:
    server = str((live["spec"].get("acme") or {}).get("server") or "the ACME server")
    problem = acme_problem.parse(message)
    found = account_refused(live, title, problem) if problem else _account_key(title, message)
    return found or acme_server.explain(title, server, message)


def account_refused(live: Object, title: str, problem: Problem) -> Finding | None:
    """Why a server does not take the issuer's account; None for what is no problem of ACME's."""
    server = str((live["spec"].get("acme") or {}).get("server") or "the ACME server")
    if _is_about_binding(live, problem):
        said = f"{server} does not accept the external account: {problem.detail}"
        remedy = (
            "correct key_id and key of acme.external_account_binding, or get new ones from the CA (RFC 8555, 7.3.4)"
        )
        return Finding("issuer.eab_refused", ERROR, title, said, remedy, problem.as_evidence())
    if not problem.type:
        return None
    return acme.finding(title, f"{server} refuses the account", problem, validating=False)


_EAB = re.compile(r"external account binding", re.IGNORECASE)


def _is_about_binding(live: Object, problem: Problem) -> bool:
    """A new account is refused for its binding alone where it has one, if the server does not say anything else."""
    has_one = bool((live["spec"].get("acme") or {}).get("externalAccountBinding"))
    return has_one and (problem.type == "unauthorized" or bool(_EAB.search(problem.detail)))


def _account_key(title: str, message: str) -> Finding | None:
    missing = _NO_SECRET.search(message)
    if "disableAccountKeyGeneration" in message or "private key is invalid" in message or "not of type RSA" in message:
        said = f"its account key can't be used: {message}"
        remedy = "put an RSA key into the Secret that acme.private_key_secret_ref names, or remove the Secret"
        return Finding("issuer.account_key", ERROR, title, said, remedy)
    if missing or _EAB.search(message):
        said = f"the key of its external account binding can't be read: {message}"
        remedy = (
            "see acme.external_account_binding: the Secret, its key, and that the value is base64url (RFC 8555, 7.3.4)"
        )
        return Finding("issuer.eab_secret", ERROR, title, said, remedy)
    return None


def _invalid(code: str, remedy: str) -> Callable[[Object, str, str], Finding]:
    return lambda live, title, message: Finding(code, ERROR, title, message, remedy)


_BY_REASON: dict[str, Callable[[Object, str, str], Finding | None]] = {
    "ErrGetKeyPair": _ca,
    "ErrInvalidKeyPair": _not_a_ca,
    "VaultError": _vault,
    "ErrRegisterACMEAccount": _acme_account,
    "ErrVerifyACMEAccount": _acme_account,
    "ErrUpdateACMEAccount": _acme_account,
    "InvalidConfig": _invalid("issuer.invalid_config", "set acme.server to the URL of the server's ACME v2 directory"),
    "InvalidURL": _invalid("issuer.invalid_url", "correct acme.server: an https URL of an ACME directory"),
    "InvalidSolver": _invalid(
        "issuer.solver_secret_missing", "make the Secret that the solver of dns01 names, with that key"
    ),
}
