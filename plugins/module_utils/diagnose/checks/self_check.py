# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cert-manager saw when it asked the host for the challenge itself, before it tells the ACME server to.

Source: cert-manager v1.21, pkg/issuer/acme/http/http.go, testReachability; the rest are the words of Go's HTTP client.
"""

from __future__ import annotations

import re
import typing as t

from ..dns_answers import NODATA, NXDOMAIN
from ..finding import Finding
from . import chain
from .host import Seen

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..evidence import Evidence, Object

_PREFIX = "Waiting for HTTP-01 challenge propagation: "
_STATUS = re.compile(r"wrong status code '(\d+)'")
_CONTENT = re.compile(r"did not (get expected response|return the expected)|did not match expected")
_NO_HOST = re.compile(r"no such host")
_NO_DNS = re.compile(r"server misbehaving|lookup .*(i/o timeout|connection refused|lame referral)")
_REFUSED = re.compile(r"connection refused")
_TIMEOUT = re.compile(r"i/o timeout|deadline exceeded|Client\.Timeout|awaiting headers")
_NO_ROUTE = re.compile(r"no route to host|network is unreachable")
_RESET = re.compile(r"connection reset|EOF|server closed")
_NAME = re.compile(r"certificate is (valid for .*, not |not valid for )")
_TLS = re.compile(r"x509: |tls: ")
_REDIRECTS = re.compile(r"stopped after \d+ redirects")

_WAY = "see whether its port 80 leads to the ingress controller of the solver's class"
_HAIRPIN = (
    "the cluster may not reach its own load balancer from inside (hairpin, PROXY protocol): mend that, let cluster DNS "
    "answer with the controller's Service, or set wait_instead_of_self_check on the solver (from cert-manager 1.21 on)"
)


def explain(evidence: Evidence, challenge: Object) -> Finding | None:
    """The finding for what the self-check saw, None where the challenge waits for something else."""
    reason = chain.reason(challenge)
    if not reason.startswith(_PREFIX):
        return None
    return _told(Seen(evidence, challenge, reason.removeprefix(_PREFIX)))


def host_unknown(challenge: Object) -> bool:
    """Whether the self-check found no address for the host."""
    reason = chain.reason(challenge)
    return reason.startswith(_PREFIX) and bool(_NO_HOST.search(reason))


def _told(seen: Seen) -> Finding:
    status = _STATUS.search(seen.error)
    if status:
        return _status(seen, status[1])
    found = next((finding for words, finding in _TOLD if words.search(seen.error)), _other)
    return _redirect_failed(seen) if seen.redirected and found in _NOT_CONNECTED else found(seen)


def _status(seen: Seen, code: str) -> Finding:
    if seen.dns_elsewhere:
        return _wrong_address(seen, seen.dns_elsewhere, f"whoever is there answers {code}")
    who = f"port 80 of {seen.host} answers {code} instead of the challenge"
    if code == "404":
        return seen.finding(
            "not_found",
            f"{who}: what answers there does not know the solver's Ingress.",
            "see whether the host leads to the controller of the solver's class, and whether another Ingress, route or "
            "rewrite of this host takes /.well-known/acme-challenge/",
        )
    if code in ("502", "503", "504"):
        return seen.finding(
            "unavailable",
            f"{who}: an ingress controller has a rule for it, but nothing behind that rule answers.",
            "see the solver's pod and Service, network policies (the controller must reach port 8089 of the pod), other "
            "Ingresses of this host",
        )
    if code in ("401", "403"):
        remedy = "except /.well-known/acme-challenge/ from login, allow lists and firewalls for this host"
        return seen.finding("forbidden", f"{who}: something asks for a login or keeps strangers out.", remedy)
    return seen.finding("status", f"{who}.", "see which server answers, and its log")


def _no_host(seen: Seen) -> Finding:
    if seen.dns_error == NXDOMAIN:
        return seen.finding("nxdomain", f"{seen.host} does not exist in DNS (NXDOMAIN).", _RECORD)
    if seen.dns_error == NODATA:
        return seen.finding("no_address", f"{seen.host} exists in DNS, but has no A or AAAA record.", _RECORD)
    if seen.dns_addresses:
        found = ", ".join(seen.dns_addresses)
        message = f"cert-manager's DNS does not know {seen.host}, which is {found} from outside the cluster."
        remedy = "wait until its DNS servers forget their old answer, or see whether the cluster's DNS has its own zone"
        return seen.finding("no_such_host", message, remedy)
    return seen.finding("no_such_host", f"{seen.host} has no A or AAAA record.", _RECORD)


_RECORD = "make a record that leads to the ingress controller; with external-dns, see its log"


def _no_dns(seen: Seen) -> Finding:
    message = f"the DNS servers give no usable answer about {seen.host}: {seen.error}"
    return seen.finding("dns_failed", message, "see the cluster's DNS, and the zone's servers, delegation and DNSSEC")


def _wrong_address(seen: Seen, found: list[str], what: str) -> Finding:
    message = f"{seen.host} leads to {', '.join(found)}, but the Ingress is at {', '.join(seen.published)}: {what}."
    remedy = "correct the DNS record; with external-dns, see which resource owns it"
    return seen.finding("wrong_address", message, remedy)


def _at(seen: Seen) -> str:
    return f"port 80 of {seen.host}" + (f" ({seen.address})" if seen.address else "")


def _refused(seen: Seen) -> Finding:
    if seen.elsewhere:
        return _wrong_address(seen, seen.elsewhere, "the connection is refused there")
    return seen.finding("connection_refused", f"nothing listens on {_at(seen)}.", _WAY)


def _timeout(seen: Seen) -> Finding:
    if seen.elsewhere:
        return _wrong_address(seen, seen.elsewhere, "there is no answer")
    message = f"there is no answer from {_at(seen)}, as cert-manager sees it from inside the cluster."
    return seen.finding("timeout", message, f"see firewalls and security groups; {_HAIRPIN}")


def _no_route(seen: Seen) -> Finding:
    if seen.elsewhere:
        return _wrong_address(seen, seen.elsewhere, "there is no way to it")
    return seen.finding("unreachable", f"there is no way to {_at(seen)} from inside the cluster: {seen.error}", _WAY)


def _reset(seen: Seen) -> Finding:
    return seen.finding("connection_reset", f"{_at(seen)} ends the connection: {seen.error}", f"{_WAY}; {_HAIRPIN}")


def _name(seen: Seen) -> Finding:
    message = (
        f"{seen.host} redirects to {seen.redirected or 'HTTPS'}, whose certificate is for other names: {seen.error}"
    )
    return seen.finding("certificate_name", message, _NO_REDIRECT)


def _tls(seen: Seen) -> Finding:
    message = f"{seen.host} redirects to {seen.redirected or 'HTTPS'}, where there is no TLS session: {seen.error}"
    return seen.finding("redirect_failed", message, _NO_REDIRECT)


_NO_REDIRECT = "except /.well-known/acme-challenge/ from the redirect to HTTPS until there is a certificate"


def _redirect_failed(seen: Seen) -> Finding:
    message = f"{seen.host} redirects to {seen.redirected}, which can't be reached: {seen.error}"
    return seen.finding("redirect_failed", message, _NO_REDIRECT)


def _redirects(seen: Seen) -> Finding:
    return seen.finding("redirect_loop", f"{seen.host} redirects in a circle: {seen.error}", _NO_REDIRECT)


def _content(seen: Seen) -> Finding:
    if seen.dns_elsewhere:
        return _wrong_address(seen, seen.dns_elsewhere, "another server answers there")
    message = f"something else than the solver answers for {seen.host} on port 80, with status 200."
    remedy = "see which Ingress, route or default backend of this host takes /.well-known/acme-challenge/"
    return seen.finding("wrong_content", message, remedy)


def _other(seen: Seen) -> Finding:
    return seen.finding("failed", f"{seen.host} could not be asked for the challenge: {seen.error}", _WAY)


# What is wrong with the connection itself: behind a redirect, that is another one than that to port 80.
_NOT_CONNECTED = (_refused, _no_route, _timeout, _reset)

_TOLD: tuple[tuple[re.Pattern[str], Callable[[Seen], Finding]], ...] = (
    (_NO_HOST, _no_host),
    (_NO_DNS, _no_dns),
    (_CONTENT, _content),
    (_REDIRECTS, _redirects),
    (_NAME, _name),
    (_TLS, _tls),
    (_REFUSED, _refused),
    (_NO_ROUTE, _no_route),
    (_TIMEOUT, _timeout),
    (_RESET, _reset),
)
