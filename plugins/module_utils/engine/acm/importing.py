# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Importing the certificate of a Secret into ACM, each time under the same ARN."""

from __future__ import annotations

import base64
import binascii
import typing as t
from dataclasses import dataclass, field, replace

from ... import errors
from ...diagnose.finding import ERROR, Finding
from ...spec import kinds
from ...spec.acm import key_algorithm
from ...x509.chain import chain_problems, label, validity_problems
from ...x509.leaf import X509Error, parse_chain
from ...x509.match import key_matches
from .. import ports
from ..diff import pair
from . import choice

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ...spec.acm import AcmSpec, Known
    from ...x509.leaf import CertificateInfo
    from .ports import AcmRun


@dataclass(frozen=True)
class Content:
    """What is in the Secret."""

    chain: tuple[CertificateInfo, ...]
    key: bytes = field(repr=False)

    @property
    def leaf(self) -> CertificateInfo:
        """The certificate itself."""
        return self.chain[0]

    @property
    def algorithm(self) -> str | None:
        """ACM's name of its kind of key, None for one that ACM doesn't take."""
        return key_algorithm(self.leaf.key_algorithm, self.leaf.key_size)


def ensure(run: AcmRun, spec: AcmSpec) -> ports.Outcome:
    """Have ACM hold what the Secret holds.

    :raises CertopsError: the Secret is missing, or has not what is needed
    :raises Unfit: ACM would refuse it; nothing was changed
    :raises ProviderError: AWS refuses a request
    """
    content = _read(run, spec)
    title = kinds.SECRET.title(*_secret(spec))
    problems = objections(content, title, run.clock.now())
    known = choice.imported(run, spec, content.leaf.dns_names)
    if known:
        problems += _changed_key(content, known)
    if problems:
        raise errors.Unfit(f"{title} can't be imported into ACM: {problems[0].message}", problems)
    served = _served(run, known)
    current = served[: len(content.chain)] == tuple(one.fingerprint_sha256 for one in content.chain)
    untagged = choice.untagged(spec, known)
    diff = [] if known and current else [_diff(spec, known, content)]
    if untagged and known:
        diff.append(choice.tagged(known, untagged))
    if run.check_mode:
        return ports.Outcome(bool(diff), _facts(known, content), diff)
    arn = known.arn if known else None
    if arn is None or not current:
        pem = [one.pem for one in content.chain]
        arn = run.certificates.put(pem[0], content.key, b"".join(pem[1:]), arn, spec.all_tags)
    if untagged:
        run.certificates.tag(arn, untagged)
    if diff:
        known = _seen(run, arn, known, content)
    return ports.Outcome(bool(diff), {**_facts(known, content), "certificate_arn": arn}, diff)


def _secret(spec: AcmSpec) -> tuple[str, str]:
    if spec.secret is None:
        raise errors.CertopsError("there is no Secret to import")
    return spec.secret


def _read(run: AcmRun, spec: AcmSpec) -> Content:
    namespace, name = _secret(spec)
    title = kinds.SECRET.title(namespace, name)
    if run.cluster is None:
        raise errors.CertopsError(f"{title} is in no cluster")
    secret = run.cluster.get(kinds.SECRET, namespace, name)
    if secret is None:
        finding = Finding("secret.missing", ERROR, title, "does not exist.", "have it issued first, by certificate")
        raise errors.CertopsError(f"{title} does not exist", [finding])
    data = secret.get("data") or {}
    try:
        chain, key = (base64.b64decode(data[part]) for part in ("tls.crt", "tls.key"))
        found = parse_chain(chain)
        if not key_matches(chain, key):
            raise errors.CertopsError(f"{title}: its key is another certificate's")
    except (KeyError, binascii.Error):
        raise errors.CertopsError(f"{title} has no tls.crt and tls.key to import") from None
    except X509Error as error:
        raise errors.CertopsError(f"{title}: {error}") from None
    return Content(found, key)


def objections(content: Content, title: str, now: datetime) -> list[Finding]:
    """Why ACM would refuse it.

    Source: https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html
    """
    found = []
    if content.algorithm is None:
        message = f"ACM does not take a key of {content.leaf.key_algorithm}."
        remedy = "issue it with an RSA key of 2048 to 4096 bits or an ECDSA key"
        found.append(Finding("acm.key_not_supported", ERROR, title, message, remedy))
    for problem in validity_problems(content.chain, now):
        found.append(Finding("acm.not_valid_now", ERROR, title, f"{problem}.", "renew it first"))
    for problem in chain_problems(content.chain):
        found.append(Finding("acm.chain", ERROR, title, f"{problem}.", "put the chain into order"))
    return found


def _changed_key(content: Content, known: Known) -> list[Finding]:
    """ACM keeps the kind of key that a certificate was first imported with."""
    if known.key_algorithm == content.algorithm or content.algorithm is None:
        return []
    message = f"it has a key of {known.key_algorithm}, which ACM keeps; the Secret's is {content.algorithm}."
    remedy = f"issue it with a key of {known.key_algorithm}, or import it as another one: by other tags, or after state absent"
    return [Finding("acm.key_changed", ERROR, known.title, message, remedy)]


def _served(run: AcmRun, known: Known | None) -> tuple[str, ...]:
    """Fingerprints of the certificate and the chain that ACM has."""
    if known is None:
        return ()
    try:
        return tuple(one.fingerprint_sha256 for one in parse_chain(run.certificates.content(known.arn)))
    except X509Error:
        return ()


def _seen(run: AcmRun, arn: str, before: Known | None, content: Content) -> Known | None:
    """The certificate after the import; ACM may show the old one for a moment."""
    pause = 0.5
    for _look in range(6):
        known = choice.described(run, arn)
        if known and (before is None or known.serial != before.serial or _same(known, content)):
            return known
        run.clock.sleep(pause)
        pause *= 2
    return replace(before, arn=arn) if before else None


def _same(known: Known, content: Content) -> bool:
    return (known.serial or "").replace(":", "").lower() == content.leaf.serial_number.replace(":", "").lower()


def _diff(spec: AcmSpec, known: Known | None, content: Content) -> dict[str, t.Any]:
    leaf, title = content.leaf, known.title if known else spec.title
    before: Mapping[str, t.Any] = {}
    if known:
        before = {"serial_number": known.serial, "not_after": known.not_after, "dns_names": list(known.names)}
    facts = leaf.as_facts()
    after = {key: facts[key] for key in ("serial_number", "not_after", "dns_names")}
    after |= {} if known else {"tags": spec.all_tags}
    return pair(title, before, after)


def _facts(known: Known | None, content: Content) -> dict[str, t.Any]:
    return {
        "certificate_arn": known.arn if known else None,
        "certificate": known.facts() if known else None,
        "imported": {**content.leaf.as_facts(), "chain": [label(one) for one in content.chain[1:]]},
    }
