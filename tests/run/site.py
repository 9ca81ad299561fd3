# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's pages as antsibull makes them, in .cache/site/html."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

from .counts import Counts
from .process import ROOT, SCRATCH, TOOLS, environment

SITE = SCRATCH / "site"
SETTINGS = ROOT / "tests" / "docs" / "site"

# kubernetes.core lies in .venv, which the checkout's own repository ignores; antsibull-docs would copy nothing of it.
OTHER_COLLECTIONS = {"GIT_CEILING_DIRECTORIES": str(TOOLS.parent)}


def commands(pages: pathlib.Path) -> dict[str, list[str]]:
    """What is done, in this order. pages: where the text of the pages is put."""
    configuration = f"--config-file={SETTINGS / 'antsibull-docs.cfg'}"
    options = ["--cleanup=everything", "--fail-on-error", "--use-current", "--squash-hierarchy", f"--dest-dir={pages}"]
    return {
        "lint": ["antsibull-docs", "lint-collection-docs", "--check-extra-docs-refs", "."],
        "pages of plugins and roles": ["antsibull-docs", configuration, "collection", *options, "certops.kubernetes"],
        "site": ["sphinx-build", "-M", "html", str(pages), str(SITE), "-c", str(SETTINGS), "-W", "--keep-going", "-q"],
    }


def run() -> Counts:
    """One check a command: that it has nothing to complain of, not even by a warning."""
    shutil.rmtree(SITE, ignore_errors=True)
    pages = SITE / "rst"
    # antsibull-docs wants that nobody else can write there.
    pages.mkdir(mode=0o755, parents=True)
    counts = Counts()
    for name, command in commands(pages).items():
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(**OTHER_COLLECTIONS),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        good = done.returncode == 0
        print(f"docs: {name}: {'ok' if good else f'failed{chr(10)}{done.stdout}'}", flush=True)
        counts += Counts(int(good), int(not good))
    print(f"docs: {SITE / 'html' / 'index.html'}", flush=True)
    return counts
