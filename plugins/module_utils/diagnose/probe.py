# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is a host served as expected? Evidence of a probe → findings, the cause before what follows from it."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ..spec.probe import Reference
from ..x509 import chain
from ..x509.default_certificate import default_certificate, staging_authority
from ..x509.leaf import CertificateInfo
from ..x509.names import covers
from . import served
from .finding import ERROR, WARNING, Finding

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..spec.probe import ProbeSpec

# OpenSSL's X509_V_ERR numbers (x509_vfy.h) that have a more telling code than not_verified.
_NOT_YET_VALID, _EXPIRED, _HOST_MISMATCH, _ADDRESS_MISMATCH = 9, 10, 62, 64
_SELF_SIGNED_LEAF = 18

_REMEDIES = {
    served.REFUSED: "Nothing listens there: see whether the ingress controller is ready and its Service has this port.",
    served.RESET: "The peer ended the connection: see the ingress controller's log, and whether it serves this host.",
    served.NOT_RESOLVED: "The address has no DNS record yet: wait for it, or give an IP address.",
    served.NOT_TLS: "Something else than TLS answers: see whether `port` is the HTTPS port.",
    served.TIMEOUT: "No answer: see firewalls, security groups and the load balancer's health checks.",
    served.TLS_REJECTED: "The peer refuses the handshake: see the ingress controller's log for this host.",
    served.UNREACHABLE: "There is no route: see whether the load balancer's address can be reached from here.",
}


def findings(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> tuple[Finding, ...]:
    """All reasons why the host isn't served as expected; warnings are no reason."""
    return tuple(finding for check in _CHECKS for finding in check(spec, evidence, now))


def _title(spec: ProbeSpec, evidence: served.Evidence) -> str:
    return f"{spec.host} at {evidence.address} port {spec.port}"


def _no_address(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    if evidence.no_address and spec.ingress:
        yield Finding(
            "probe.no_address",
            ERROR,
            spec.ingress.title,
            f"{evidence.no_address}.",
            "See whether there is an IngressClass of this name, whether its controller runs and publishes its address,"
            " or give `address`.",
        )


def _no_session(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    failure = evidence.served and evidence.served.tls
    if isinstance(failure, served.Failure):
        yield Finding(
            f"probe.{failure.reason}",
            ERROR,
            _title(spec, evidence),
            f"there is no TLS session: {failure.detail}.",
            _REMEDIES[failure.reason],
            asdict(failure),
        )


def _no_expectation(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    if spec.verify and isinstance(spec.trust, Reference) and isinstance(evidence.roots, str):
        yield Finding(
            "probe.no_roots",
            ERROR,
            spec.trust.title,
            f"there is nothing to verify by: {evidence.roots}.",
            "Give `ca_cert` or `ca_file`, or leave them out to verify by the system's roots.",
        )
    if spec.secret and isinstance(evidence.expected, str):
        yield Finding(
            "probe.no_secret",
            ERROR,
            spec.secret.title,
            f"the certificate that should be served is not known: {evidence.expected}.",
            "See why its Certificate is not ready.",
        )


def _default_certificate(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    owner = _default_owner(evidence)
    if owner and spec.verify:
        yield Finding(
            "probe.default_certificate",
            ERROR,
            _title(spec, evidence),
            f"the default certificate of {owner} is served: there is no usable one for this host.",
            "See whether an Ingress of its class has the host under `tls` with a Secret in the same namespace, and "
            "whether that Secret holds a certificate and key that belong together.",
            _about(evidence),
        )


def _not_verified(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    session = evidence.handshake
    if not spec.verify or session is None or session.verify_error is None or _default_owner(evidence):
        return
    expired = chain.validity_problems(session.chain, now)
    code, remedy = _why_not_verified(spec, session)
    yield Finding(
        code,
        ERROR,
        _title(spec, evidence),
        f"the chain does not verify by {_source(evidence)}: {session.verify_error}.",
        remedy,
        {
            **_about(evidence),
            "verify_code": session.verify_code,
            "verify_error": session.verify_error,
            "covers_host": covers(session.leaf, spec.host),
            "validity": list(expired),
            "chain": [chain.label(certificate) for certificate in session.chain],
        },
    )


def _why_not_verified(spec: ProbeSpec, session: served.Handshake) -> tuple[str, str]:
    if session.verify_code in (_HOST_MISMATCH, _ADDRESS_MISMATCH):
        names = ", ".join(session.leaf.dns_names + session.leaf.ip_addresses) or "no host"
        return "probe.wrong_host", f"The certificate covers {names}; add the host to it and to the Ingress's `tls`."
    if session.verify_code == _EXPIRED:
        return "probe.expired", "Renew it, and see why that did not happen by itself."
    if session.verify_code == _NOT_YET_VALID:
        return "probe.not_yet_valid", "Set the clocks of this machine and of the issuer right."
    staging = staging_authority(session.chain)
    if staging:
        return "probe.not_verified", f"It is issued by {staging}, which no client trusts: use a production issuer."
    if session.verify_code == _SELF_SIGNED_LEAF:
        return "probe.not_verified", "It is self-signed: verify by its own Secret (`ca_secret`), or use another issuer."
    return "probe.not_verified", "See whether the right root is given, and the server sends its intermediates."


def _wrong_certificate(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    expected = evidence.expected
    if spec.secret and evidence.matches_secret is False and isinstance(expected, CertificateInfo):
        yield Finding(
            "probe.wrong_certificate",
            ERROR,
            _title(spec, evidence),
            f"another certificate is served than that of {spec.secret.title}.",
            "The controller may not have loaded it yet; see also whether another Ingress has the host and another Secret.",
            {**_about(evidence), "expected_serial_number": expected.serial_number},
        )


def _chain_order(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    session = evidence.handshake
    problems = chain.chain_problems(session.chain) if session else ()
    if session and problems:
        yield Finding(
            "probe.chain_order",
            WARNING,
            _title(spec, evidence),
            f"the chain is not in order, which some clients refuse: {'; '.join(problems)}.",
            "Put the leaf first in tls.crt, each certificate followed by its signer.",
            {"chain": [chain.label(certificate) for certificate in session.chain]},
        )


def _redirect(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    if spec.redirect is None or evidence.served is None:
        return
    answer = evidence.served.http
    redirects = isinstance(answer, served.Response) and answer.redirects_to_https
    if redirects == spec.redirect:
        return
    title = f"{spec.host} at {evidence.address} port {spec.http_port}"
    if redirects:
        remedy = "Switch the redirect off in the Ingress's annotations or the controller's settings."
        yield Finding("probe.redirect", ERROR, title, f"plain HTTP redirects: {_answer(answer)}.", remedy)
    else:
        remedy = (
            "Switch the redirect on (`ingress_tls` with `redirect: true`); see whether HTTP reaches the controller."
        )
        yield Finding("probe.no_redirect", ERROR, title, f"plain HTTP does not redirect: {_answer(answer)}.", remedy)


def _http_status(spec: ProbeSpec, evidence: served.Evidence, now: datetime) -> Iterator[Finding]:
    answer = evidence.served and evidence.served.https
    if isinstance(answer, served.Failure) or (isinstance(answer, served.Response) and answer.status >= 500):
        yield Finding(
            "probe.http_status",
            WARNING,
            _title(spec, evidence),
            f"GET {spec.path} over HTTPS: {_answer(answer)}.",
            "TLS is not the reason: see the application and its Service.",
            asdict(answer),
        )


_CHECKS = (
    _no_address,
    _no_session,
    _no_expectation,
    _default_certificate,
    _not_verified,  # not of a default certificate: that it is one says it all
    _wrong_certificate,
    _redirect,
    _chain_order,
    _http_status,
)


def _default_owner(evidence: served.Evidence) -> str | None:
    return default_certificate(evidence.handshake.leaf) if evidence.handshake else None


def _about(evidence: served.Evidence) -> dict[str, t.Any]:
    leaf = evidence.handshake and evidence.handshake.leaf
    if not leaf:
        return {}
    shown = ("subject", "dns_names", "ip_addresses", "issuer", "not_before", "not_after", "serial_number")
    return {key: value for key, value in leaf.as_facts().items() if key in shown}


def _source(evidence: served.Evidence) -> str:
    return evidence.roots if isinstance(evidence.roots, str) else evidence.roots.source


def _answer(answer: served.Response | served.Failure) -> str:
    if isinstance(answer, served.Failure):
        return answer.detail
    return f"status {answer.status}" + (f" to {answer.location}" if answer.location else "")
