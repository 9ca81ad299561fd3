# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each type of ACME problem (RFC 8555, 6.7) means to the user, and what to do about it."""

from __future__ import annotations

import re
import typing as t

from ..finding import ERROR, Finding

if t.TYPE_CHECKING:
    from ..acme_problem import Problem

# Type → sentence and remedy. The server's own words follow the sentence.
_MEANING = {
    "accountDoesNotExist": (
        "the server does not know the account",
        "remove the Secret that acme.private_key_secret_ref names: cert-manager then registers anew",
    ),
    "alreadyReplaced": ("its predecessor was renewed already (RFC 9773)", "wait: cert-manager tries again without it"),
    "badCSR": (
        "the server does not accept the signing request",
        "see the Certificate's names, key and usages: public CAs take no e-mail addresses, URIs, or internal names",
    ),
    "badNonce": (
        "the server keeps rejecting nonces",
        "see whether a proxy or several unsynchronized servers stand behind acme.server; then renew it",
    ),
    "badPublicKey": ("the server does not accept the key", "see private_key.algorithm and private_key.size"),
    "badSignatureAlgorithm": ("the server does not accept the account key's algorithm", "use another ACME server"),
    "caa": (
        "a CAA record forbids this CA to issue (RFC 8659)",
        "add the CA's domain to the CAA records of the name or the domain above it, or use a CA they allow",
    ),
    "connection": (
        "the server can't reach the host for its validation",
        "open port 80 to the whole internet (HTTP-01), and see that DNS leads to this ingress controller",
    ),
    "dns": (
        "the server can't resolve the name",
        "make the A, AAAA or TXT record in public DNS, and see that the zone's delegation and DNSSEC are in order",
    ),
    "externalAccountRequired": (
        "the server wants an external account binding",
        "get a key ID and key from the CA and give them as acme.external_account_binding (RFC 8555, 7.3.4)",
    ),
    "incorrectResponse": (
        "the server got another answer than the challenge's",
        "see what else answers for the host on port 80, or which TXT records _acme-challenge has",
    ),
    "invalidContact": ("the server does not accept the e-mail address", "correct acme.email"),
    "invalidProfile": ("the server does not have this profile", "correct acme.profile; the directory lists them"),
    "malformed": (
        "the server does not understand the request; an authorization may have expired",
        "renew it for a new order; when it stays, see whether acme.server is the server the account is from",
    ),
    "orderNotReady": ("the order is not ready to be finalized", "wait: cert-manager tries again"),
    "rejectedIdentifier": (
        "the server does not issue for such a name",
        "use a name of a public domain that the CA does not block, or another CA for internal names",
    ),
    "serverInternal": ("the server has an error of its own", "wait: see the CA's status page if it stays"),
    "tls": (
        "the server got no TLS session from the host",
        "see the ingress controller's log; a redirect of the challenge's path to HTTPS must lead to a working server",
    ),
    "unauthorized": (
        "the server got no proof that the name is yours",
        "see that public DNS leads to this ingress controller, and what else answers /.well-known/acme-challenge/",
    ),
    "unsupportedContact": ("the server does not take this kind of contact", "leave acme.email out, or give an address"),
    "unsupportedIdentifier": ("the server does not issue for this kind of name", "leave it out, or use another CA"),
    "userActionRequired": ("the server wants something done first", "do what it says, such as new terms of service"),
}  # fmt: skip

# What it means where no name is validated, if that is something else.
_MEANING_FOR_ACCOUNT = {
    "unauthorized": (
        "the server does not let this account do that",
        "see whether it was deactivated or may use certain names only; to register anew, remove its key's Secret",
    ),
}  # fmt: skip

# What it means where the proof is looked for in DNS; the words are Boulder's, Pebble's and cert-manager's.
_ABOUT_DNS = re.compile(
    r"TXT record|_acme-challenge|_validation-persist|DNS challenge|\bDNS-(PERSIST-)?01", re.IGNORECASE
)
_IN_DNS = "see which TXT records {} has in public DNS, on every server of its zone, and where a CNAME there leads"
_RECORD = re.compile(r"\b_(acme-challenge|validation-persist)(\.[\w-]+)+", re.IGNORECASE)

_LIMIT_REMEDY = {
    "certificates for exactly these names": "wait, or restore the Secret from a backup; other sets of names are free",
    "failed validations of a name": "mend what makes the validation fail first; try with the staging server meanwhile",
    "certificates for the registered domain": "wait, put several names into one certificate, or ask the CA for more",
}
_OTHER = "the CA's own words say what it wants; its documentation has this type of problem"
_WAIT = "wait until then; every try before it counts as well"


def finding(title: str, subject: str, problem: Problem, validating: bool = True) -> Finding:
    """The finding for a problem.

    :param title: the object it was written on
    :param subject: what the server refused, "the order for www.example.org"
    :param validating: whether it may be about the validation of a name, not only about the account
    """
    code = f"acme.{_snake(problem.type)}"
    if problem.type == "rateLimited":
        said, remedy = _limit(problem)
    else:
        special = {} if validating else _MEANING_FOR_ACCOUNT
        said, remedy = special.get(problem.type) or _MEANING.get(problem.type, (f"problem {problem.type}", _OTHER))
        about = f"{subject} {problem.detail}"
        if validating and problem.type in ("unauthorized", "incorrectResponse") and _ABOUT_DNS.search(about):
            record = _RECORD.search(about)
            remedy = _IN_DNS.format(record[0] if record else "_acme-challenge of the name")
    words = "; ".join(filter(None, [problem.detail, *(_subproblem(*each) for each in problem.subproblems)]))
    message = f"{subject}: {said}: {words or 'no details given'}"
    evidence = problem.as_evidence()
    if problem.retry_at:
        evidence["retry_at"] = f"{problem.retry_at:%Y-%m-%dT%H:%M:%SZ}"
    return Finding(code, ERROR, title, message, remedy, evidence)


def _limit(problem: Problem) -> tuple[str, str]:
    limit = f"the limit of {problem.limit} is reached" if problem.limit else "a rate limit is reached"
    until = f", until {problem.retry_at:%Y-%m-%d %H:%M} UTC" if problem.retry_at else ""
    return limit + until, _LIMIT_REMEDY.get(str(problem.limit), _WAIT)


def _subproblem(identifier: str, kind: str, detail: str) -> str:
    return f"{identifier or 'all names'}, {kind}: {detail}"


def _snake(name: str) -> str:
    """rateLimited → rate_limited, badCSR → bad_csr."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
