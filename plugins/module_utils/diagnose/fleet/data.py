# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that was read of a cluster's TLS, joined: host ↔ Secret ↔ Certificate ↔ issuer."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from ...spec import kinds
from ...spec.endpoints import Endpoint, Key
from .. import backoff, direct
from ..tls_secret import TlsSecret

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Object = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Fleet:
    """What was read.

    :param endpoints: of every Ingress and Gateway, also of those that are not shown
    :param secrets: those that exist, by namespace and name
    :param absent: Secrets that are named somewhere and are known not to exist
    :param shown: titles of the Ingresses, Gateways and Certificates that were asked for; None: all
    :param errors: what couldn't be read: plural of the kind → the server's answer
    :param within: how long before its end a certificate counts as expiring; None: never
    """

    now: datetime
    endpoints: tuple[Endpoint, ...] = ()
    certificates: tuple[Object, ...] = ()
    issuers: tuple[Object, ...] = ()
    secrets: Mapping[Key, TlsSecret] = field(default_factory=dict)
    absent: frozenset[Key] = frozenset()
    shown: frozenset[str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    within: timedelta | None = None

    @cached_property
    def shown_endpoints(self) -> list[Endpoint]:
        """Those that were asked for."""
        return [each for each in self.endpoints if self.shown is None or each.owner in self.shown]

    @cached_property
    def shown_certificates(self) -> list[Object]:
        """Those that were asked for, and those behind the hosts that were."""
        behind = {each.secret for each in self.shown_endpoints}
        return [
            item
            for item in self.certificates
            if self.shown is None or title(item) in self.shown or secret_of(item) in behind
        ]

    @cached_property
    def shown_secrets(self) -> list[Key]:
        """The Secrets that are served, or kept by a Certificate, in a fixed order."""
        served = [each.secret for each in self.shown_endpoints if each.secret]
        return list(dict.fromkeys([*served, *map(secret_of, self.shown_certificates)]))

    @cached_property
    def served(self) -> Mapping[Key, list[Endpoint]]:
        """Secret → the hosts that are served over it."""
        return _grouped((each.secret, each) for each in self.endpoints if each.secret)

    @cached_property
    def places(self) -> Mapping[tuple[str, str, str], list[Endpoint]]:
        """Place → the same host over each of the Secrets there."""
        return _grouped((each.place, each) for each in self.endpoints)

    @cached_property
    def claims(self) -> Mapping[Key, list[Object]]:
        """Secret → the Certificates that claim it, the one that wins first.

        It is the one that is named on the Secret, else the oldest (cert-manager, internal/controller/certificates).
        """
        groups = _grouped((secret_of(item), item) for item in self.certificates)
        return {key: sorted(items, key=lambda item: self._rank(key, item)) for key, items in groups.items()}

    @cached_property
    def _issuers(self) -> Mapping[tuple[bool, str, str | None, str], Object]:
        return {
            (direct.keeps(each), each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]): each
            for each in self.issuers
        }

    def _rank(self, key: Key, certificate: Object) -> tuple[bool, str, str]:
        secret, metadata = self.secrets.get(key), certificate["metadata"]
        named = secret is not None and secret.certificate_name == metadata["name"]
        return not named, metadata.get("creationTimestamp") or "", metadata["name"]

    def certificate_of(self, key: Key | None) -> Object | None:
        """The Certificate that keeps a Secret."""
        claims = self.claims.get(key) if key else None
        return claims[0] if claims else None

    def issuer_of(self, certificate: Object) -> Object | None:
        """The issuer of its engine that it names; None when it isn't there or not of cert-manager's own kinds."""
        reference = kinds.issuer_reference(certificate)
        if reference["group"] != kinds.OWN_GROUP:
            return None
        namespace = certificate["metadata"]["namespace"] if reference["kind"] == "Issuer" else None
        return self._issuers.get((direct.keeps(certificate), reference["kind"], namespace, reference["name"]))

    @cached_property
    def _signed(self) -> Mapping[int, list[Object]]:
        signers = ((self.issuer_of(item), item) for item in self.certificates)
        return _grouped((id(issuer), item) for issuer, item in signers if issuer is not None)

    def signed_by(self, issuer: Object) -> int:
        """How many Certificates name this issuer."""
        return len(self._signed.get(id(issuer), ()))

    def not_after(self, key: Key) -> datetime | None:
        """When what the Secret holds ends: as its certificate says, else as its Certificate's status does."""
        secret = self.secrets.get(key)
        if secret is not None and secret.leaf is not None:
            return secret.leaf.not_after
        certificate = self.certificate_of(key)
        if certificate is None or key in self.absent:
            return None
        return backoff.status_time(certificate, "notAfter")


def title(obj: Object) -> str:
    """How messages name an object: ``Certificate shop/www``."""
    metadata = obj["metadata"]
    namespace = metadata.get("namespace")
    return f"{obj['kind']} {namespace}/{metadata['name']}" if namespace else f"{obj['kind']} {metadata['name']}"


def secret_of(certificate: Object) -> Key:
    """Namespace and name of the Secret that a Certificate claims."""
    return certificate["metadata"]["namespace"], certificate["spec"]["secretName"]


def secret_title(key: Key) -> str:
    """How messages name a Secret."""
    return kinds.SECRET.title(*key)


_K = t.TypeVar("_K")
_V = t.TypeVar("_V")


def _grouped(pairs: Iterable[tuple[_K, _V]]) -> dict[_K, list[_V]]:
    groups: dict[_K, list[_V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
