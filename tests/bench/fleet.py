# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long tls_info takes for many hosts: `python -m tests.bench.fleet [hosts]` (2000).

A small HTTP server in a process of its own stands for the API server: it returns as many Ingresses, Certificates and
Secrets as there are hosts, in pages. What is measured is the module's work and its requests, not the start of Ansible.
"""

from __future__ import annotations

import json
import multiprocessing
import pathlib
import resource
import statistics
import sys
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".cache" / "collections"))

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import fleet
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Clock, Run
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.cluster import Cluster
from ansible_collections.certops.kubernetes.plugins.module_utils.kube.connect import connect
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.scope import Scope
from ansible_collections.certops.kubernetes.tests.unit import factory, live

Object = dict[str, Any]
RUNS = 5
PAGED_BY = 500
NAMESPACES = 50
NOW = datetime.now(timezone.utc)
# RSA as Let's Encrypt's intermediates and most leaves; one key for all, since making them is not what is measured.
KEY = factory.rsa.generate_private_key(65537, 2048)


def objects(count: int) -> dict[str, list[Object]]:
    """Lists by plural: each host has its Ingress, Certificate and Secret, signed by an intermediate CA."""
    authority = factory.authority("Bench Root").intermediate("Bench CA")
    lists: dict[str, list[Object]] = {"ingresses": [], "certificates": [], "secrets": []}
    for number in range(count):
        host, name, namespace = f"h{number}.bench.test", f"h{number}", f"ns{number % NAMESPACES}"
        issued = authority.issue(host, key=KEY, not_before=NOW - timedelta(days=1), lifetime=timedelta(days=90))
        secret = live.secret(issued, f"{name}-tls")
        secret["metadata"]["annotations"]["cert-manager.io/certificate-name"] = name
        spec = {
            "secretName": f"{name}-tls",
            "issuerRef": {"name": "bench", "kind": "ClusterIssuer"},
            "dnsNames": [host],
        }
        certificate = live.ready_certificate(name=name, spec=spec, renewalTime=_days(60), notAfter=_days(89))
        ingress = live.ingress([{"hosts": [host], "secretName": f"{name}-tls"}], rules=[{"host": host}])
        ingress["metadata"] |= {"name": name, "uid": f"uid-{name}"}
        for plural, item in (("ingresses", ingress), ("certificates", certificate), ("secrets", secret)):
            item["metadata"]["namespace"] = namespace
            lists[plural].append(item)
    lists["clusterissuers"] = [live.issuer(live.condition("Ready", True), name="bench", kind="ClusterIssuer")]
    return lists


def _days(days: int) -> str:
    return (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def answers(lists: dict[str, list[Object]]) -> dict[tuple[str, int], bytes]:
    """Each page as it is sent, made beforehand: an API server's own work is not what is measured."""
    pages = {}
    for plural, items in lists.items():
        for start in range(0, len(items), PAGED_BY):
            more = {"continue": str(start + PAGED_BY)} if start + PAGED_BY < len(items) else {}
            page = {"metadata": {"resourceVersion": "1", **more}, "items": items[start : start + PAGED_BY]}
            pages[plural, start] = json.dumps(page).encode()
    return pages


def serve(pages: dict[tuple[str, int], bytes], port: Any) -> None:
    """Answer list requests for ever; the port is sent to the other process."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            start = int(parse_qs(parts.query).get("continue", ["0"])[0])
            empty = json.dumps({"metadata": {"resourceVersion": "1"}, "items": []}).encode()
            body = pages.get((parts.path.rsplit("/", 1)[1], start), empty)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.send(server.server_port)
    server.serve_forever()


def measure(port: int, count: int) -> tuple[float, float]:
    """Seconds for one look, from the first request to the result as JSON: on the clock, and of the processor."""
    clock = Clock(lambda: datetime.now(timezone.utc), time.monotonic, time.sleep)
    cluster = Cluster(connect({"host": f"http://127.0.0.1:{port}", "api_key": "none"}))
    began, worked = time.monotonic(), time.process_time()
    outcome = fleet.look(Run(cluster, clock), Scope(within=timedelta(days=14)))
    json.dumps(outcome.facts)
    seconds = time.monotonic() - began, time.process_time() - worked
    summary = outcome.facts["summary"]
    if (summary["hosts"], summary["certificates_ready"], summary["errors"] + summary["warnings"]) != (count, count, 0):
        raise SystemExit(f"not what was served: {summary}")
    return seconds


def main() -> None:
    """Print the time of each run."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    pages = answers(objects(count))
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(pages, theirs), daemon=True)
    server.start()
    port = ours.recv()
    try:
        runs = [measure(port, count) for _run in range(RUNS)]
    finally:
        server.terminate()
    wall, processor = (statistics.median(each) for each in zip(*runs, strict=True))
    size, peak = sum(map(len, pages.values())) / 2**20, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} hosts in {len(pages)} pages, {size:.0f} MiB; medians of {RUNS}:")
    print(f"{wall:.2f} s, of the processor {processor:.2f} s; {peak:.0f} MiB at most, with the objects that were made")


if __name__ == "__main__":
    main()
