# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of dependency, and that its checker can tell."""

from __future__ import annotations

import pathlib

import pytest

from ansible_collections.certops.kubernetes.tests.unit.rooms import broken_rules

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"
FILES = sorted(
    {*PLUGINS.glob("module_utils/**/*.py"), *PLUGINS.glob("modules/*.py"), *PLUGINS.glob("filter/*.py")}
    - {PLUGINS / "module_utils/__init__.py"}
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_file_keeps_to_its_room(path: pathlib.Path) -> None:
    assert broken_rules(path.relative_to(PLUGINS).parts, path.read_text()) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("x509", "import ssl"),
        ("x509", "from ..spec import kinds"),
        ("spec", "import time"),
        ("spec", "import os.path"),
        ("spec", "from urllib import request"),
        ("spec", "from ..engine import ports"),
        ("spec", "from datetime import datetime\nNOW = datetime.now()"),
        ("spec", "import datetime\ncount(datetime.datetime.utcnow)"),
        ("spec", "def read(path):\n    return open(path)"),
        ("diagnose", "import threading"),
        ("diagnose", "from ansible_collections.certops.kubernetes.plugins.module_utils.kube import cluster"),
        ("engine", "from ..kube.cluster import Cluster"),
        ("engine", "from .. import probe"),
        ("engine", "from ..errors import SpecError"),
        ("engine", "if TYPE_CHECKING:\n    from .ports import Run"),
        ("engine", "from ..glue import run"),
        ("engine", "from ...modules import issuer"),
        ("engine", "import socket"),
        ("engine", "def f():\n    import kubernetes"),
        ("engine", "if TYPE_CHECKING:\n    from ..acme.client import Client"),
        ("kube", "from ansible.module_utils.basic import AnsibleModule"),
        ("kube", "import requests"),
        ("probe", "import urllib3"),
        ("acme", "import boto3"),
        ("aws", "import josepy"),
        ("glue", "import kubernetes.client"),
        ("glue", "from ansible_collections.community.crypto.plugins import module_utils"),
        ("cellar", ""),
    ],
)
def test_checker_finds(room: str, source: str) -> None:
    assert len(broken_rules(("module_utils", room, "bad.py"), source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (("module_utils", "errors.py"), "from .diagnose.finding import Finding"),
        (
            ("module_utils", "spec", "a.py"),
            "from urllib.parse import urlsplit\nfrom .b import c\nfrom .. import errors",
        ),
        (("module_utils", "x509", "a.py"), "from datetime import datetime\nfrom cryptography import x509\nx509.now"),
        (
            ("module_utils", "engine", "a.py"),
            "import concurrent.futures\nfrom ..spec import kinds\nfrom . import ports",
        ),
        (("module_utils", "kube", "a.py"), "import os\nfrom kubernetes import client\nfrom urllib3.util import Retry"),
        (
            ("module_utils", "glue", "a.py"),
            "from ansible_collections.kubernetes.core.plugins.module_utils import args_common",
        ),
        (
            ("modules", "a.py"),
            "from ansible.module_utils.basic import AnsibleModule\nfrom ..module_utils.glue import run",
        ),
    ],
)
def test_checker_allows(path: tuple[str, ...], source: str) -> None:
    assert broken_rules(path, source) == []
