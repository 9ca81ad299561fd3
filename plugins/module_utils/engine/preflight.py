# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look before the first order: what can be known of it, from the cluster, DNS, and port 80 of the hosts.

Only for certificates that will be issued: a run that has nothing to do doesn't come here, and none of this is loaded.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .. import errors
from ..diagnose import preflight
from ..diagnose.finding import ERROR, WARNING, Finding, in_words
from . import parallel, ports, preflight_evidence, recorded, snapshot

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .preflight_evidence import Subject

# An earlier task of the play may make these; a dry run can't know.
_MAY_COME = frozenset(
    {
        "crd.missing",
        "dns.no_address",
        "dns.nxdomain",
        "ingress_class.missing",
        "issuer.missing",
        "issuer.not_observed",
        "issuer.not_ready",
        "issuer.wrong_namespace",
    }
)


def check(run: ports.Run, subjects: Sequence[Subject]) -> list[Finding]:
    """What speaks against these certificates, the cause first; as warnings, since the run goes on.

    :raises Unfit: the run is to fail, and one of the findings is an error
    """
    if run.preflight == ports.OFF or not subjects:
        return []
    found = _once(_look(run, subjects))
    fatal = [finding for finding in found if finding.severity == ERROR]
    if run.check_mode:
        fatal = [finding for finding in fatal if finding.code not in _MAY_COME]
    if run.preflight == ports.FAIL and fatal:
        names = ", ".join(subject.wanted.title for subject in subjects[:5]) + (" …" if len(subjects) > 5 else "")
        raise errors.Unfit(in_words(f"{names} can't be issued as things are. Nothing was changed.", found), found)
    return [replace(finding, severity=WARNING) for finding in found]


def _look(run: ports.Run, subjects: Sequence[Subject]) -> list[Finding]:
    reading, _seen = recorded.of(snapshot.of(run, wide=False))
    try:
        return _findings(reading, subjects)
    except ImportError as error:
        message = f"the Python library {error.name} is not installed here, so DNS and port 80 were not looked at."
        note = Finding(
            "preflight.no_library", WARNING, "preflight", message, "install dnspython, or set preflight: off"
        )
        return [note, *_findings(replace(reading, resolver=None), subjects)]


def _findings(run: ports.Run, subjects: Sequence[Subject]) -> list[Finding]:
    alone = len(subjects) == 1
    gathered = parallel.each(lambda subject: preflight_evidence.gather(run, subject, alone), subjects)
    return [finding for evidence in gathered for finding in preflight.run_all(evidence)]


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Without those that say the same of the same object: an issuer is that of many certificates."""
    first: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.code, finding.object, finding.message), finding)
    return list(first.values())
