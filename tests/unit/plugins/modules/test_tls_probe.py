# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import socket
import subprocess
import sys

RUN = """
import json, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.certops.kubernetes.plugins.modules import tls_probe
try:
    with patch_module_args(json.loads(sys.argv[1])):
        tls_probe.main()
finally:
    print("kubernetes" in sys.modules)
"""


def test_needs_no_cluster_where_nothing_of_it_is_asked_for():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    options = {"host": "www.example.test", "address": "127.0.0.1", "port": port, "http_port": port, "wait": False}
    done = subprocess.run([sys.executable, "-c", RUN, json.dumps(options)], capture_output=True, text=True, check=False)
    result, imported = done.stdout.strip().splitlines()
    assert imported == "False"
    assert [finding["code"] for finding in json.loads(result)["findings"]] == ["probe.connection_refused"]
    assert json.loads(result)["probe"]["http"]["error"] == "Connection refused"
