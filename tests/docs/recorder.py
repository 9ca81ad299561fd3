# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of pytest: writes down every finding that the collection makes during the tests.

CERTOPS_FINDINGS is the file, JSON: code → severity → [[object, message, remedy], how often], … Findings that a test makes
itself, as input, are not counted.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import os
import pathlib
import sys
from types import FrameType
from typing import Any

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import finding

_COLLECTION = str(pathlib.Path(str(finding.__file__)).parents[1]) + os.sep
_SEEN: collections.Counter[tuple[str, str, str, str, str]] = collections.Counter()


def _record(original: Any) -> Any:
    def made(self: finding.Finding, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        if _made_by_collection(sys._getframe(1)):
            _SEEN[self.code, self.severity, self.object, self.message, self.remedy] += 1

    return made


def _made_by_collection(frame: FrameType | None) -> bool:
    """Whoever called dataclasses.replace, or made it."""
    while frame and frame.f_code.co_filename == dataclasses.__file__:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(_COLLECTION)


def pytest_configure() -> None:
    """From here on."""
    finding.Finding.__init__ = _record(finding.Finding.__init__)  # type: ignore[method-assign]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing is written by a run that only collects."""
    if session.testscollected and not session.config.option.collectonly:
        said = [[*words, count] for words, count in sorted(_SEEN.items())]
        pathlib.Path(os.environ["CERTOPS_FINDINGS"]).write_text(json.dumps(said, indent=1))
