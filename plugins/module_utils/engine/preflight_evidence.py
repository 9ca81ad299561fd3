# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather what is around a certificate that is wanted. What can't be read is not judged.

Only an ACME issuer has DNS and hosts looked at; of every other the cluster alone is asked.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..diagnose import public
from ..diagnose.evidence import Evidence
from ..spec import kinds
from ..spec.direct import record
from ..x509.leaf import rfc3339
from . import installation, parallel
from .evidence import WEBHOOK, Reader, claimants, issuer, serves

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.certificate import CertificateSpec
    from . import ports


@dataclass(frozen=True)
class Subject:
    """A certificate that will be issued.

    :param live: its Certificate, None where there is none yet
    :param ingress: the Ingress that is wanted, with the status that it has; None where it isn't about one
    :param direct: whether the direct engine orders it
    :param secret: what the direct engine has read of its Secret, None where there is none
    """

    wanted: CertificateSpec
    live: Mapping[str, t.Any] | None = None
    ingress: Mapping[str, t.Any] | None = None
    direct: bool = False
    secret: Mapping[str, t.Any] | None = None


def gather(run: ports.Run, subject: Subject, alone: bool = True) -> Evidence:
    """What can be known before the order.

    :param alone: whether no other is gathered at the same time
    :raises ImportError: DNS would have to be asked, and dnspython is missing
    """
    reader = Reader(run)
    found = _around(run, reader, subject, alone)
    if found.acme is None:
        return found
    from . import validation_evidence  # not needed, and not loaded, where no name is to be validated

    return validation_evidence.added(run, reader, found, alone)


def _around(run: ports.Run, reader: Reader, subject: Subject, alone: bool) -> Evidence:
    """What every kind of issuer needs."""
    certificate = _certificate(run, subject)
    namespace, secret = subject.wanted.namespace, subject.wanted.secret_name
    parts = parallel.at_once(
        [
            lambda: issuer(reader, certificate),
            lambda: subject.secret if subject.direct else reader.get(kinds.SECRET, namespace, secret),
            lambda: claimants(reader, certificate),
            lambda: reader.list(kinds.INGRESS, namespace),
            lambda: reader.list(kinds.DEPLOYMENT, labels=installation.CONTROLLER),
            lambda: reader.list(kinds.DEPLOYMENT, labels=WEBHOOK),
            lambda: reader.list(kinds.INGRESS_CLASS) if subject.ingress else [],
        ],
        alone,
    )
    (live, namesakes), kept, others, ingresses, controllers, webhooks, classes = parts
    name = subject.ingress["metadata"]["name"] if subject.ingress else None
    return Evidence(
        certificate=certificate,
        issuer=live,
        namesakes=tuple(namesakes),
        secret=public.secret(kept),
        claimants=tuple(others),
        ingresses=tuple(i for i in ingresses if serves(i, secret) and i["metadata"]["name"] != name),
        ingress=subject.ingress,
        ingress_classes=tuple(classes),
        controllers=tuple(public.controller(item) for item in [*controllers, *webhooks]),
        errors=reader.errors,
        now=run.clock.now(),
    )


def _certificate(run: ports.Run, subject: Subject) -> dict[str, t.Any]:
    """As it is wanted, with the status that it has; one that isn't there yet is the youngest."""
    wanted, live = subject.wanted.manifest(), subject.live or {}
    metadata = {"creationTimestamp": rfc3339(run.clock.now()), "uid": "", **live.get("metadata", {})}
    if subject.ingress and not live:
        metadata["labels"] = subject.ingress["metadata"].get("labels") or {}
    keeper = {"engine": record.ENGINE} if subject.direct else {}
    return {**wanted, "metadata": {**metadata, **wanted["metadata"]}, "status": live.get("status") or {}, **keeper}
