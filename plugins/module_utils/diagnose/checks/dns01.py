# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a DNS-01 challenge: the TXT record can't be written, or isn't seen on the authoritative servers.

Source: cert-manager v1.21, pkg/issuer/acme/dns/{dns.go,route53,rfc2136,util/wait.go}.
"""

from __future__ import annotations

import re
import typing as t

from ...spec import kinds
from ..dns_answers import NOERROR, TIMEOUT
from ..finding import ERROR, WARNING, Finding
from . import chain

if t.TYPE_CHECKING:
    from ..dns_answers import Answer, Dns
    from ..evidence import Evidence, Object

_SLOW_SECONDS = 180.0  # a new record is seen everywhere within this time, in most zones

_ZONE_REMEDY = "make that zone and give the solver access to it, or correct the CNAME"
_PROPAGATION = (
    "wait; if it stays, see whether the provider's zone is the one that is delegated to, whether a CNAME of "
    "_acme-challenge leads to a name nobody writes, and whether external-dns or another tool removes the record"
)

_REDACTED = "<redacted"  # the reason keeps an SDK's error out; the event has it (stabilizeSolverErrorMessage)
_AWS_RIGHT = re.compile(
    r"User: (?P<user>\S+) is not authorized to perform: (?P<action>[\w:]+)(?: on resource: (?P<resource>\S+))?"
)
_ZONE = re.compile(
    r"zone (?P<zone>\S*) ?not found in Route 53 for domain (?P<name>\S+)"
    r"|(?:determine the zone for|authoritative nameservers for|DNS tree for the domain) ['\"](?P<fqdn>[^'\"]+)"
)
_RCODE = re.compile(r"NS (?P<server>\S+) returned (?P<code>\w+) for (?P<name>\S+)")
_UPDATE = re.compile(r"DNS update failed(?:\. Server replied: (?P<code>\w+)|: (?P<error>.*))", re.DOTALL)
_TSIG = re.compile(r"bad (authentication|signature|key|time)|BAD(SIG|KEY|TIME)|NOTAUTH|tsig", re.IGNORECASE)

# Words → cause, sentence (the provider's words follow), remedy; the first that fits.
_OTHERS = (
    (
        re.compile(r"NoSuchHostedZone"),
        "zone_not_found",
        "Route 53 does not have the hosted zone",
        "correct the solver's route53.hosted_zone_id",
    ),
    (
        re.compile(r"InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|ExpiredToken|InvalidIdentityToken|"
                   r"AccessDenied|AccessDeniedException"),
        "credentials_rejected",
        "AWS does not accept the credentials",
        "see the solver's route53 keys, role and trust policy, or the controller's own identity (IRSA, Pod Identity)",
    ),
    (
        re.compile(r"empty credentials|only one of access and secret key|secret access key|failed to load secret|"
                   r"no data found in Secret|not found in secret|data entry with key|tsig secret|service account token|"
                   r"failed to request token|secrets? \"[^\"]+\" not found"),
        "credentials_missing",
        "the provider's credentials can't be read",
        "see which Secret and key the solver names; for a ClusterIssuer it is in the cluster resource namespace",
    ),
    (
        re.compile(r"Throttling|Rate exceeded|PriorRequestNotComplete"),
        "throttled",
        "the provider limits the number of changes",
        "wait: cert-manager tries again; issue fewer certificates at once",
    ),
    (
        re.compile(r"recursive CNAME"),
        "cname_loop",
        "the CNAME records lead in a circle",
        "correct the CNAME of _acme-challenge",
    ),
    (
        re.compile(r"the server could not find the requested resource|no solver provider configured"),
        "webhook_missing",
        "the solver's webhook is not installed or not registered",
        "install it; its APIService must be available, and its group the solver's dns01.webhook.groupName",
    ),
    (
        re.compile(r"(read|dial) (udp|tcp) |i/o timeout|connection refused|no such host"),
        "server_unreachable",
        "a DNS server can't be reached from inside the cluster",
        "open port 53 for cert-manager, or give it other servers (--dns01-recursive-nameservers)",
    ),
    (
        re.compile(r"operation error|SDK error|unable to assume role"),
        "provider_error",
        "the provider answers with an error",
        "see the challenge's events and cert-manager's log",
    ),
)  # fmt: skip


def explain(evidence: Evidence, challenge: Object) -> Finding | None:
    """The finding for a DNS-01 challenge that waits, None for other challenges and unknown words."""
    if challenge["spec"].get("type") != "DNS-01" or chain.has_failed(challenge):
        return None
    text = chain.reason(challenge)
    if _REDACTED in text:
        text = next(iter(chain.warnings(evidence, challenge, "PresentError")), text)
    title, name = chain.title(kinds.CHALLENGE, challenge), str(challenge["spec"]["dnsName"])
    return (
        _not_propagated(evidence, challenge, title, text)
        or _aws_right(title, text)
        or _zone(title, name, text)
        or _rcode(title, text)
        or _update(title, text)
        or _other(title, name, text)
    )


def _not_propagated(evidence: Evidence, challenge: Object, title: str, text: str) -> Finding | None:
    if "not yet propagated" not in text:
        return None
    record = f"_acme-challenge.{challenge['spec']['dnsName']}"
    waited = chain.age(evidence, challenge)
    severity = WARNING if waited is not None and waited < _SLOW_SECONDS else ERROR
    return dangling(evidence.dns, record, title, ERROR) or _missing(evidence.dns, challenge, record, title, severity)


def dangling(dns: Dns, record: str, title: str, severity: str) -> Finding | None:
    """The finding for a name whose CNAME leads where no zone is, None for any other.

    :param record: of the challenge, ``_acme-challenge.`` included
    """
    alias = dns.aliases.get(record.lower(), record)
    if alias == record.lower() or dns.zones.get(alias, alias) is not None:
        return None
    message = f"{record} is a CNAME to {alias}, whose zone is not there, or whose servers don't answer."
    seen = {"name": record, "alias": alias}
    return Finding("dns01.cname_dangling", severity, title, message, _ZONE_REMEDY, seen)


def _missing(dns: Dns, challenge: Object, record: str, title: str, severity: str) -> Finding:
    """By what each server of the zone says, where that is known."""
    alias = dns.aliases.get(record.lower(), record)
    answers, value = dns.of_servers(alias, "TXT"), challenge["spec"].get("key")
    without = [answer for answer in answers if value not in answer.values]
    seen = {
        "name": record,
        "answer": chain.reason(challenge),
        **({"alias": alias} if alias != record.lower() else {}),
        **({"servers": [answer.as_dict() for answer in answers]} if answers else {}),
    }
    if answers and not without:
        message = f"the TXT record of {record} is on all servers of its zone by now; cert-manager does not see it yet."
        remedy = "wait; if it stays, see which DNS servers cert-manager asks (--dns01-recursive-nameservers)"
        return Finding("dns01.not_propagated", WARNING, title, message, remedy, seen)
    where = "; ".join(_in_words(answer) for answer in without)
    message = f"the TXT record of {record} is not yet on all authoritative servers of its zone{where and ': ' + where}."
    return Finding("dns01.not_propagated", severity, title, message, _PROPAGATION, seen)


def _in_words(answer: Answer) -> str:
    has = "does not answer" if answer.status == TIMEOUT else f"answers {answer.status}"
    if answer.status == NOERROR:
        has = f"has {len(answer.values)} other{'' if len(answer.values) == 1 else 's'}" if answer.values else "has none"
    return f"{answer.server} {has}"


def _aws_right(title: str, text: str) -> Finding | None:
    found = _AWS_RIGHT.search(text)
    if found is None:
        return None
    resource = (found["resource"] or "any resource").rstrip(".,")
    return Finding(
        "dns01.access_denied",
        ERROR,
        title,
        f"AWS does not let {found['user']} do {found['action']} on {resource}.",
        f"allow {found['action']} on {resource} in the policy of that user or role",
        {**found.groupdict(), "answer": text},
    )


def _zone(title: str, name: str, text: str) -> Finding | None:
    found = _ZONE.search(text)
    if found is None:
        return None
    asked = (found["name"] or found["fqdn"]).rstrip(".")
    seen = {"name": asked, "answer": text}
    if asked != name and not asked.endswith(f".{name}"):
        message = f"_acme-challenge.{name} is a CNAME to {asked}, whose zone is not there."
        return Finding("dns01.cname_dangling", ERROR, title, message, _ZONE_REMEDY, seen)
    message = f"no zone was found for {asked}."
    remedy = "see whether the zone is delegated, and give route53.hosted_zone_id if it is not in the account asked"
    return Finding("dns01.zone_not_found", ERROR, title, message, remedy, seen)


def _rcode(title: str, text: str) -> Finding | None:
    found = _RCODE.search(text)
    if found is None:
        return None
    message = f"the authoritative DNS server {found['server']} answers {found['code']} for {found['name']}."
    remedy = "see that server: it must answer for the zone it is delegated"
    return Finding("dns01.server_failed", ERROR, title, message, remedy, {**found.groupdict(), "answer": text})


def _update(title: str, text: str) -> Finding | None:
    found = _UPDATE.search(text)
    if found is None:
        return None
    answer = found["code"] or found["error"]
    if _TSIG.search(answer):
        message = f"the DNS server does not accept the TSIG key: {answer}."
        remedy = (
            "see rfc2136.tsig_key_name, tsig_algorithm and the secret, and the clocks of both sides (RFC 8945, 5.2.3)"
        )
        return Finding("dns01.tsig_refused", ERROR, title, message, remedy, {"answer": text})
    message = f"the DNS server does not take the update (RFC 2136): {answer}."
    remedy = "see rfc2136.nameserver, and whether that server lets this key update the zone"
    return Finding("dns01.update_refused", ERROR, title, message, remedy, {"answer": text})


def _other(title: str, name: str, text: str) -> Finding | None:
    for words, cause, said, remedy in _OTHERS:
        if words.search(text):
            message = f"_acme-challenge.{name}: {said}: {text}"
            return Finding(f"dns01.{cause}", ERROR, title, message, remedy, {"answer": text})
    return None
