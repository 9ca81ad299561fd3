# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ansible_collections.certops.kubernetes.plugins.module_utils.acme.client import Client
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import AcmeError, SpecError

from .pebble import QUICK, pebble
from .workbench import REAL_CLOCK, client, issue, new_key, pem

CONTACTS = ("mailto:ops@example.com",)
KEYS = {
    "RSA 2048": lambda: rsa.generate_private_key(65537, 2048),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
}


@pytest.mark.parametrize("kind", KEYS)
def test_an_account_of_each_kind_of_key_gets_a_certificate(server, clock, kind):
    acme = client(server, KEYS[kind](), clock)
    acme.register()
    assert issue(acme, "a.example.com", clock=clock).order.status == "valid"


def test_the_account_is_made_once_and_found_by_its_key(server):
    key = new_key()
    first = client(server, key)
    assert first.find_account() is None
    made = first.register(CONTACTS)
    assert (made.status, made.contacts) == ("valid", CONTACTS)
    assert client(server, key).register(["mailto:other@example.com"]) == made
    assert client(server, key).find_account() == made
    assert client(server, key).account_uri == made.uri


def test_without_an_account_the_first_order_says_so(server):
    with pytest.raises(AcmeError) as refused:
        client(server).new_order([("dns", "a.example.com")])
    assert refused.value.problem.type == "accountDoesNotExist"
    assert refused.value.problem.document["status"] == 400


def test_contacts(acme):
    changed = acme.update_account(["mailto:new@example.com", "mailto:second@example.com"])
    assert changed.contacts == ("mailto:new@example.com", "mailto:second@example.com")
    assert acme.find_account() == changed
    assert acme.update_account([]).contacts == ()


def test_a_contact_that_the_server_does_not_take(acme):
    with pytest.raises(
        AcmeError, match="Cannot change the contacts of the account https://.*unsupportedContact"
    ) as refused:
        acme.update_account(["tel:+123"])
    assert refused.value.problem.type == "unsupportedContact"


@pytest.mark.parametrize("kind", KEYS)
def test_another_key(server, acme, clock, kind):
    before, new = acme.find_account(), KEYS[kind]()
    thumbprint = acme.thumbprint
    acme.roll_over(pem(new))
    assert acme.thumbprint != thumbprint
    assert client(server, new).find_account() == before
    assert issue(acme, "rolled.example.com", clock=clock).order.status == "valid"


def test_the_old_key_has_no_account_any_more(server):
    old, new = new_key(), new_key()
    acme = client(server, old)
    acme.register()
    acme.roll_over(pem(new))
    assert client(server, old).find_account() is None


def test_a_key_that_has_an_account_is_not_given_to_another(server, acme):
    taken = new_key()
    client(server, taken).register()
    mine = acme.thumbprint
    with pytest.raises(AcmeError, match="the account still has its old key"):
        acme.roll_over(pem(taken))
    assert acme.thumbprint == mine
    assert acme.find_account().status == "valid"


def test_a_key_that_no_server_takes_is_not_offered(acme):
    with pytest.raises(SpecError, match="not this Ed25519PrivateKey"):
        acme.roll_over(pem(ed25519.Ed25519PrivateKey.generate()))


def test_a_deactivated_account_is_of_no_more_use(acme):
    acme.deactivate_account()
    for ask in (acme.find_account, lambda: acme.new_order([("dns", "a.example.com")])):
        with pytest.raises(AcmeError) as refused:
            ask()
        assert refused.value.problem.type == "unauthorized"


@pytest.fixture(scope="module")
def binding(tmp_path_factory):
    """A Pebble that binds every account, and the key of one account at the CA."""
    mac_key = secrets.token_bytes(64)
    text = base64.urlsafe_b64encode(mac_key).rstrip(b"=").decode()
    required = {"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": text}}
    with pebble(tmp_path_factory.mktemp("binding"), QUICK, **required) as running:
        yield running, mac_key


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_external_account(binding, algorithm):
    server, mac_key = binding
    acme = client(server)
    assert acme.meta.external_account_required
    made = acme.register(CONTACTS, ("kid-1", mac_key, algorithm))
    assert acme.find_account() == made
    # Who has an account needs no binding again.
    assert acme.register() == made


def test_no_external_account_where_one_is_required(binding):
    with pytest.raises(AcmeError, match="no external account is given") as refused:
        client(binding[0]).register()
    assert refused.value.problem.type == "externalAccountRequired"


@pytest.mark.parametrize(("key_id", "mac_key"), [("kid-1", b"x" * 64), ("kid-2", None)])
def test_the_wrong_external_account(binding, key_id, mac_key):
    server, right = binding
    with pytest.raises(AcmeError) as refused:
        client(server).register((), (key_id, mac_key or right, "HS256"))
    assert refused.value.problem.type in ("unauthorized", "malformed")
    assert base64.b64encode(right).decode() not in str(refused.value)


def test_no_key_is_shown(server):
    acme = client(server)
    assert repr(acme) == f"Client({server.directory}, account not looked for)"
    uri = acme.register().uri
    assert repr(acme) == f"Client({server.directory}, account {uri})"


def test_no_key_gets_into_the_logs(binding, caplog):
    server, mac_key = binding
    caplog.set_level("DEBUG")
    keys = [new_key(), new_key(), rsa.generate_private_key(65537, 2048)]
    acme = client(server, keys[0])
    acme.register(CONTACTS, ("kid-1", mac_key, "HS256"))
    for key in keys[1:]:
        acme.roll_over(pem(key))
    with pytest.raises(AcmeError):
        acme.roll_over(pem(keys[2]))
    issued = issue(acme, "logged.example.com")
    acme.revoke(issued.der, 1, pem(issued.key))
    assert "/rollover-account-key" in caplog.text
    secret = [base64.b64encode(mac_key).decode(), base64.urlsafe_b64encode(mac_key).decode()]
    secret += [line for key in (*keys, issued.key) for line in pem(key).decode().splitlines()[1:-1]]
    assert not any(line in caplog.text for line in secret)


def test_only_the_roots_that_are_given_are_trusted(server, start):
    with start(QUICK) as other:
        pass
    acme = Client(server.directory, pem(new_key()), clock=REAL_CLOCK, trust=other.trust)
    with pytest.raises(AcmeError, match=r"Cannot read the ACME directory https://\S+: 127.0.0.1:\d+: .*verify failed"):
        acme.register()
    Client(server.directory, pem(new_key()), clock=REAL_CLOCK, verify=False).register()


def test_what_the_server_says_of_itself(server):
    meta = client(server).meta
    assert meta.profiles == {"default": "90 days", "shortlived": "6 days"}
    assert meta.caa_identities == ("pebble.letsencrypt.org",)
    assert meta.terms_of_service
