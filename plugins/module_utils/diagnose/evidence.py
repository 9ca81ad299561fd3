# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that was gathered about one certificate; every part may be missing, and why is kept.

Evidence can be written as JSON and read again: a bug report becomes a unit test. It never holds a key byte.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone

from .dns_answers import Dns, dns_from

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Object = t.Mapping[str, t.Any]
Objects = tuple[Object, ...]

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Evidence:
    """The chain behind one Certificate, as the API returns the objects.

    :param issuer: None when it doesn't exist, isn't cert-manager's own kind, or couldn't be read (see ``errors``)
    :param requests: its CertificateRequests; likewise its orders and challenges
    :param solver_ingresses: what cert-manager made to answer the challenges; likewise Services and Pods
    :param secret: without ``tls.key`` and every other value that is not a certificate
    :param claimants: other Certificates in the namespace with the same secretName
    :param ingresses: Ingresses in the namespace that serve the Secret
    :param namesakes: issuers of this name, of the other kind or in another namespace
    :param events: Events about any of these
    :param external_dns: its Deployments, with those arguments only that say what it looks after
    :param controllers: the Deployments of cert-manager's controller and webhook: their status, not their spec
    :param dns: what was asked of DNS; nothing while all goes well
    :param ingress: before an order, the Ingress that is wanted, with its status where it exists
    :param peers: before an order, Ingresses of all classes: their class and status
    :param paths: before an order, host → what port 80 answers for the challenge's path (engine/visits.py)
    :param issued: before an order, what the CA gave lately: {"names": […], "at": RFC 3339, "first": bool, "object": …}
    :param versions: program → version, "cert-manager" and "external-dns"
    :param errors: what couldn't be read: plural of the kind → the server's answer
    :param now: when it was gathered, aware
    """

    certificate: Object
    issuer: Object | None = None
    requests: Objects = ()
    orders: Objects = ()
    challenges: Objects = ()
    solver_ingresses: Objects = ()
    solver_services: Objects = ()
    solver_pods: Objects = ()
    ingress_classes: Objects = ()
    secret: Object | None = None
    claimants: Objects = ()
    ingresses: Objects = ()
    namesakes: Objects = ()
    events: Objects = ()
    external_dns: Objects = ()
    controllers: Objects = ()
    dns: Dns = field(default_factory=Dns)
    ingress: Object | None = None
    peers: Objects = ()
    paths: Mapping[str, Object] = field(default_factory=dict)
    issued: Objects = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    now: datetime = datetime(1970, 1, 1, tzinfo=timezone.utc)

    @property
    def namespace(self) -> str:
        """The Certificate's namespace."""
        return str(self.certificate["metadata"]["namespace"])

    @property
    def acme(self) -> Mapping[str, t.Any] | None:
        """The issuer's ``spec.acme``; None where it is no ACME issuer, or unknown."""
        found: Mapping[str, t.Any] | None = ((self.issuer or {}).get("spec") or {}).get("acme")
        return found

    def events_about(self, obj: Object) -> list[Object]:
        """The Events about one object."""
        uid = obj["metadata"]["uid"]
        return [event for event in self.events if (event.get("involvedObject") or {}).get("uid") == uid]

    def as_json(self) -> dict[str, t.Any]:
        """JSON-able, by the names of the parts; empty parts are left out."""
        said = {**asdict(self), "dns": self.dns.as_dict(), "now": self.now.strftime(_TIME)}
        return {key: value for key, value in said.items() if value}


def from_json(said: Mapping[str, t.Any]) -> Evidence:
    """Read evidence that ``as_json`` has written.

    :raises ValueError: it names a part that doesn't exist, or has no certificate
    """
    unknown = set(said) - {part.name for part in fields(Evidence)}
    if unknown or "certificate" not in said:
        raise ValueError(f"not evidence: unknown parts {', '.join(sorted(unknown)) or 'none'}, or no certificate")
    parts: dict[str, t.Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    parts["dns"] = dns_from(said.get("dns") or {})
    parts["now"] = datetime.strptime(said["now"], _TIME).replace(tzinfo=timezone.utc)
    return Evidence(**parts)
