# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate in AWS Certificate Manager: as it is wanted, and as ACM describes it.

Source: https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .. import errors
from . import rules

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Parameters = t.Mapping[str, t.Any]

ISSUED, PENDING, FAILED = "ISSUED", "PENDING_VALIDATION", "FAILED"
TIMED_OUT = "VALIDATION_TIMED_OUT"
REQUESTED, IMPORTED = "AMAZON_ISSUED", "IMPORTED"

# How our own are known, beside the tags of the user.
SOURCE_TAG = "certops.kubernetes/source"
_REQUEST = "request"

# Those that ACM issues public certificates for.
KEY_ALGORITHMS = ("RSA_2048", "EC_prime256v1", "EC_secp384r1")
_CURVES = {256: "EC_prime256v1", 384: "EC_secp384r1", 521: "EC_secp521r1"}
_RSA_BITS = (1024, 2048, 3072, 4096)

_ARN = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[\w+=,.@/-]+")
_TAG = re.compile(r"[\w .:/=+@-]*")
_MOST_TAGS = 49  # of 50, one is ours


@dataclass(frozen=True)
class AcmSpec:
    """A certificate in ACM as the user wants it.

    :param dns_names: those to be requested, in lower case; empty for an import
    :param secret: namespace and name of the Secret that is imported
    :param arn: the only certificate that is looked at
    :param retry_failed: whether another one is requested where the last request has failed
    """

    dns_names: tuple[str, ...] = ()
    key_algorithm: str = KEY_ALGORITHMS[0]
    secret: tuple[str, str] | None = None
    arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    retry_failed: bool = False

    @property
    def title(self) -> str:
        """How messages name it."""
        if self.arn:
            return f"ACM certificate {self.arn}"
        return f"ACM certificate of {'Secret ' + '/'.join(self.secret) if self.secret else ', '.join(self.dns_names)}"

    @property
    def source(self) -> str:
        """The value of our tag."""
        return f"Secret {'/'.join(self.secret)}" if self.secret else _REQUEST

    @property
    def all_tags(self) -> dict[str, str]:
        """The user's tags and ours."""
        return {**self.tags, SOURCE_TAG: self.source}


@dataclass(frozen=True)
class Validation:
    """How one name is validated; ``record`` is the CNAME's name and target, None while ACM has not made it."""

    domain: str
    status: str
    record: tuple[str, str] | None = None
    method: str = "DNS"


@dataclass(frozen=True)
class Summary:
    """A certificate as lists have it.

    :param names: all of its names; None where the list doesn't say
    """

    arn: str
    domain_name: str
    names: frozenset[str] | None
    type: str
    key_algorithm: str


@dataclass(frozen=True)
class Known:
    """A certificate as ACM describes it; times as in the Kubernetes API, None where they don't apply."""

    arn: str
    domain_name: str
    names: tuple[str, ...]
    status: str
    type: str
    key_algorithm: str
    serial: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    in_use_by: tuple[str, ...] = ()
    validations: tuple[Validation, ...] = ()
    failure_reason: str | None = None
    renewal_eligibility: str | None = None
    renewal_status: str | None = None
    renewal_reason: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"ACM certificate {self.arn}"

    @property
    def ours(self) -> bool:
        """Whether this collection has made it."""
        return SOURCE_TAG in self.tags

    @property
    def records(self) -> dict[str, str]:
        """The CNAME records that validate it, and renew it later; a wildcard has the same as the name below it."""
        return dict(one.record for one in self.validations if one.record)

    @property
    def has_all_records(self) -> bool:
        """Whether ACM has made the record of every name."""
        return {one.domain for one in self.validations if one.record} >= set(self.names)

    def facts(self) -> dict[str, t.Any]:
        """The shape in a module's result."""
        return {
            "arn": self.arn,
            "domain_name": self.domain_name,
            "dns_names": list(self.names),
            "status": self.status,
            "type": self.type,
            "key_algorithm": self.key_algorithm,
            "serial_number": self.serial,
            "not_before": self.not_before,
            "not_after": self.not_after,
            "in_use_by": list(self.in_use_by),
            "failure_reason": self.failure_reason,
            "renewal_eligibility": self.renewal_eligibility,
            "renewal_status": self.renewal_status,
            "renewal_status_reason": self.renewal_reason,
            "validation_records": [
                {
                    "domain": one.domain,
                    "name": one.record[0] if one.record else None,
                    "type": "CNAME",
                    "value": one.record[1] if one.record else None,
                    "status": one.status,
                }
                for one in self.validations
            ],
            "tags": dict(self.tags),
        }


def key_algorithm(algorithm: str, size: int) -> str | None:
    """ACM's name of a kind of key (x509/leaf.py), None for those that it doesn't take."""
    if algorithm == "RSA" and size in _RSA_BITS:
        return f"RSA_{size}"
    return _CURVES.get(size) if algorithm == "ECDSA" else None


def from_parameters(p: Parameters) -> AcmSpec:
    """Build the spec from the module's parameters.

    :raises SpecError: with every broken rule
    """
    problems = list(_problems(p))
    if problems:
        raise errors.SpecError(problems)
    secret = p.get("secret")
    return AcmSpec(
        dns_names=tuple(name.rstrip(".").lower() for name in p.get("dns_names") or ()),
        key_algorithm=p["key_algorithm"],
        secret=(secret["namespace"], secret["name"]) if secret else None,
        arn=p.get("certificate_arn"),
        tags={str(key): str(value) for key, value in (p.get("tags") or {}).items()},
        retry_failed=p.get("retry_failed", False),
    )


def _problems(p: Parameters) -> Iterator[str]:
    names = p.get("dns_names")
    if names is not None and not names:
        yield "dns_names: empty; name at least one host"
    for name in names or ():
        yield from rules.dns_name("dns_names", name)
    lower = [name.rstrip(".").lower() for name in names or ()]
    for name in sorted({name for name in lower if lower.count(name) > 1}):
        yield f"dns_names: {name!r} is given more than once"
    if p.get("secret"):
        yield from rules.object_name("secret.name", p["secret"]["name"])
        yield from rules.namespace("secret.namespace", p["secret"]["namespace"])
    arn = p.get("certificate_arn")
    if arn is not None and not _ARN.fullmatch(arn):
        yield f"certificate_arn: {arn!r} is no ARN of an ACM certificate (arn:aws:acm:REGION:ACCOUNT:certificate/ID)"
    yield from tag_problems(p.get("tags") or {})
    if p["state"] == "absent":
        if not (names or p.get("secret") or arn):
            yield "certificate_arn: missing; say which certificate goes, by this, dns_names or secret"
    elif not names and not p.get("secret"):
        yield "dns_names: missing; give these to request a certificate, or secret to import one"


def tag_problems(tags: Mapping[t.Any, t.Any]) -> Iterator[str]:
    """Rules of AWS for tags (ACM User Guide, "Tag restrictions")."""
    if len(tags) > _MOST_TAGS:
        yield f"tags: {len(tags)} are too many: {_MOST_TAGS} at most"
    for key, value in tags.items():
        if not 1 <= len(str(key)) <= 128 or not _TAG.fullmatch(str(key)) or str(key).lower().startswith("aws:"):
            yield f"tags: {str(key)!r} is not allowed as a key: 1 to 128 letters, digits, spaces and _.:/=+-@, not aws:…"
        elif str(key) == SOURCE_TAG:
            yield f"tags: {SOURCE_TAG!r} is set by this module"
        if len(str(value)) > 256 or not _TAG.fullmatch(str(value)):
            yield f"tags[{key}]: {str(value)!r} is not allowed: at most 256 letters, digits, spaces and _.:/=+-@"
