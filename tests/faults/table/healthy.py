# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is wrong with these: nothing may be found."""

from __future__ import annotations

from ..case import Case
from ..objects import acme, authority, ingress, issuer, secret, self_signed
from ..place import Place


def _case(name: str, how: str, **more: object) -> Case:
    return Case(f"healthy-{name}", "", "Nothing", how, served=True, then=Place.await_issued, **more)  # type: ignore[arg-type]


CASES = (
    _case("self-signed", "a self-signed certificate", objects=lambda place: [self_signed()]),
    _case(
        "ca",
        "a wildcard and an address by a CA, with a keystore",
        objects=lambda place: [
            *authority(),
            issuer({"ca": {"secretName": "ca"}}),
            secret("password", password="healthy"),
        ],
        certificate=lambda place: {
            "dns_names": [place.host(), f"*.{place.host()}"],
            "ip_addresses": ["192.0.2.7"],
            "private_key": {"algorithm": "ECDSA", "size": 256, "rotation_policy": "Always"},
            "keystores": {"pkcs12": {"create": True, "password_secret_ref": {"name": "password", "key": "password"}}},
        },
    ),
    _case(
        "acme",
        "two names by HTTP-01, a profile, renewed in time",
        objects=lambda place: [acme(place, profile="shortlived")],
        certificate=lambda place: {"dns_names": [place.host(), f"b.{place.host()}"], "renew_before": "48h"},
    ),
    _case(
        "ingress",
        "an Ingress that has cert-manager fill its Secret by a ClusterIssuer",
        objects=lambda place: [
            issuer({"selfSigned": {}}, place.namespace, "ClusterIssuer"),
            ingress(
                "www",
                place.host(),
                secret_name="www",
                annotations={"cert-manager.io/cluster-issuer": place.namespace},
            ),
        ],
        certificate=None,
    ),
)
