# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host that is to be looked at, and what is expected there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from ..x509 import names, roots
from ..x509.leaf import X509Error
from . import kinds, rules

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Reference:
    """One object in the cluster."""

    kind: kinds.Kind
    namespace: str
    name: str

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.kind.title(self.namespace, self.name)


@dataclass(frozen=True)
class ProbeSpec:
    """A host and the expectations.

    :param host: in A-labels, or an IP literal
    :param address: where to connect; None: the Ingress's address, and without an Ingress the host itself
    :param trust: what the chain is verified by, or the Secret that holds it
    :param secret: whose certificate must be served; None: any
    :param redirect: whether plain HTTP must, or must not, redirect to HTTPS; None: either will do
    """

    host: str
    address: str | None = None
    port: int = 443
    http_port: int = 80
    path: str = "/"
    ingress: Reference | None = None
    trust: roots.Roots | Reference = roots.SYSTEM
    secret: Reference | None = None
    verify: bool = True
    redirect: bool | None = None


def build(parameters: Mapping[str, t.Any], read: Callable[[str], bytes]) -> ProbeSpec:
    """Check a module's parameters.

    :param read: returns the bytes of a file
    :raises SpecError: with every broken rule
    """
    problems = list(_problems(parameters))
    trust: roots.Roots | Reference = roots.SYSTEM
    try:
        trust = _trust(parameters, read)
    except X509Error as error:
        problems.append(str(error))
    if problems:
        raise errors.SpecError(problems)
    host = parameters["host"]
    return ProbeSpec(
        host=host if names.is_ip_literal(host) else names.a_label(host),
        address=parameters["address"],
        port=parameters["port"],
        http_port=parameters["http_port"],
        path=parameters["path"],
        ingress=_reference(kinds.INGRESS, parameters["ingress"]),
        trust=trust,
        secret=_reference(kinds.SECRET, parameters["secret"]),
        verify=parameters["verify"],
        redirect=parameters["redirect"],
    )


def _problems(parameters: Mapping[str, t.Any]) -> Iterator[str]:
    for option in ("host", "address"):
        value = parameters[option]
        if value is not None and not names.is_ip_literal(value):
            try:
                names.a_label(value)
            except ValueError as error:
                yield f"{option}: {error}"
    for option in ("port", "http_port"):
        yield from rules.between(option, parameters[option], 1, 65535)
    path = parameters["path"]
    if not path.startswith("/") or not path.isascii() or not path.isprintable() or " " in path or "#" in path:
        yield f"path: {path!r} is not allowed: it starts with '/', all but printable ASCII is percent-encoded"
    for option in ("ingress", "ca_secret", "secret"):
        if parameters[option]:
            yield from rules.object_name(f"{option}.name", parameters[option]["name"])
            yield from rules.namespace(f"{option}.namespace", parameters[option]["namespace"])


def _trust(parameters: Mapping[str, t.Any], read: Callable[[str], bytes]) -> roots.Roots | Reference:
    if parameters["ca_secret"]:
        return Reference(kinds.SECRET, parameters["ca_secret"]["namespace"], parameters["ca_secret"]["name"])
    if parameters["ca_file"]:
        option = f"ca_file {parameters['ca_file']}"
        try:
            return roots.from_pem(option, read(parameters["ca_file"]))
        except OSError as error:
            raise X509Error(f"{option}: {error.strerror or error}") from error
    return roots.from_pem("ca_cert", parameters["ca_cert"].encode()) if parameters["ca_cert"] else roots.SYSTEM


def _reference(kind: kinds.Kind, value: Mapping[str, str] | None) -> Reference | None:
    return Reference(kind, value["namespace"], value["name"]) if value else None
