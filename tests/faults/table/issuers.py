# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Issuers that are missing, mistaken or not ready."""

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds
from tests.acme_proxy.faults import answer, cut, problem, truncated

from ..case import Case
from ..objects import acme, authority, certificate, issuer, secret, self_signed
from ..place import Place


def _account_binding(secret_name: str) -> dict[str, object]:
    return {"keyID": "nobody", "keySecretRef": {"name": secret_name, "key": "hmac"}}


_HMAC = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"


def _server(host: str, port: int) -> str:
    return f"https://{host}:{port}/dir"


def _real_authority(place: Place) -> None:
    place.apply(*authority())
    place.await_issuer()


def _new_key(place: Place) -> None:
    place.delete(kinds.SECRET, "account")
    place.touch()


CASES = (
    Case(
        "issuer-missing",
        "issuer.missing",
        "The issuer does not exist",
        "`issuer_ref` names one that nobody made",
        "make it",
        certificate=lambda place: {"issuer_ref": {"name": "nobody"}},
        mend=lambda place: place.apply(self_signed("nobody")),
    ),
    Case(
        "issuer-kind",
        "issuer.wrong_kind",
        "The issuer is a ClusterIssuer, and an Issuer is asked for",
        "a ClusterIssuer of that name, `issuer_ref` without `kind`",
        "make an Issuer of that name",
        objects=lambda place: [issuer({"selfSigned": {}}, place.namespace, "ClusterIssuer")],
        certificate=lambda place: {"issuer_ref": {"name": place.namespace}},
        mend=lambda place: place.apply(self_signed(place.namespace)),
    ),
    Case(
        "issuer-namespace",
        "issuer.wrong_namespace",
        "The Issuer is in another namespace",
        "an Issuer of that name in the namespace `default`",
        "make one in the Certificate's own namespace",
        objects=lambda place: [issuer({"selfSigned": {}}, place.namespace, namespace="default")],
        certificate=lambda place: {"issuer_ref": {"name": place.namespace}},
        mend=lambda place: place.apply(self_signed(place.namespace)),
    ),
    Case(
        "ca-missing",
        "issuer.ca_secret_missing",
        "The CA's Secret does not exist",
        "an issuer of type `ca` whose `secretName` is not there",
        "make the CA",
        objects=lambda place: [issuer({"ca": {"secretName": "ca"}})],
        shows="secrets? .{0,4}ca.{0,4} not found",
        mend=lambda place: place.apply(*authority()),
    ),
    Case(
        "not-a-ca",
        "issuer.not_a_ca",
        "The CA's Secret holds the certificate of a server",
        "an issuer of type `ca` with a Certificate that has no `isCA`",
        "issue it with `isCA: true`",
        objects=lambda place: [self_signed("selfsigned"), certificate("ca"), issuer({"ca": {"secretName": "ca"}})],
        shows="not a CA",
        also=["issuer.ca_secret_missing"],
        mend=_real_authority,
    ),
    Case(
        "acme-unknown-host",
        "issuer.acme_not_resolved",
        "The ACME server's host is not in DNS",
        "`server` below `missing`, where DNS says NXDOMAIN",
        "correct the URL",
        objects=lambda place: [acme(place, server=_server(place.host("missing"), 443))],
        shows="no such host",
        mend=lambda place: place.apply(acme(place)),
    ),
    Case(
        "acme-cut",
        "issuer.acme_unreachable",
        "Something ends connections to the ACME server",
        "the proxy cuts every connection",
        "let them through",
        objects=lambda place: [acme(place)],
        server=[cut("")],
        shows="EOF|connection reset",
        mend=Place.heal_server,
    ),
    Case(
        "acme-untrusted",
        "issuer.acme_untrusted",
        "The ACME server's own certificate is of a CA that nobody knows",
        "an issuer without `caBundle`",
        "give it",
        objects=lambda place: [acme(place, caBundle=None)],
        shows="unknown authority",
        mend=lambda place: place.apply(acme(place)),
    ),
    Case(
        "acme-other-name",
        "issuer.acme_certificate",
        "The ACME server's own certificate is for another name",
        "`server` by a name that its certificate does not have",
        "correct the URL",
        objects=lambda place: [acme(place, server=_server(place.host(), 14000))],
        shows="certificate is valid for",
        mend=lambda place: place.apply(acme(place)),
    ),
    Case(
        "acme-web-page",
        "issuer.not_acme",
        "The URL is that of a web page, not of an ACME directory",
        "the proxy answers with HTML",
        "correct the URL",
        objects=lambda place: [acme(place)],
        server=[answer("directory", 200, "<!doctype html><title>A certificate authority</title>")],
        shows="invalid character",
        mend=Place.heal_server,
    ),
    Case(
        "acme-truncated",
        "issuer.acme_unreachable",
        "Answers of the ACME server end in the middle",
        "the proxy ends the directory after 20 bytes",
        "mend the network",
        objects=lambda place: [acme(place)],
        server=[truncated("directory", 20)],
        shows="EOF",
        mend=Place.heal_server,
    ),
    Case(
        "acme-maintenance",
        "issuer.acme_unavailable",
        "The ACME server is down for maintenance",
        "the proxy answers 503 with Retry-After",
        "wait",
        objects=lambda place: [acme(place)],
        server=[answer("directory", 503, "maintenance", retry_after=30)],
        shows="503",
        mend=Place.heal_server,
    ),
    Case(
        "account-binding-refused",
        "issuer.eab_refused",
        "The ACME server does not know the external account",
        "Pebble gets a key ID that it does not have",
        "leave the external account out",
        objects=lambda place: [
            secret("binding", hmac=_HMAC),
            acme(place, externalAccountBinding=_account_binding("binding")),
        ],
        shows="acme:error",
        mend=lambda place: place.apply(acme(place)),
    ),
    Case(
        "account-binding-key",
        "issuer.eab_secret",
        "The key of the external account is not there",
        "`externalAccountBinding` names a Secret that nobody made",
        "leave the external account out",
        objects=lambda place: [acme(place, externalAccountBinding=_account_binding("nothing"))],
        shows="not found",
        mend=lambda place: place.apply(acme(place)),
    ),
    Case(
        "account-binding-wanted",
        "acme.external_account_required",
        "The ACME server wants an external account",
        "the proxy answers `externalAccountRequired` to a new account",
        "give it one",
        objects=lambda place: [acme(place)],
        server=[problem("newAccount", "externalAccountRequired", "an external account is needed")],
        shows="externalAccountRequired",
        mend=Place.heal_server,
    ),
    Case(
        "account-contact",
        "acme.invalid_contact",
        "The e-mail address is none",
        "Pebble gets `not an address`",
        "correct `email`",
        objects=lambda place: [acme(place, email="not an address")],
        shows="acme:error",
        mend=lambda place: place.apply(acme(place, email="admin@example.test")),
    ),
    Case(
        "account-limit",
        "acme.rate_limited",
        "Too many accounts from one address",
        "the proxy answers `rateLimited` to a new account",
        "wait",
        objects=lambda place: [acme(place)],
        server=[problem("newAccount", "rateLimited", "too many new registrations (10) from this IP address")],
        shows="rateLimited",
        mend=Place.heal_server,
    ),
    Case(
        "account-key",
        "issuer.account_key",
        "The account's key is none",
        "another value is in the Secret that `privateKeySecretRef` names",
        "remove the Secret",
        objects=lambda place: [secret("account", **{"tls.key": "not a key"}), acme(place)],
        shows="key is invalid|private key",
        mend=_new_key,
    ),
    Case(
        "solver-secret",
        "issuer.solver_secret_missing",
        "The secret of a DNS-01 solver is not there",
        "a solver of type `acmeDNS` that names a Secret that nobody made",
        "use another solver",
        objects=lambda place: [
            acme(
                place,
                {"dns01": {"acmeDNS": {"host": "https://dns.test", "accountSecretRef": {"name": "no", "key": "no"}}}},
            )
        ],
        shows="not found",
        mend=lambda place: place.apply(acme(place)),
    ),
)
