# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that finds everything as wanted loads nothing that only other runs need: each import is time, each time.

And a module is sent with no more than it may need: Ansible parses, packs and sends all that is imported somewhere in it.
"""

from __future__ import annotations

import ast
import pathlib
import subprocess
import sys

import pytest

from ansible_collections.certops.kubernetes.tests.unit import rooms

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"

# Which packages and rooms a run has loaded, when `certificate` had nothing to do, or had to wait for cert-manager.
RUN = """
import sys
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import cluster, engines
from ansible_collections.certops.kubernetes.plugins.module_utils.kube import plain, pool
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.modules import certificate
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

pool.manager(plain.kubeconfig({"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c"}}],
                               "clusters": [{"name": "c", "cluster": {"server": "https://k8s.test"}}]}), 1)
fake = FakeCluster(Time())
issuing(fake)
for changed in (True, False):
    spec = CertificateSpec("www", "shop", live.SPEC | {"secretName": "www-tls"})
    outcome = engines.ENGINES["auto"]().ensure_certificates(fake.run(), [spec])
    assert outcome.changed == changed and outcome.facts["certificates"][0]["ready"]
print(*sorted(sys.modules))
"""
ROOMS = "ansible_collections.certops.kubernetes.plugins.module_utils."
NOT_NEEDED = (
    "acme",
    "boto3",
    "dns",
    "josepy",
    "kubernetes",
    *(
        ROOMS + name
        for name in (
            "acme",
            "aws",
            "diagnose.checks",
            "engine.direct.certificates",
            "engine.direct.issuers",
            "engine.evidence",
            "engine.issuers",
            "engine.signer",
            "probe",
            "solver",
            "x509.signing",
        )
    ),
)


def test_a_good_run_loads_only_what_it_needs():
    done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True)
    loaded = done.stdout.split()
    assert ROOMS + "engine.certificates" in loaded
    assert [
        name for name in loaded if name.startswith(tuple(f"{part}." for part in NOT_NEEDED)) or name in NOT_NEEDED
    ] == []


def sent(module: str) -> set[str]:
    """The files of module_utils that Ansible packs with a module, as "room/file.py"."""
    todo, found = [PLUGINS / "modules" / f"{module}.py"], set()
    while todo:
        file = todo.pop()
        package = file.relative_to(PLUGINS).parts[:-1]
        for _line, name in rooms.imports(ast.parse(file.read_text()), package):
            inner = PLUGINS.joinpath(*name[len(rooms.COLLECTION) :])
            for path in (inner.with_suffix(".py"), inner / "__init__.py", inner.parent.with_suffix(".py")):
                if name[: len(rooms.COLLECTION)] == rooms.COLLECTION and path.is_file() and path not in found:
                    found.add(path)
                    todo.append(path)
    return {path.relative_to(PLUGINS / "module_utils").as_posix() for path in found}


@pytest.mark.parametrize(
    "module", ["cert_manager_info", "certificate_status", "dns_record_info", "tls_info", "tls_probe"]
)
def test_what_only_looks_is_sent_without_what_issues(module):
    assert "kube/cluster.py" in sent(module)
    assert [file for file in sent(module) if file.startswith(("acme/", "aws/", "solver/", "engine/direct/"))] == []
