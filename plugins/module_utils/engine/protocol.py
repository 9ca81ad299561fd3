# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine can do. Chosen once, on the issuer; certificates and ingresses follow it."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec import kinds
    from ..spec.certificate import CertificateSpec
    from ..spec.issuer import IssuerSpec
    from . import ports


class Engine(t.Protocol):
    """Makes issuers and certificates true, and takes them away again."""

    def ensure_issuer(self, run: ports.Run, wanted: IssuerSpec) -> ports.Outcome: ...

    def remove_issuer(
        self, run: ports.Run, kind: kinds.Kind, namespace: str | None, name: str, secrets: IssuerSecrets
    ) -> ports.Outcome:
        """Also removes the Secrets that were kept for it; the account key only when asked."""

    def reads_annotations(self, run: ports.Run, wanted: CertificateSpec) -> bool:
        """Whether this certificate comes by itself from annotations on an Ingress."""

    def ensure_certificates(self, run: ports.Run, wanted: Sequence[CertificateSpec]) -> ports.Outcome: ...

    def remove_certificates(
        self, run: ports.Run, targets: Sequence[CertificateTarget], delete_secret: bool
    ) -> ports.Outcome: ...


class CertificateTarget(t.NamedTuple):
    """A certificate to remove; its Secret's name where it is known."""

    namespace: str
    name: str
    secret_name: str | None


class IssuerSecrets(t.NamedTuple):
    """Where an issuer's Secrets are, and whether its account key goes too, and its account is ended before."""

    namespace: str
    delete_account_key: bool
    deactivate_account: bool = False
