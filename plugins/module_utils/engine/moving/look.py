# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What either engine keeps in a namespace: certificates, and the issuers that they name."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ... import errors
from ...spec import kinds
from ...spec.certificate import CertificateSpec
from ...spec.direct import record
from .. import parallel
from ..direct import account_key, observe, records

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .. import ports

CERT_MANAGER, DIRECT = "cert_manager", "direct"


@dataclass(frozen=True)
class Issuer:
    """An issuer, as each engine keeps it.

    :param place: its kind, the namespace its Secrets are kept in, its name
    :param live: cert-manager's
    :param config_map: the direct engine's record
    :param secrets: the CA's Secret and the account key's, by their names; None where there is none
    """

    place: observe.Place
    live: ports.Object | None
    config_map: ports.Object | None
    secrets: Mapping[str, ports.Object | None]

    @property
    def namespace(self) -> str | None:
        """Its own namespace, None for a ClusterIssuer."""
        kind, namespace, _name = self.place
        return namespace if kind.namespaced else None

    @property
    def title(self) -> str:
        """How messages name it."""
        kind, _namespace, name = self.place
        return kind.title(self.namespace, name)

    def body(self, engine: str) -> dict[str, t.Any]:
        """Issuer.spec as one of the engines keeps it, empty where it doesn't."""
        if engine == DIRECT:
            return record.read(self.config_map, "spec")
        return dict(self.live["spec"]) if self.live else {}


@dataclass(frozen=True)
class Item:
    """A certificate, as each engine keeps it.

    :param wanted: by its definition where it comes from
    :param live: cert-manager's Certificate
    :param config_map: the direct engine's record
    :param issuer: None where it is of another group than cert-manager's
    """

    wanted: CertificateSpec
    live: ports.Object | None
    config_map: ports.Object | None
    secret: ports.Object | None = None
    issuer: Issuer | None = None

    @property
    def owner(self) -> Mapping[str, t.Any] | None:
        """The reference to the object that cert-manager has made the Certificate for."""
        references = ((self.live or {}).get("metadata") or {}).get("ownerReferences") or ()
        return next((each for each in references if each.get("controller")), None)

    @property
    def ingress(self) -> str | None:
        """The Ingress whose annotations cert-manager has made the Certificate from."""
        owner = self.owner
        return owner["name"] if owner and owner["kind"] == kinds.INGRESS.kind else None


@dataclass(frozen=True)
class Found:
    """What is there.

    :param items: the certificates that are to be moved
    :param others: cert-manager's Certificates in the namespace that stay
    :param missing: names that were asked for and that neither engine keeps
    :param no_crds: whether the cluster doesn't have cert-manager's kinds
    """

    items: tuple[Item, ...]
    others: tuple[ports.Object, ...]
    missing: tuple[str, ...]
    no_crds: bool

    @property
    def issuers(self) -> list[Issuer]:
        """Those of the certificates that are to be moved, each once."""
        return list({each.issuer.place: each.issuer for each in self.items if each.issuer}.values())


def look(run: ports.Run, target: str, namespace: str, names: Sequence[str] | None) -> Found:
    """Read it. The Secrets are read one by one; nobody need have the right to list them.

    :param target: the engine that is to keep the certificates
    :param names: of the certificates, None for all that the other engine keeps
    :raises ApiError: it can't be read
    """
    lives, no_crds = _certificates(run, namespace)
    listed, _version = run.cluster.list(kinds.CONFIG_MAP, namespace, labels=record.CERTIFICATES)
    kept = {item["data"]["name"]: item for item in listed if "name" in (item.get("data") or {})}
    source = kept if target == CERT_MANAGER else lives
    chosen = [name for name in sorted(source) if names is None or name in names]
    items = [_item(namespace, name, target, lives.get(name), kept.get(name)) for name in chosen]
    places = [_place(run, each) for each in items]
    distinct = [place for place in dict.fromkeys(places) if place]
    issuers = dict(zip(distinct, parallel.each(lambda place: _issuer(run, target, place), distinct), strict=True))
    secrets = parallel.each(lambda each: run.cluster.get(kinds.SECRET, namespace, each.wanted.secret_name), items)
    full = zip(items, secrets, places, strict=True)
    return Found(
        items=tuple(
            replace(each, secret=secret, issuer=issuers[place] if place else None) for each, secret, place in full
        ),
        others=tuple(live for name, live in lives.items() if name not in chosen),
        missing=tuple(dict.fromkeys(name for name in names or () if name not in lives and name not in kept)),
        no_crds=no_crds,
    )


def _certificates(run: ports.Run, namespace: str) -> tuple[dict[str, ports.Object], bool]:
    """By their names, and whether not even the kind exists."""
    try:
        listed, _version = run.cluster.list(kinds.CERTIFICATE, namespace)
    except errors.NotFound:
        return {}, True
    return {item["metadata"]["name"]: item for item in listed}, False


def _item(namespace: str, name: str, target: str, live: ports.Object | None, config_map: ports.Object | None) -> Item:
    body = record.read(config_map, "spec") if target == CERT_MANAGER else (live or {})["spec"]
    return Item(CertificateSpec(name, namespace, body), live, config_map)


def _place(run: ports.Run, item: Item) -> observe.Place | None:
    reference = kinds.issuer_reference(item.wanted.manifest())
    return observe.place_of(run, item.wanted) if reference["group"] == kinds.OWN_GROUP else None


def _issuer(run: ports.Run, target: str, place: observe.Place) -> Issuer:
    kind, namespace, name = place
    config_map = records.read(run, *place)
    try:
        live = run.cluster.get(kind, namespace if kind.namespaced else None, name)
    except errors.Forbidden:
        if target == DIRECT:
            raise
        live = None
    found = Issuer(place, live, config_map, {})
    named = [name for engine in (CERT_MANAGER, DIRECT) for name in _secrets(place, found.body(engine))]
    return replace(found, secrets={name: run.cluster.get(kinds.SECRET, namespace, name) for name in set(named)})


def _secrets(place: observe.Place, body: Mapping[str, t.Any]) -> Iterator[str]:
    if "ca" in body:
        yield body["ca"]["secretName"]
    if "acme" in body:
        yield account_key.place(observe.Issuer(place, {}, body))[0]


def in_use(
    run: ports.Run,
    issuer: Issuer,
    kind: kinds.Kind,
    labels: str | None,
    names: Callable[[ports.Object], observe.Place | None],
) -> bool:
    """Whether what is kept of certificates names the issuer; yes where that can't be seen.

    :param kind: of the objects that are kept of certificates
    :param names: the issuer's place from one of them
    """
    namespace = issuer.place[1] if issuer.namespace else None
    try:
        kept, _version = run.cluster.list(kind, namespace, labels=labels)
    except errors.ApiError:
        return True
    return any(names(item) == issuer.place for item in kept)
