# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ACME account of an issuer: its key in a Secret, its URI in the issuer's record."""

from __future__ import annotations

import base64
import binascii
import hashlib
import typing as t

from ...diagnose import readiness
from ...diagnose.finding import ERROR, Finding, in_words
from ...errors import AcmeError, Conflict, NotReady
from ...spec import kinds
from ...spec.direct import record
from ...x509 import keys
from ...x509.leaf import X509Error
from ..ports import Server

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..ports import Object, Run
    from .observe import Issuer
    from .ports import Client, Parts

# cert-manager takes no other account key than RSA, so that either engine can go on with the other's account.
_KEY = keys.KeySpec("RSA", 2048)
_DEFAULT_KEY = "tls.key"


def place(issuer: Issuer) -> tuple[str, str]:
    """The Secret and the key in it."""
    reference = issuer.body["acme"].get("privateKeySecretRef") or {}
    return reference.get("name") or f"{issuer.place[2]}-account-key", reference.get("key") or _DEFAULT_KEY


def due(run: Run, issuer: Issuer) -> str:
    """Why the server must be asked about the account, "" when all is known; asks nobody but the cluster."""
    kept = record.read(issuer.config_map, "work").get("account") or {}
    pem = _read_key(run, issuer)
    if pem is None:
        return "there is no account key"
    if kept != _wanted(issuer, pem, kept.get("uri")):
        return "the account is another one, or other contacts are wanted" if kept else "no account is registered"
    return ""


def _wanted(issuer: Issuer, pem: bytes, uri: str | None) -> dict[str, t.Any]:
    """What is kept of an account that is as wanted; of its key just a digest."""
    acme = issuer.body["acme"]
    return {
        "server": acme["server"],
        "email": acme.get("email"),
        "externalAccount": (acme.get("externalAccountBinding") or {}).get("keyID"),
        "keySHA256": hashlib.sha256(pem).hexdigest(),
        "uri": uri,
    }


def register(run: Run, parts: Parts, issuer: Issuer) -> dict[str, t.Any]:
    """Make the account, or find it, with the contacts that are wanted: what is to be kept of it.

    :raises NotReady: the server refuses, or a Secret is not as it must be
    """
    pem = _read_key(run, issuer) or _make_key(run, issuer)
    acme = issuer.body["acme"]
    contacts = [f"mailto:{acme['email']}"] if acme.get("email") else []
    client = parts.client(_server(issuer, pem, None), run.clock)
    try:
        account = client.register(contacts, _external(run, issuer))
        # Let's Encrypt keeps no contacts, so having none doesn't tell that they differ.
        if account.contacts and list(account.contacts) != contacts:
            account = client.update_account(contacts)
    except AcmeError as error:
        raise refused(issuer.title, f"{acme['server']} refuses the account", error) from None
    if account.status != "valid":
        said = f"its account {account.uri} is {account.status}."
        remedy = "remove the Secret with the account's key to have a new account made"
        raise _not_ready(issuer, Finding("issuer.account_ended", ERROR, issuer.title, said, remedy))
    return _wanted(issuer, pem, account.uri)


def client(run: Run, parts: Parts, issuer: Issuer, patience: float = 60.0) -> Client:
    """The client of the account that the issuer has.

    :param patience: seconds that one request may take, with all repetitions
    :raises NotReady: it has none
    """
    kept, pem = record.read(issuer.config_map, "work").get("account") or {}, _read_key(run, issuer)
    if pem is None or kept != _wanted(issuer, pem, kept.get("uri")) or not kept.get("uri"):
        said = "has no account at its server, or another key than when it was made ready."
        finding = Finding("issuer.not_ready", ERROR, issuer.title, said, "run the task that makes the issuer")
        raise _not_ready(issuer, finding)
    return parts.client(_server(issuer, pem, kept["uri"], patience), run.clock)


def _server(issuer: Issuer, pem: bytes, uri: str | None, patience: float = 60.0) -> Server:
    acme = issuer.body["acme"]
    trust = base64.b64decode(acme["caBundle"]).decode() if acme.get("caBundle") else None
    return Server(acme["server"], pem, uri, trust, not acme.get("skipTLSVerify"), patience)


def _read_key(run: Run, issuer: Issuer) -> bytes | None:
    name, key = place(issuer)
    secret = run.cluster.get(kinds.SECRET, issuer.place[1], name)
    try:
        return (readiness.value(secret, key) or None) if secret else None
    except X509Error as error:
        said = f"its account key can't be used: {error}."
        remedy = "put an RSA key into the Secret that acme.private_key_secret_ref names, or remove the Secret"
        raise _not_ready(issuer, Finding("issuer.account_key", ERROR, issuer.title, said, remedy)) from None


def _make_key(run: Run, issuer: Issuer) -> bytes:
    name, key = place(issuer)
    if issuer.body["acme"].get("disableAccountKeyGeneration"):
        said = f"its account key does not exist: {kinds.SECRET.title(issuer.place[1], name)} has no {key}."
        remedy = "make the Secret, or leave out acme.disable_account_key_generation"
        raise _not_ready(issuer, Finding("issuer.account_key", ERROR, issuer.title, said, remedy))
    pem = keys.encode(keys.generate(_KEY), "PKCS1")
    manifest: Object = {
        "apiVersion": kinds.SECRET.api_version,
        "kind": kinds.SECRET.kind,
        "metadata": {"name": name, "namespace": issuer.place[1]},
        "type": "Opaque",
        "data": {key: base64.b64encode(pem).decode()},
    }
    try:
        run.cluster.create(kinds.SECRET, manifest)
    except Conflict:
        return _read_key(run, issuer) or b""  # another run was quicker, and there is one account
    return pem


def _external(run: Run, issuer: Issuer) -> tuple[str, bytes, str] | None:
    binding: Mapping[str, t.Any] | None = issuer.body["acme"].get("externalAccountBinding")
    if not binding:
        return None
    reference = binding["keySecretRef"]
    secret = run.cluster.get(kinds.SECRET, issuer.place[1], reference["name"])
    try:
        text = readiness.value(secret, reference["key"]).decode().strip() if secret else ""
        mac = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (X509Error, ValueError, binascii.Error):
        mac = b""
    if not mac:
        said = f"the key of its external account binding can't be read from Secret {reference['name']}."
        remedy = (
            "see acme.external_account_binding: the Secret, its key, and that the value is base64url (RFC 8555, 7.3.4)"
        )
        raise _not_ready(issuer, Finding("issuer.eab_secret", ERROR, issuer.title, said, remedy))
    return binding["keyID"], mac, "HS256"


def refused(title: str, what: str, error: AcmeError) -> NotReady:
    """The server's refusal as a finding; where it said nothing of ACME's, its words."""
    if error.problem.type:
        from ...diagnose.checks import acme as explained  # not needed, and not loaded, while all goes well

        finding = explained.finding(title, what, error.problem)
    else:
        remedy = "see that the server is reached from here, and acme.ca_bundle for its own certificate"
        finding = Finding("acme.unavailable", ERROR, title, f"{what}: {error}.", remedy, error.problem.as_evidence())
    return NotReady(in_words(f"{title}: {what}.", [finding]), [finding])


def _not_ready(issuer: Issuer, finding: Finding) -> NotReady:
    return NotReady(in_words(f"{issuer.title} is not ready.", [finding]), [finding])
