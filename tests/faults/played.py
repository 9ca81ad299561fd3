# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen of a case. Nothing is judged here; tests/integration/test_faults.py does that."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import CertopsError

from .case import Case
from .place import Place

Facts = Mapping[str, Any]


@dataclass
class Played:
    """Times are seconds of time.monotonic().

    broken: why the case could not be played.
    visible: when the evidence had it. named: when it was the first finding. looks: how many there were from the one to
    the other. findings, evidence: of the last look.
    refused: why the Certificate could not be made.
    said: what the module failed with, None if it didn't; said_codes: its findings; asked: how many seconds it took.
    differs: where certificate_status and kubectl describe disagree.
    unmended: why it was not ready after mending. after: findings once it was mended.
    """

    case: Case
    place: Place
    broken: str | None = None
    visible: float | None = None
    named: float | None = None
    looks: int = 0
    findings: Sequence[Facts] = ()
    evidence: Facts = field(default_factory=dict)
    refused: CertopsError | None = None
    said: str | None = None
    said_codes: Sequence[str] = ()
    asked: float = 0.0
    differs: Sequence[str] = ()
    unmended: str | None = None
    after: Sequence[Facts] = ()
    seconds: float = 0.0
    seen: threading.Event = field(default_factory=threading.Event)

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.findings]

    def see(self, findings: Sequence[Facts], evidence: Facts) -> None:
        """Takes in a look; the last one that counts is that which has the fault and its name."""
        if self.seen.is_set():
            return
        self.findings, self.evidence = findings, evidence
        if self.visible is not None and self.named is None:
            self.looks += 1
        if self.visible is None and re.search(self.case.shows, json.dumps(evidence)):
            self.visible = time.monotonic()
        if self.codes[:1] == list(filter(None, [self.case.code])):
            self.named = self.named or time.monotonic()
            if self.visible is not None:
                self.seen.set()
