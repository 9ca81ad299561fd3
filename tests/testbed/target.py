# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of the user's own instead of the testbed. Nothing of the machine is touched, nothing is built."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .errors import TestbedError

SECONDS = 10


@dataclass(frozen=True)
class Target:
    kubeconfig: Path
    context: str | None

    @classmethod
    def from_environment(cls) -> Target | None:
        """From KUBECONFIG_TARGET and CONTEXT. Raises TestbedError if there is no such file."""
        given = os.environ.get("KUBECONFIG_TARGET")
        if not given:
            return None
        kubeconfig = Path(given).expanduser().absolute()
        if not kubeconfig.is_file():
            raise TestbedError(f"KUBECONFIG_TARGET is {given!r}, which is no file")
        return cls(kubeconfig, os.environ.get("CONTEXT") or None)

    def describe(self) -> str:
        """Asks the API server for its version. Raises TestbedError if it can't be reached."""
        from kubernetes import client, config

        try:
            settings = client.Configuration()
            config.load_kube_config(str(self.kubeconfig), self.context, settings)  # type: ignore[no-untyped-call]
            version = client.VersionApi(client.ApiClient(settings)).get_code(_request_timeout=SECONDS).git_version
        except Exception as error:
            raise TestbedError(f"the cluster of {self.kubeconfig} can't be used: {error}") from error
        context = f", context {self.context}" if self.context else ""
        return f"cluster of {self.kubeconfig}{context}: {settings.host}, Kubernetes {version}"
