# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of AWS: whose they are, how long they try, and what their errors mean."""

from __future__ import annotations

import logging
import re
import typing as t
from dataclasses import dataclass, field

from .. import errors
from ..diagnose.finding import ERROR, Finding

if t.TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 15, 5
_REGION = "us-east-1"  # where the services without a region are signed for

_USER = re.compile(r"User: (\S+) is not authorized")
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_REJECTED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidIdentityToken",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_THROTTLED = frozenset({"PriorRequestNotComplete", "RequestLimitExceeded", "Throttling", "ThrottlingException"})


@dataclass(frozen=True)
class Identity:
    """Who asks: a key that is given, else a profile, else what boto3 finds (environment, Pod Identity, IRSA, instance).

    :param role: ARN of a role to take on, of another account too
    :param external_id: what the role's trust policy asks for
    """

    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    profile: str | None = None
    role: str | None = None
    external_id: str | None = None
    region: str | None = None


class Account:
    """Clients of one identity; a role is taken on once for all of them.

    :param area: what they are for, as the first part of findings' codes
    """

    def __init__(self, identity: Identity, area: str = "dns01") -> None:
        self._identity, self._area = identity, area
        self._session: t.Any = None

    def client(self, service: str) -> t.Any:
        """A client of botocore's standard retries; no call takes longer than some minutes.

        :raises ProviderError: there is no such profile, or the role may not be taken on
        :raises ImportError: boto3 is missing
        """
        import botocore.exceptions

        role = self._identity.role
        try:
            if self._session is None:
                self._session = self._opened()
            return _client(self._session, service)
        except botocore.exceptions.BotoCoreError as error:
            raise explained(error, "sts:AssumeRole" if role else service, role or "AWS", self._area) from None

    def _opened(self) -> t.Any:
        identity = self._identity
        key = (identity.access_key_id, identity.secret_access_key, identity.session_token)
        session = _session(*key, identity.region, profile_name=identity.profile)
        return self._in_role(session) if identity.role else session

    def _in_role(self, session: t.Any) -> t.Any:
        import botocore.exceptions

        identity = self._identity
        given = {"ExternalId": identity.external_id} if identity.external_id else {}
        try:
            taken = _client(session, "sts").assume_role(RoleArn=identity.role, RoleSessionName="certops", **given)
        except botocore.exceptions.ClientError as error:
            raise explained(error, "sts:AssumeRole", f"role {identity.role}", self._area) from None
        key = taken["Credentials"]
        return _session(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], session.region_name)


def client(service: str, identity: Identity, area: str = "dns01") -> t.Any:
    """The one client that an identity is needed for."""
    return Account(identity, area).client(service)


def _session(*key_and_region: str | None, **more: t.Any) -> t.Any:
    """A session whose every client is bounded, also those that take on a role for a web identity."""
    import boto3
    import botocore.session
    from botocore.config import Config

    # At DEBUG it logs whole answers, the keys of a role among them.
    logging.getLogger("botocore").setLevel(logging.INFO)
    core = botocore.session.get_session()
    core.set_default_client_config(
        Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            user_agent_extra="certops.kubernetes",
        )
    )
    return boto3.Session(*key_and_region, botocore_session=core, **more)


def _client(session: t.Any, service: str) -> t.Any:
    return session.client(service, session.region_name or _REGION)


def call(client: t.Any, action: str, target: str, area: str = "dns01", **parameters: t.Any) -> t.Any:
    """One request.

    :param action: as in an IAM policy, "route53:ChangeResourceRecordSets"
    :param target: on what, "hosted zone Z123 (example.org)"
    :param area: the first part of a finding's code
    :raises ProviderError: it is refused (``refusal`` tells how), or there is no answer
    """
    from botocore import xform_name

    try:
        return getattr(client, xform_name(action.partition(":")[2]))(**parameters)
    except raised() as error:
        raise explained(error, action, target, area) from None


def refusal(error: errors.ProviderError) -> tuple[str, str]:
    """AWS's code and words."""
    evidence = error.findings[0].evidence
    return evidence["code"], evidence["answer"]


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tags_of(said: Mapping[str, t.Any]) -> dict[str, str]:
    """Tags as most services tell them."""
    return {tag["Key"]: tag.get("Value") or "" for tag in said.get("Tags") or ()}


def raised() -> tuple[type[Exception], ...]:
    """All that botocore raises of a request: what AWS refuses, what got no answer, what is no answer of AWS."""
    import botocore.exceptions
    import botocore.parsers

    return (
        botocore.exceptions.ClientError,
        botocore.exceptions.BotoCoreError,
        botocore.parsers.ResponseParserError,
    )


def code_of(error: Exception) -> str:
    """The code of an answer that is an error, "" where there was no answer."""
    return str((getattr(error, "response", None) or {}).get("Error", {}).get("Code") or "")


def explained(error: Exception, action: str, target: str, area: str = "dns01") -> errors.ProviderError:
    """The error as ours; no credential is in AWS's words.

    :param action: as in an IAM policy, "route53:ChangeResourceRecordSets"
    :param target: on what, "hosted zone Z123 (example.org)"
    :param area: the first part of the finding's code
    """
    code, words = code_of(error), str(error).rstrip(".")
    cause, message, remedy = _cause(error, code, words, action, target)
    evidence = {"action": action, "code": code or type(error).__name__, "answer": words}
    return errors.ProviderError(message, [Finding(f"{area}.{cause}", ERROR, target, message, remedy, evidence)])


def _cause(error: Exception, code: str, words: str, action: str, target: str) -> tuple[str, str, str]:
    if code in _DENIED:
        user = _USER.search(words)
        who = user[1] if user else "this identity"
        remedy = f"allow {action} on {target} in the policy of that user or role"
        return "access_denied", f"AWS does not let {who} do {action} on {target}.", remedy
    if code in _REJECTED:
        remedy = "see the access key, its session token and this machine's clock"
        return "credentials_rejected", f"AWS does not accept the credentials for {action}: {code}.", remedy
    if code == "NoSuchHostedZone":
        return "zone_not_found", f"Route 53 does not have {target}.", "correct the solver's route53.hosted_zone_id"
    if code in _THROTTLED:
        message = f"AWS limits the number of requests, also at the {ATTEMPTS}th attempt: {action}: {code}."
        return "throttled", message, "wait, or let fewer clients use the account at once"
    if type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"):
        remedy = "give a key or a profile, or run where an identity is provided (Pod Identity, IRSA, instance profile)"
        return "credentials_missing", f"there are no credentials for {action}: {words}.", remedy
    if type(error).__name__ == "ParamValidationError":
        return "provider_error", f"AWS has no such request: {action}: {words}.", "correct what is given"
    if not code:
        return (
            "server_unreachable",
            f"AWS gives no answer to {action}: {words}.",
            "see the way to the service's endpoint",
        )
    return "provider_error", f"AWS refuses {action} on {target}: {words}.", "see AWS's words"
