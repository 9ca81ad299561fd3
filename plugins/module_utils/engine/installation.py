# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is cert-manager there, which version, and does its webhook work? Asked the way its users will: by creating objects."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .. import errors
from ..diagnose import webhook
from ..diagnose.finding import ERROR, Finding, in_words
from ..spec import kinds
from . import ports

if t.TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
CONTROLLER = "app.kubernetes.io/name=cert-manager,app.kubernetes.io/component=controller"
_VERSION_LABEL = "app.kubernetes.io/version"


@dataclass(frozen=True)
class Installation:
    """What was found.

    :param version: of the controller, "v1.21.2"; None when it isn't there or can't be read
    :param crds_version: of the CRDs, from their label
    :param finding: what keeps the webhook from working
    """

    version: str | None
    crds_version: str | None
    finding: Finding | None

    def facts(self) -> dict[str, t.Any]:
        """The return value ``cert_manager``."""
        return {
            "cert_manager": {
                "installed": self.crds_version is not None or self.version is not None,
                "version": self.version,
                "crds_version": self.crds_version,
                "webhook": {
                    "ready": self.finding is None,
                    "reason": self.finding.code if self.finding else None,
                    "message": self.finding.message if self.finding else None,
                },
            }
        }


def look(run: ports.Run, namespace: str) -> ports.Outcome:
    """Look at the installation; with wait, until its webhook admits a valid and rejects an invalid object.

    :param namespace: where the objects of the dry run would be
    :raises NotReady: it doesn't in time
    """
    began, pause = run.clock.monotonic(), _FIRST_PAUSE
    while True:
        found = Installation(_version(run), _crds_version(run), _webhook_finding(run, namespace))
        seconds = run.clock.monotonic() - began
        if found.finding is None or not run.wait:
            findings = [found.finding] if found.finding else []
            return ports.Outcome(False, found.facts(), findings=findings)
        if seconds + pause > run.timeout:
            summary = f"cert-manager does not work after {seconds:.0f} s."
            raise errors.NotReady(in_words(summary, [found.finding]), [found.finding], found.facts())
        run.clock.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _webhook_finding(run: ports.Run, namespace: str) -> Finding | None:
    """The way of ``cmctl check api``, and one step further: the invalid object proves that somebody looks."""
    try:
        run.cluster.create(kinds.CERTIFICATE, _sample(namespace, "2160h"), dry_run=True)
        run.cluster.create(kinds.CERTIFICATE, _sample(namespace, "1m"), dry_run=True)
    except errors.NotFound:
        return no_crds()
    except errors.Invalid as error:
        return None if "webhook.cert-manager.io" in error.detail else _unexpected(error)
    except errors.ApiError as error:
        return webhook.failing(error.detail) or _unexpected(error)
    return webhook.not_called()


def no_crds() -> Finding:
    """The cluster doesn't know what a Certificate is."""
    return Finding(
        "crd.missing",
        ERROR,
        "CustomResourceDefinition certificates.cert-manager.io",
        "does not exist.",
        "install cert-manager with its CRDs (crds.enabled=true)",
    )


def _unexpected(error: errors.ApiError) -> Finding:
    remedy = "the answer names the policy, the quota or the rule that refuses it; otherwise see the API server's log"
    return Finding("api.refused", ERROR, "Certificate", str(error), remedy, {"status": error.status})


def _sample(namespace: str, duration: str) -> dict[str, t.Any]:
    """Valid for the schema; the webhook wants a duration of an hour at least."""
    return {
        "apiVersion": kinds.CERTIFICATE.api_version,
        "kind": kinds.CERTIFICATE.kind,
        "metadata": {"generateName": "certops-check-", "namespace": namespace},
        "spec": {
            "dnsNames": ["check.invalid"],
            "secretName": "certops-check",
            "issuerRef": {"name": "certops-check"},
            "duration": duration,
        },
    }


def _version(run: ports.Run) -> str | None:
    try:
        found, _version = run.cluster.list(kinds.DEPLOYMENT, labels=CONTROLLER)
    except errors.ApiError:
        return None
    return version_of(found)


def version_of(controllers: Sequence[ports.Object]) -> str | None:
    """The version by the label that the chart sets on the controller's Deployments, "v1.21.2"."""
    versions = [(item["metadata"].get("labels") or {}).get(_VERSION_LABEL) for item in controllers]
    return next((version for version in versions if version), None)


def _crds_version(run: ports.Run) -> str | None:
    try:
        crd = run.cluster.get(kinds.CUSTOM_RESOURCE_DEFINITION, None, "certificates.cert-manager.io")
    except errors.ApiError:
        return None
    return crd["metadata"].get("labels", {}).get(_VERSION_LABEL, "unknown") if crd else None
