# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private keys: made, read, written, and held against what is wanted (cert-manager, pkg/util/pki/generate.go)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from . import fields
from .leaf import X509Error

if t.TYPE_CHECKING:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    Hash = hashes.SHA256 | hashes.SHA384 | hashes.SHA512

# Sizes that an unset privateKey.size means.
DEFAULT_SIZES = {"RSA": 2048, "ECDSA": 256}
# From so many bits on, of a modulus or a curve, it signs with SHA-2 of that length (signatureAlgorithmFromPublicKey).
_HASHES = {"RSA": ((4096, 512), (3072, 384), (0, 256)), "ECDSA": ((521, 512), (384, 384), (0, 256))}


@dataclass(frozen=True)
class KeySpec:
    """Certificate.spec.privateKey, with cert-manager's defaults filled in."""

    algorithm: str = "RSA"  # RSA, ECDSA or Ed25519
    size: int = 2048  # bits of the modulus or the curve; 0 for Ed25519
    encoding: str = "PKCS1"  # or PKCS8. PKCS1 means SEC 1 for ECDSA, and PKCS8 for Ed25519, which knows no other
    rotate: bool = True  # a new key for every issuance (rotationPolicy: Always, cert-manager's default since v1.18)


def wanted(body: Mapping[str, t.Any]) -> KeySpec:
    """Read the key that a Certificate.spec asks for."""
    key = body.get("privateKey") or {}
    algorithm = key.get("algorithm") or "RSA"
    return KeySpec(
        algorithm=algorithm,
        size=key.get("size") or DEFAULT_SIZES.get(algorithm, 0),
        encoding=key.get("encoding") or "PKCS1",
        rotate=key.get("rotationPolicy") != "Never",
    )


def generate(spec: KeySpec) -> PrivateKey:
    """Make a new key, from the operating system's entropy.

    :raises X509Error: there is no such key
    """
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    curves = {256: ec.SECP256R1(), 384: ec.SECP384R1(), 521: ec.SECP521R1()}
    if spec.algorithm == "RSA" and 2048 <= spec.size <= 8192:
        return rsa.generate_private_key(public_exponent=65537, key_size=spec.size)
    if spec.algorithm == "ECDSA" and spec.size in curves:
        return ec.generate_private_key(curves[spec.size])
    if spec.algorithm == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    raise X509Error(
        f"privateKey: {spec.algorithm} with {spec.size} bits is not allowed: "
        "RSA with 2048 to 8192, ECDSA with 256, 384 or 521, Ed25519"
    )


def load(pem: bytes) -> PrivateKey:
    """Read a private key (PEM: PKCS#1, PKCS#8 or SEC 1, not encrypted).

    :raises X509Error: it can't be read, or is of another algorithm than RSA, ECDSA and Ed25519
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        # OpenSSL's own check of an RSA key looks for primes, 40 ms a key; that its parts fit together is what matters.
        key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
        if isinstance(key, rsa.RSAPrivateKey) and not _is_consistent(key.private_numbers()):
            raise ValueError
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Without the cause: no part of a key may reach a traceback.
        raise X509Error("not a private key in PEM (PKCS#1, PKCS#8 or SEC 1, not encrypted)") from None
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)):
        raise X509Error("not a private key of RSA, ECDSA or Ed25519")
    return key


def _is_consistent(key: rsa.RSAPrivateNumbers) -> bool:
    """Whether the parts of an RSA key fit together (RFC 8017, 3.2), as Go's crypto/tls asks before it serves one."""
    modulus, exponent = key.public_numbers.n, key.public_numbers.e
    return (
        key.p * key.q == modulus
        and all(prime > 2 and key.d * exponent % (prime - 1) == 1 for prime in (key.p, key.q))
        and key.dmp1 == key.d % (key.p - 1)
        and key.dmq1 == key.d % (key.q - 1)
        and key.iqmp * key.q % key.p == 1
    )


def encode(key: PrivateKey, encoding: str = "PKCS8") -> bytes:
    """Write a key in PEM, not encrypted.

    :param encoding: as in KeySpec
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    return _bytes(key, Encoding.PEM, encoding)


def encode_der(key: PrivateKey, encoding: str = "PKCS8") -> bytes:
    """Write a key in DER, not encrypted; the same that :func:`encode` wraps in PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return _bytes(key, Encoding.DER, encoding)


def _bytes(key: PrivateKey, form: t.Any, encoding: str) -> bytes:
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    traditional = encoding == "PKCS1" and fields.key_kind(key.public_key())[0] != "Ed25519"
    return key.private_bytes(
        form, PrivateFormat.TraditionalOpenSSL if traditional else PrivateFormat.PKCS8, NoEncryption()
    )


def is_encoded(pem: bytes, spec: KeySpec) -> bool:
    """Tell whether a key of the wanted algorithm is written in the wanted encoding, by its PEM label (RFC 7468, 4)."""
    labels = {"RSA": b"RSA PRIVATE KEY", "ECDSA": b"EC PRIVATE KEY"}
    label = labels.get(spec.algorithm, b"PRIVATE KEY") if spec.encoding == "PKCS1" else b"PRIVATE KEY"
    return b"-----BEGIN %b-----" % label in pem


def reusable(stored: bytes, spec: KeySpec) -> PrivateKey | None:
    """Return the stored key, if the next certificate is to be issued for it; None when a new one is to be made.

    :param stored: the Secret's tls.key, b"" when there is none
    :raises X509Error: it must be kept but isn't as wanted; the message names the violated fields. cert-manager stops
        there, too, since a key that others may have pinned is not replaced unasked
    """
    if spec.rotate or not stored:
        return None
    try:
        key = load(stored)
    except X509Error:
        return None  # as cert-manager does: what can't be read can't be kept
    wrong = violations(*fields.key_kind(key.public_key()), spec.algorithm, spec.size)
    if wrong:
        raise X509Error(
            f"the stored private key does not match in {', '.join(wrong)}, and rotationPolicy Never keeps it: "
            "set rotationPolicy Always, or delete the Secret"
        )
    return key


def violations(algorithm: str, size: int, wanted_algorithm: str | None, wanted_size: int | None) -> tuple[str, ...]:
    """Return the names of the fields, below Certificate.spec, in which a key isn't as wanted.

    :param size: bits; 0 where the algorithm has only one size
    :param wanted_algorithm: None isn't compared
    :param wanted_size: None or 0 mean cert-manager's default for the algorithm
    """
    if wanted_algorithm not in (None, algorithm):
        return ("privateKey.algorithm",)
    expected = wanted_size or (DEFAULT_SIZES.get(wanted_algorithm) if wanted_algorithm else None)
    return ("privateKey.size",) if expected and size not in (0, expected) else ()


def signature_hash(key: PrivateKey, algorithm: str | None = None) -> Hash | None:
    """Return the hash that a key signs with: cert-manager's choice for it, or that of a spec.signatureAlgorithm.

    :param algorithm: such as "SHA384WithRSA" or "ECDSAWithSHA512"
    :returns: None for Ed25519, which brings its own
    """
    from cryptography.hazmat.primitives import hashes

    kind, size = fields.key_kind(key.public_key())
    if kind not in _HASHES:
        return None
    bits = next(length for least, length in _HASHES[kind] if size >= least)
    named = [length for length in (256, 384, 512) if f"SHA{length}" in (algorithm or "")]
    made: dict[int, Hash] = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}
    return made[named[0] if named else bits]
