# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificates of one account and region in AWS Certificate Manager.

Source: https://docs.aws.amazon.com/acm/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import typing as t

from .. import errors
from ..spec.acm import Known, Summary, Validation
from ..x509.leaf import rfc3339
from .session import call, explained, pairs, refusal, tags_of

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AREA = "acm"
# Without them a list has RSA keys of up to 2048 bits only.
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
# What is in every answer; botocore takes any JSON, and what is none, for an answer without it.
_ANSWERS = {
    "DescribeCertificate": "Certificate",
    "GetCertificate": "Certificate",
    "ImportCertificate": "CertificateArn",
    "ListCertificates": "CertificateSummaryList",
    "RequestCertificate": "CertificateArn",
}
_GONE = "ResourceNotFoundException"
_IN_USE = "ResourceInUseException"


class Acm:
    """Reads and writes them.

    :param client: of boto3 (session.py)
    """

    def __init__(self, client: t.Any) -> None:
        self._client = client

    def summaries(self) -> list[Summary]:
        """All of them, in whatever state.

        :raises ProviderError: AWS refuses it
        """
        found: list[Summary] = []
        more: dict[str, str] = {}
        while True:
            page = self._ask("ListCertificates", "the certificates", Includes={"keyTypes": _KEY_TYPES}, **more)
            found += [_summary(said) for said in page["CertificateSummaryList"]]
            if not page.get("NextToken"):
                return found
            more = {"NextToken": page["NextToken"]}

    def describe(self, arn: str) -> Known | None:
        """What ACM says of it, without tags; None where there is none, or none to be seen yet.

        :raises ProviderError: AWS refuses it
        """
        try:
            return _known(self._ask("DescribeCertificate", arn, CertificateArn=arn)["Certificate"])
        except _Gone:
            return None

    def tags(self, arn: str) -> dict[str, str]:
        """Its tags; none where it is gone."""
        try:
            return tags_of(self._ask("ListTagsForCertificate", arn, CertificateArn=arn))
        except _Gone:
            return {}

    def content(self, arn: str) -> bytes:
        """The certificate, then its chain, in PEM."""
        said = self._ask("GetCertificate", arn, CertificateArn=arn)
        return f"{said['Certificate'].strip()}\n{(said.get('CertificateChain') or '').strip()}\n".encode()

    def request(self, names: Sequence[str], key_algorithm: str, tags: Mapping[str, str], token: str) -> str:
        """Request one with DNS validation: its ARN.

        :param token: the same within an hour gives the same certificate, so that a lost answer is harmless
        """
        more = {"SubjectAlternativeNames": list(names[1:])} if len(names) > 1 else {}
        said = self._ask(
            "RequestCertificate",
            ", ".join(names),
            DomainName=names[0],
            ValidationMethod="DNS",
            KeyAlgorithm=key_algorithm,
            IdempotencyToken=token,
            Tags=pairs(tags),
            **more,
        )
        return str(said["CertificateArn"])

    def put(self, certificate: bytes, key: bytes, chain: bytes, arn: str | None, tags: Mapping[str, str]) -> str:
        """Import a certificate, as a new one with these tags or under the ARN of one that was imported: its ARN."""
        where = {"CertificateArn": arn} if arn else {"Tags": pairs(tags)}
        parts = {"CertificateChain": chain} if chain else {}
        said = self._ask(
            "ImportCertificate", arn or "a new certificate", Certificate=certificate, PrivateKey=key, **parts, **where
        )
        return str(said["CertificateArn"])

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add tags to it."""
        self._ask("AddTagsToCertificate", arn, CertificateArn=arn, Tags=pairs(tags))

    def delete(self, arn: str) -> bool:
        """Remove it: False where something uses it.

        :raises ProviderError: AWS refuses it for another reason
        """
        try:
            self._ask("DeleteCertificate", arn, CertificateArn=arn)
        except _InUse:
            return False
        except _Gone:
            pass
        return True

    def _ask(self, operation: str, target: str, **parameters: t.Any) -> t.Any:
        try:
            said = call(self._client, f"acm:{operation}", target, AREA, **parameters)
        except errors.ProviderError as error:
            kind = {_GONE: _Gone, _IN_USE: _InUse}.get(refusal(error)[0], errors.ProviderError)
            raise kind(str(error), error.findings) from None
        if _ANSWERS.get(operation, "ResponseMetadata") not in said:
            raise explained(ValueError("that is no answer of ACM"), f"acm:{operation}", target, AREA)
        return said


class _Gone(errors.ProviderError):
    """There is no such certificate."""


class _InUse(errors.ProviderError):
    """It is in use."""


def _name(name: str) -> str:
    return name.rstrip(".").lower()


def _algorithm(said: Mapping[str, t.Any]) -> str:
    """ACM writes RSA-2048 in one place and RSA_2048 in another."""
    return str(said.get("KeyAlgorithm") or "").replace("-", "_")


def _summary(said: Mapping[str, t.Any]) -> Summary:
    listed = said.get("SubjectAlternativeNameSummaries")
    whole = listed is not None and not said.get("HasAdditionalSubjectAlternativeNames")
    domain = _name(said.get("DomainName") or "")
    names = frozenset(map(_name, [domain, *(listed or ())])) if whole else None
    return Summary(said["CertificateArn"], domain, names, str(said.get("Type") or ""), _algorithm(said))


def _known(said: Mapping[str, t.Any]) -> Known:
    renewal = said.get("RenewalSummary") or {}
    domain = _name(said.get("DomainName") or "")
    names = dict.fromkeys(name for name in (domain, *map(_name, said.get("SubjectAlternativeNames") or ())) if name)
    validations = renewal.get("DomainValidationOptions") or said.get("DomainValidationOptions") or ()
    return Known(
        arn=said["CertificateArn"],
        domain_name=domain,
        names=tuple(names),
        status=said["Status"],
        type=said["Type"],
        key_algorithm=_algorithm(said),
        serial=said.get("Serial"),
        not_before=_time(said.get("NotBefore")),
        not_after=_time(said.get("NotAfter")),
        in_use_by=tuple(said.get("InUseBy") or ()),
        validations=tuple(map(_validation, validations)),
        failure_reason=said.get("FailureReason"),
        renewal_eligibility=said.get("RenewalEligibility"),
        renewal_status=renewal.get("RenewalStatus"),
        renewal_reason=renewal.get("RenewalStatusReason"),
    )


def _validation(said: Mapping[str, t.Any]) -> Validation:
    record = said.get("ResourceRecord")
    return Validation(
        _name(said["DomainName"]),
        said.get("ValidationStatus") or "PENDING_VALIDATION",
        (_name(record["Name"]), _name(record["Value"])) if record else None,
        said.get("ValidationMethod") or "DNS",
    )


def _time(moment: t.Any) -> str | None:
    if moment is None:
        return None
    from datetime import timezone

    return rfc3339(moment.astimezone(timezone.utc))
