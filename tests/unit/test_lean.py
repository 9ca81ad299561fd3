# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that finds everything as wanted loads nothing that only other runs need: each import is time, each time."""

from __future__ import annotations

import subprocess
import sys

# Which packages and rooms a run has loaded, when `certificate` had nothing to do, or had to wait for cert-manager.
RUN = """
import sys
from ansible_collections.certops.kubernetes.plugins.module_utils.glue import cluster
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
    outcome = cluster.ENGINES["auto"]().ensure_certificates(fake.run(), [spec])
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
