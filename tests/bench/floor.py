# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor: one process, plain requests, no checks. Makes N certificates, or looks at them, and waits for Ready.

Usage: python floor.py NAMESPACE N
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from kubernetes import client, config


def main() -> None:
    """Apply all by eight threads, then follow one watch until each is Ready."""
    namespace, count = sys.argv[1], int(sys.argv[2])
    configuration = client.Configuration()
    config.load_kube_config(client_configuration=configuration)
    session = requests.Session()
    session.trust_env = False  # or REQUESTS_CA_BUNDLE would win
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=8))
    session.verify = configuration.ssl_ca_cert
    session.headers.update({s["key"]: s["value"] for s in configuration.auth_settings().values()})
    if configuration.cert_file:
        session.cert = (configuration.cert_file, configuration.key_file)
    url = f"{configuration.host}/apis/cert-manager.io/v1/namespaces/{namespace}/certificates"

    def apply(number: int) -> None:
        name = f"bench-{number}"
        manifest = {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"secretName": name, "dnsNames": [f"{name}.example.test"], "issuerRef": {"name": "selfsigned"}},
        }
        answer = session.patch(
            f"{url}/{name}?fieldManager=floor",
            data=json.dumps(manifest),
            headers={"Content-Type": "application/apply-patch+yaml"},
            timeout=60,
        )
        answer.raise_for_status()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(apply, range(count)))
    wait(session, url, count)


def wait(session: requests.Session, url: str, count: int) -> None:
    """Return when so many are Ready."""
    listed = session.get(url, timeout=60).json()
    ready = {item["metadata"]["name"] for item in listed["items"] if is_ready(item)}
    version = listed["metadata"]["resourceVersion"]
    if len(ready) >= count:
        return
    with session.get(f"{url}?watch=1&resourceVersion={version}", stream=True, timeout=600) as stream:
        for line in stream.iter_lines(chunk_size=None):
            item = json.loads(line)["object"]
            if is_ready(item):
                ready.add(item["metadata"]["name"])
            if len(ready) >= count:
                return


def is_ready(item: dict[str, Any]) -> bool:
    """Whether a Certificate says so."""
    conditions = (item.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


main()
