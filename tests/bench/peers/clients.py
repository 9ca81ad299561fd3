# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients: each makes certificates for names, by HTTP-01, from the same server, with keys on P-256."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.direct.record import CERTIFICATES

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
CERTBOT = "certbot~=5.6"
# Pebble refuses some good nonces; a client that gives up then is started again.
_TRIES = 5
_SECONDS = 1200
_MOMENT = re.compile(r"\b(began|ended) (\d+\.\d+)")


class Client(Protocol):
    """Makes certificates."""

    title: str
    zone: str  # below the zone that leads to the cluster
    restarts: int  # since it was made

    def issue(self, names: Sequence[str]) -> None:
        """From a shell's prompt until the last certificate is there."""

    def chains(self, names: Sequence[str]) -> list[bytes]:
        """What came of each, in PEM."""

    def forget(self, names: Sequence[str]) -> None:
        """Take away what the cluster has of them, lest the next run be slower for it."""


class Ours:
    """A playbook with one task."""

    title = "certops.kubernetes, `engine: direct`"
    zone = "direct"
    restarts = 0

    def issue(self, names: Sequence[str]) -> None:
        playbook("ours.yml", {"names": list(names)}, "--skip-tags=moments")

    def chains(self, names: Sequence[str]) -> list[bytes]:
        return served("bench-direct", names)

    def forget(self, names: Sequence[str]) -> None:
        kubectl("delete", "secrets", "--namespace=bench-direct", "--wait=false", *names)
        kubectl("delete", "configmaps", "--namespace=bench-direct", "--wait=false", f"--selector={CERTIFICATES}")


class Timed(Ours):
    """The same with a task before and one behind that say the time.

    began, ended: of the last run, in seconds of the system's time
    """

    began = ended = 0.0

    def issue(self, names: Sequence[str]) -> None:
        moments = dict(_MOMENT.findall(playbook("ours.yml", {"names": list(names)})))
        self.began, self.ended = float(moments["began"]), float(moments["ended"])


class CertManager:
    """Certificates applied at once, and waited for."""

    title = "cert-manager"
    zone = "cm"
    restarts = 0
    namespace = "bench-cert-manager"

    def issue(self, names: Sequence[str]) -> None:
        items = [self._certificate(name) for name in names]
        kubectl("apply", "--filename=-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        titles = [f"certificate/{name}" for name in names]
        kubectl("wait", f"--namespace={self.namespace}", "--for=condition=Ready", f"--timeout={_SECONDS}s", *titles)

    def _certificate(self, name: str) -> dict[str, Any]:
        return {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": {
                "secretName": name,
                "dnsNames": [name],
                "issuerRef": {"name": "pebble"},
                "privateKey": {"algorithm": "ECDSA"},
            },
        }

    def chains(self, names: Sequence[str]) -> list[bytes]:
        return served(self.namespace, names)

    def forget(self, names: Sequence[str]) -> None:
        kubectl("delete", "certificates", f"--namespace={self.namespace}", *names)
        kubectl("delete", "secrets", f"--namespace={self.namespace}", "--wait=false", *names)


class Certbot:
    """One command a certificate, since it runs alone; answers are written into a web server's folder."""

    title = "certbot"
    zone = "files"

    def __init__(self, folder: pathlib.Path, webroot: pathlib.Path) -> None:
        self._home, self._webroot, self.restarts = ROOT / ".cache" / "bench" / "certbot", webroot, 0
        self._folder = folder
        program = self._home / "bin" / "certbot"
        if not program.exists():
            uv = pathlib.Path(sys.executable).with_name("uv")
            run([str(uv), "venv", "--clear", "--python", sys.executable, str(self._home)])
            python = f"--python={self._home / 'bin' / 'python'}"
            run([str(uv), "pip", "install", "--compile-bytecode", python, CERTBOT])
        self._again(["register", "--agree-tos", "--register-unsafely-without-email"])

    def issue(self, names: Sequence[str]) -> None:
        for name in names:
            self._again(
                ["certonly", "--webroot", f"--webroot-path={self._webroot}", f"--cert-name={name}", f"--domain={name}"]
                + ["--key-type=ecdsa", "--elliptic-curve=secp256r1"]
            )

    def _again(self, arguments: Sequence[str]) -> None:
        folders = [f"--{kind}-dir={self._folder / kind}" for kind in ("config", "work", "logs")]
        server = f"--server={os.environ['CERTOPS_ACME_SERVER']}"
        command = [str(self._home / "bin" / "certbot"), *arguments, "--non-interactive", server, *folders]
        trusting = {"REQUESTS_CA_BUNDLE": os.environ["CERTOPS_ACME_CA_BUNDLE"]}
        for left in reversed(range(_TRIES)):
            try:
                run(command, trusting)
                return
            except SystemExit:
                if not left:
                    raise
                self.restarts += 1

    def chains(self, names: Sequence[str]) -> list[bytes]:
        live = self._folder / "config" / "live"
        return [(live / name / "fullchain.pem").read_bytes() for name in names]

    def forget(self, names: Sequence[str]) -> None:
        """The cluster has nothing."""


class CommunityCrypto:
    """A playbook that loops over the modules; answers are written into a web server's folder."""

    title = "community.crypto"
    zone = "files"
    restarts = 0

    def __init__(self, folder: pathlib.Path, webroot: pathlib.Path) -> None:
        self._folder, self._webroot = folder, webroot

    def issue(self, names: Sequence[str]) -> None:
        places = {"folder": str(self._folder), "webroot": str(self._webroot)}
        playbook("community_crypto.yml", {"names": list(names), **places})

    def chains(self, names: Sequence[str]) -> list[bytes]:
        return [(self._folder / f"{name}.pem").read_bytes() for name in names]

    def forget(self, names: Sequence[str]) -> None:
        """The cluster has nothing."""


def run(command: Sequence[str], environment: dict[str, str] | None = None, given: str = "") -> str:
    """What it printed.

    :raises SystemExit: it failed; what it printed is shown
    """
    done = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}")
    return done.stdout


def kubectl(*arguments: str, given: str = "") -> str:
    """Run kubectl."""
    return run(["kubectl", *arguments], given=given)


def playbook(name: str, variables: dict[str, Any], *options: str) -> str:
    """Run one of this folder's, its modules by this Python."""
    own = {"ansible_python_interpreter": sys.executable}
    return run(["ansible-playbook", str(HERE / name), "--extra-vars", json.dumps(own | variables), *options])


def served(namespace: str, names: Sequence[str]) -> list[bytes]:
    """The certificates of Secrets, read at once.

    :raises KeyError: there is no such Secret
    """
    listed = json.loads(kubectl("get", "secrets", f"--namespace={namespace}", "--output=json"))["items"]
    found = {item["metadata"]["name"]: item["data"] for item in listed}
    return [base64.b64decode(found[name]["tls.crt"]) for name in names]
