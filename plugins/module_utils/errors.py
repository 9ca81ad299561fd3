# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way this collection can fail.

    CertopsError              one clear sentence, and the findings that explain it
    ├── SpecError             what is wanted breaks rules; all of them, before any request
    ├── ClusterError          the Kubernetes API could not be used at all (no configuration, not reachable)
    ├── ApiError              the API server refused one request
    │   ├── NotFound          404
    │   ├── Forbidden         401, 403
    │   ├── Conflict          409
    │   └── Invalid           400, 422, and what an admission webhook denies
    ├── AcmeError             the ACME server refused one request, or could not be used at all
    ├── ProviderError         a DNS provider or a cloud refused, or could not be asked
    ├── Unfit                 known before an order: it can't succeed as things are; nothing was changed
    └── NotReady              the wait ended: a terminal failure, or out of time

The core raises them; glue turns them into one ``fail_json`` at the edge.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .diagnose.acme_problem import Problem
    from .diagnose.finding import Finding


class CertopsError(Exception):
    """A failure a person can act on. ``findings`` are ranked, the cause first; ``facts`` is what is known all the same."""

    def __init__(
        self, message: str, findings: Sequence[Finding] = (), facts: Mapping[str, t.Any] | None = None
    ) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
        self.facts = dict(facts or {})


class SpecError(CertopsError):
    """Broken rules of a parameter set, each a sentence with the option, the value and what is allowed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class ClusterError(CertopsError):
    """No usable configuration, or no API server behind it."""


class ApiError(CertopsError):
    """One request that the API server refused.

    :param action: what was tried, "apply Certificate shop/www"
    :param status: the HTTP status, 0 when there was none
    :param body: the Status object of the answer (Kubernetes API conventions, "Response Status Kind")
    """

    def __init__(self, action: str, status: int, body: Mapping[str, t.Any]) -> None:
        self.action = action
        self.status = status
        self.reason = str(body.get("reason") or "")
        self.detail = str(body.get("message") or "no message")
        self.causes: tuple[Mapping[str, t.Any], ...] = tuple((body.get("details") or {}).get("causes") or ())
        super().__init__(f"Cannot {action}: {self.detail} (HTTP {status})")


class NotFound(ApiError):
    """The object, its namespace or its kind does not exist."""


class Forbidden(ApiError):
    """Not authenticated, or not authorized."""


class Conflict(ApiError):
    """Another writer was there first, or another field manager owns the field."""


class Invalid(ApiError):
    """The API server, its schema or an admission webhook rejects the object."""


class AcmeError(CertopsError):
    """One request that an ACME server refused, or that got no answer.

    :param action: what was tried, "order a certificate for www.example.com"
    :param problem: the server's problem document; without an answer its status is None and its type ""
    """

    def __init__(self, action: str, problem: Problem) -> None:
        self.action = action
        self.problem = problem
        said = [problem.type, f"HTTP {problem.status}" if problem.status else ""]
        detail = problem.detail or problem.title or "no reason given"
        parts = [": ".join(part for part in each if part) for each in problem.subproblems]
        mark = f" ({', '.join(filter(None, said))})" if any(said) else ""
        super().__init__("; ".join([f"Cannot {action}: {detail}{mark}", *parts]))


class ProviderError(CertopsError):
    """A DNS server or a cloud service did not do what it was asked; the finding says which right or key is missing."""


class Unfit(CertopsError):
    """What is wanted can't come about as things are; nothing was changed."""


class NotReady(CertopsError):
    """The object exists but is not as wanted."""
