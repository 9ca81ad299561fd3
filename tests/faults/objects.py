# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests that more than one case needs."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .case import Manifest

if TYPE_CHECKING:
    from .place import Place

HTTP01 = {"ingressClassName": "nginx"}
ISSUER_REF = {"name": "issuer"}


def issuer(spec: dict[str, Any], name: str = "issuer", kind: str = "Issuer", namespace: str | None = None) -> Manifest:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "cert-manager.io/v1", "kind": kind, "metadata": metadata, "spec": spec}


def self_signed(name: str = "issuer") -> Manifest:
    return issuer({"selfSigned": {}}, name)


def acme(place: Place, solver: dict[str, Any] | None = None, **more: Any) -> Manifest:
    """An issuer of the case's own ACME server. solver: beside the selector. more: fields of spec.acme."""
    spec: dict[str, Any] = {
        "server": place.acme_server,
        "caBundle": b64encode(place.acme_ca).decode(),
        "privateKeySecretRef": {"name": "account"},
        "solvers": [solver or http01()],
        **more,
    }
    return issuer({"acme": {name: value for name, value in spec.items() if value is not None}})


def http01(**ingress: Any) -> dict[str, Any]:
    """A solver. ingress: fields beside or instead of the class."""
    return {"http01": {"ingress": HTTP01 | ingress}}


def pod_template(**spec: Any) -> dict[str, Any]:
    """A solver whose pods have these fields."""
    return http01(podTemplate={"spec": spec})


def at_once(**ingress: Any) -> dict[str, Any]:
    """A solver without cert-manager's own self-check: the ACME server judges."""
    return http01(**ingress) | {"waitInsteadOfSelfCheck": "0s"}


def secret(name: str, **values: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": values}


def tls_secret(place: Place, days: int) -> Manifest:
    """What another program writes into the case's Secret: a certificate that ends in so many days, with an ECDSA key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, place.host())])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(place.host())]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    # Not stringData, which leaves no trace of who has written it (metadata.managedFields).
    values = {"tls.crt": b64encode(made.public_bytes(pem)).decode(), "tls.key": b64encode(private).decode()}
    metadata = {"name": "www-tls"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "kubernetes.io/tls", "data": values}


def certificate(name: str, **spec: Any) -> Manifest:
    """A Certificate beside that of the case."""
    spec = {"secretName": name, "issuerRef": {"name": "selfsigned"}, "dnsNames": [f"{name}.test"], **spec}
    return {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": {"name": name}, "spec": spec}


def authority(name: str = "ca", **spec: Any) -> list[Manifest]:
    """A CA's Secret, by way of cert-manager itself."""
    return [self_signed("selfsigned"), certificate(name, isCA=True, commonName=name, **spec)]


def ingress(
    name: str, *hosts: str, secret_name: str, annotations: dict[str, str] | None = None, class_name: str = "nginx"
) -> Manifest:
    """Hosts that are served over a Secret. Nothing is behind them."""
    backend = {"service": {"name": "nothing", "port": {"number": 80}}}
    paths = {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "annotations": annotations or {}},
        "spec": {
            "ingressClassName": class_name,
            "rules": [{"host": host, "http": paths} for host in hosts],
            "tls": [{"hosts": list(hosts), "secretName": secret_name}],
        },
    }
