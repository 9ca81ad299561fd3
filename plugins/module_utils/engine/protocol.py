# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine can do. Chosen once, on the issuer; certificates and ingresses follow it."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..spec.certificate import CertificateSpec
    from ..spec.issuer import IssuerSpec
    from ..spec.kinds import Kind
    from .ports import Outcome, Run


class Engine(t.Protocol):
    """Makes issuers and certificates true, and takes them away again."""

    def ensure_issuer(self, run: Run, wanted: IssuerSpec) -> Outcome: ...

    def remove_issuer(self, run: Run, kind: Kind, namespace: str | None, name: str, secrets: IssuerSecrets) -> Outcome:
        """Also removes the Secrets that were kept for it; the account key only when asked."""

    def reads_annotations(self, run: Run, wanted: CertificateSpec) -> bool:
        """Whether this certificate comes by itself from annotations on an Ingress."""

    def ensure_certificates(self, run: Run, wanted: Sequence[CertificateSpec]) -> Outcome: ...

    def remove_certificates(self, run: Run, targets: Sequence[CertificateTarget], delete_secret: bool) -> Outcome: ...


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
