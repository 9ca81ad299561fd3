# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS on loopback: moto, made as strict as the real one where it matters here, behind a proxy that can make faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.acm.models import AWSCertificateManagerBackend as Backend
from moto.acm.models import CertBundle
from moto.core.exceptions import JsonRESTError
from moto.core.responses import EmptyResult
from moto.iam.responses import IamResponse
from moto.route53.models import route53_backends
from werkzeug.serving import WSGIRequestHandler

from tests.dns import route53

from .proxy import Proxy, running


@contextmanager
def serving() -> Iterator[Proxy]:
    """The proxy in front of a server, for as long as the block lasts; all of a process share their state."""
    WSGIRequestHandler.disable_nagle_algorithm = True  # as in the proxy
    for (owner, name), method in _STRICT.items():
        setattr(owner, name, method)
    with route53.serving() as url, running(url) as proxy:
        yield proxy


def _add_audience(response: IamResponse) -> EmptyResult:
    """AddClientIDToOpenIDConnectProvider, which moto does not have."""
    provider = response.backend.get_open_id_connect_provider(response._get_param("OpenIDConnectProviderArn"))
    provider.client_id_list.append(response._get_param("ClientID"))
    return EmptyResult()


IamResponse.add_client_id_to_open_id_connect_provider = _add_audience  # type: ignore[attr-defined]


class _InUse(JsonRESTError):
    def __init__(self, arn: str) -> None:
        super().__init__("ResourceInUseException", f"Certificate {arn} is in use.")


def _check(bundle: CertBundle) -> None:
    """Issued as soon as all CNAME records are in Route 53, whosever account: moto issues after a minute, whatever there is."""
    if bundle.type == "AMAZON_ISSUED" and bundle.status == "PENDING_VALIDATION":
        options = bundle.describe()["Certificate"]["DomainValidationOptions"]
        wanted = {option["ResourceRecord"]["Name"]: option["ResourceRecord"]["Value"] for option in options}
        if wanted.items() <= _cnames().items():
            bundle.status = "ISSUED"


def _cnames() -> dict[str, str]:
    return {
        found.name: found.records[0]
        for account in list(route53_backends.values())
        for backend in list(account.values())
        for zone in list(backend.zones.values())
        for found in zone.rrsets
        if found.type == "CNAME"
    }


def _describe(bundle: CertBundle) -> dict[str, dict[str, object]]:
    """With the serial number as ACM writes it, and renewable where ACM renews."""
    said: Any = _MOTO["describe"](bundle)
    found = said["Certificate"]
    digits = f"{bundle._cert.serial_number:x}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    found["Serial"] = ":".join(digits[start : start + 2] for start in range(0, len(digits), 2))
    if bundle.type == "AMAZON_ISSUED":
        found["RenewalEligibility"] = "ELIGIBLE" if bundle.in_use_by else "INELIGIBLE"
    return said  # type: ignore[no-any-return]


def _delete(backend: Backend, arn: str) -> None:
    """ACM does not let go of what is in use."""
    if arn in backend._certificates and backend._certificates[arn].in_use_by:
        raise _InUse(arn)
    _MOTO["delete_certificate"](backend, arn)


def _import(
    backend: Backend, certificate: bytes, private_key: bytes, chain: bytes | None, arn: str | None, tags: Any
) -> str:
    """A certificate that is imported again keeps its tags, and what uses it; it gets no new ones."""
    old = backend._certificates.get(arn or "")
    if old and tags:
        raise JsonRESTError("ValidationException", "Tags can't be applied when a certificate is imported again.")
    made = str(_MOTO["import_certificate"](backend, certificate, private_key, chain, arn, tags))
    if old:
        backend._certificates[made].tags, backend._certificates[made].in_use_by = old.tags, old.in_use_by
    return made


_STRICT: dict[tuple[type, str], Callable[..., object]] = {
    (CertBundle, "check"): _check,
    (CertBundle, "describe"): _describe,
    (Backend, "delete_certificate"): _delete,
    (Backend, "import_certificate"): _import,
}
_MOTO: dict[str, Callable[..., object]] = {name: getattr(owner, name) for owner, name in _STRICT}
