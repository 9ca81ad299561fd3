# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as a section of the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.bench.report import machine

from .measure import Figures

HEADING = "ACME clients side by side"
_TEXT = """Made by `make bench BENCH=--peers` on {machine}, which also ran the cluster and the ACME server.
Medians; one certificate: {runs} runs each; {many}: {many_runs} of ours, {other_runs} of the others.

- Certificates of one name each, by HTTP-01, keys on P-256. The server is Pebble in strict mode: it refuses one nonce in 20, and
  asks to wait 1 s for an order in processing. All names lead to the same ingress controller, whose port 80 the server asks.
- Measured is the wall clock, from a shell's prompt until the last certificate is there; accounts, issuers and the programs'
  own installation were made before. Names are new in each run, so no authorization is reused.
- *certops.kubernetes* is `ansible-playbook` with one task and a list; certificates are in Secrets. Of its time Ansible takes
  a second, and the responder's pod starts anew in each run.
- *cert-manager* {cert_manager} gets its Certificates by one `kubectl apply` and is waited for by `kubectl wait`; Secrets likewise.
- *certbot* {certbot} is one command a certificate, with `--webroot`. *community.crypto* {community_crypto} is a playbook with a loop over each of
  its modules. Both have a web server that is up before, and write files, not Secrets: less work than the others do.
- *busy* is how much of the processors' time was in use just before, by the idle cluster and whatever else ran.

| | one: s | × ours | busy | {many}: s | × ours | busy |
|---|---|---|---|---|---|---|
{rows}

The task alone, without the start of Ansible: {details}
"""


class Result(NamedTuple):
    """The runs of one client."""

    title: str
    one: Sequence[Figures]
    many: Sequence[Figures]


def written(results: Sequence[Result], many: int, details: str, versions: Mapping[str, str]) -> str:
    """The section; the first result is ours.

    :param versions: of the others
    """
    ours = results[0]
    rows = "\n".join(_row(result, ours) for result in results)
    return _TEXT.format(
        machine=machine(),
        runs=len(ours.one),
        many_runs=len(ours.many),
        many=many,
        other_runs=min(len(result.many) for result in results),
        rows=rows,
        details=details,
        **versions,
    )


def _row(result: Result, ours: Result) -> str:
    cells = [result.title]
    for runs, own in ((result.one, ours.one), (result.many, ours.many)):
        cells += [f"{wall(runs):.1f}", f"{wall(runs) / wall(own):.1f}", f"{_busy(runs):.0%}"]
    return f"| {' | '.join(cells)} |"


def wall(runs: Sequence[Figures]) -> float:
    """The median, seconds."""
    return statistics.median(run.wall for run in runs)


def _busy(runs: Sequence[Figures]) -> float:
    return max(run.busy for run in runs)
