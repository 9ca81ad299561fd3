# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP-01 (RFC 8555, 8.3) by the responder of spec/responder.py.

    present      Deployment and Service of the responder; an Ingress for those hosts that none of its Ingresses has
    await        every host, asked at the Ingress's address as the CA asks, gives its key authorization
    clean up     nothing, when the responder is kept; else the Ingresses that no other challenge uses, with the last the rest

Other runs may be answered by the same responder at the same time. So each challenge marks its Ingress by an annotation of
its own, which a later run that resumes the order, or gives it up, finds again; with the last of them all is taken away.
"""

from __future__ import annotations

import hashlib
import typing as t
from datetime import datetime, timedelta, timezone

from .. import errors
from ..diagnose import challenge_answer
from ..diagnose.checks.ingress_class import addresses
from ..diagnose.checks.solver import not_running
from ..diagnose.evidence import Evidence
from ..spec import challenge, dialects, kinds
from ..spec.dialects.dialect import OpenPath
from ..spec.ownership import FIELD_MANAGER
from ..spec.responder import TOKEN_PATH, Responder, Settings, rule_host
from .waiting import until_all_seen

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..diagnose.finding import Finding
    from ..diagnose.served import Failure, Page
    from ..spec.challenge import Task
    from . import ports

_MARK = "challenge.certops.kubernetes/"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_FORGOTTEN = timedelta(hours=1)  # the mark of a challenge that nobody came back for
_ASK_SECONDS = 5.0
_PAUSES = (0.05, 0.5)  # seconds, the first and the longest
_NAMED = 5  # hosts in an error message
_UNPUBLISHED_SECONDS = 5.0  # then the host's own address in DNS is asked, since some controllers publish none
_POD_SECONDS, _POD_PAUSE = 4.0, 0.05
_AGAIN_SECONDS = 6.0  # then it is all applied again: another batch may just have taken it away


class Http01:
    """Answers HTTP-01 challenges in one namespace.

    :param keep: leave the responder and its Ingresses for later renewals
    """

    challenge_type = challenge.HTTP01

    def __init__(
        self,
        cluster: ports.Cluster,
        clock: ports.Clock,
        fetch: ports.Fetch,
        each: ports.Each,
        namespace: str,
        settings: Settings,
        keep: bool = False,
    ) -> None:
        self._cluster, self._clock, self._fetch, self._each = cluster, clock, fetch, each
        self._namespace, self._settings, self._keep = namespace, settings, keep
        self._open_path: OpenPath | None = None
        self._prepared: set[str] = set()  # responders

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Have the pod started.

        :raises ApiError: the API server refuses an object
        """
        for responder, _batch in self._by_responder(tasks):
            self._start(responder)
            self._prepared.add(responder.name)

    def present(self, tasks: Sequence[Task]) -> None:
        """Make what is missing.

        :raises SpecError: one is for a wildcard
        :raises ApiError: the API server refuses an object
        """
        wildcards = [f"*.{task.identifier}: http-01 can't prove it, dns-01 can" for task in tasks if task.wildcard]
        if wildcards:
            raise errors.SpecError(wildcards)
        for responder, batch in self._by_responder(tasks):
            self._present(responder, batch)

    def await_visible(self, tasks: Sequence[Task], deadline: float) -> None:
        """Ask every host until each gives its answer.

        :raises NotReady: some do not by then
        """
        for responder, batch in self._by_responder(tasks):
            self._await(responder, batch, deadline)

    def clean_up(self, tasks: Sequence[Task]) -> None:
        """Take away what only these challenges need."""
        if self._keep:
            return
        for responder, batch in self._by_responder(tasks):
            used = [self._still_used(ingress, batch) for ingress in self.ingresses(responder)]
            if not any(used):
                self._delete_workload(responder)

    def ingresses(self, responder: Responder) -> list[ports.Object]:
        """Those of the responder."""
        return self._cluster.list(kinds.INGRESS, self._namespace, labels=responder.selector)[0]

    def _await(self, responder: Responder, tasks: Sequence[Task], deadline: float) -> None:
        asking = _Asking(
            self._clock,
            self._fetch,
            self._each,
            lambda: self.ingresses(responder),
            lambda: self._again(responder, tasks),
        )
        left = until_all_seen(self._clock, deadline, tasks, asking, *_PAUSES)
        if left:
            findings = [*self._pods_at_fault(responder), *asking.findings(left)]
            hosts = ", ".join(sorted(task.identifier for task in left)[:_NAMED])
            raise errors.NotReady(
                f"{len(left)} of {len(tasks)} hosts do not answer their own challenge: {hosts}", findings
            )

    def _pods_at_fault(self, responder: Responder) -> list[Finding]:
        try:
            pods = self._cluster.list(kinds.POD, self._namespace, labels=responder.selector)[0]
        except errors.ApiError:  # the answers of the hosts are findings enough
            return []
        evidence = Evidence(certificate={}, now=self._clock.now())
        return [finding for finding in (not_running(evidence, pod) for pod in pods) if finding]

    def _by_responder(self, tasks: Sequence[Task]) -> list[tuple[Responder, list[Task]]]:
        """The tasks of each account; most often there is one."""
        accounts: dict[str, list[Task]] = {}
        for task in tasks:
            accounts.setdefault(task.thumbprint, []).append(task)
        return [(Responder(self._namespace, account, self._settings), batch) for account, batch in accounts.items()]

    def _start(self, responder: Responder) -> None:
        for kind, manifest in responder.workload():
            self._cluster.apply(kind, manifest, FIELD_MANAGER, force=True)

    def _again(self, responder: Responder, tasks: Sequence[Task]) -> None:
        self._prepared.discard(responder.name)
        self._present(responder, tasks)

    def _present(self, responder: Responder, tasks: Sequence[Task]) -> None:
        # Another batch that ended since may have taken it away.
        if responder.name not in self._prepared or self._deployment(responder) is None:
            self._start(responder)
        self._await_pod(responder)
        wanted = {rule_host(task.identifier) for task in tasks}
        used = [ingress for ingress in self.ingresses(responder) if wanted & _hosts(ingress)]
        missing = sorted(wanted.difference(*map(_hosts, used)))
        if missing:
            manifest = responder.ingress(missing, self._opening())
            used.append(self._cluster.apply(kinds.INGRESS, manifest, FIELD_MANAGER, force=True))
        if not self._keep:
            now = self._clock.now().strftime(_TIME)
            for ingress in used:
                hosts = _hosts(ingress)
                self._mark(ingress, {_mark(task): now for task in tasks if rule_host(task.identifier) in hosts})

    def _await_pod(self, responder: Responder) -> None:
        """Give the pod a moment, since a controller that reloads for an Ingress without backend is slower to do it again."""
        end = self._clock.monotonic() + _POD_SECONDS
        while self._clock.monotonic() < end:
            live = self._deployment(responder)
            if live is None or (live.get("status") or {}).get("readyReplicas"):
                return
            self._clock.sleep(_POD_PAUSE)

    def _deployment(self, responder: Responder) -> ports.Object | None:
        return self._cluster.get(kinds.DEPLOYMENT, self._namespace, responder.name)

    def _mark(self, ingress: ports.Object, marks: Mapping[str, str | None]) -> ports.Object:
        patch = {"metadata": {"annotations": marks}}
        return self._cluster.merge(kinds.INGRESS, self._namespace, ingress["metadata"]["name"], patch)

    def _still_used(self, ingress: ports.Object, tasks: Sequence[Task]) -> bool:
        """Whether other challenges use it; otherwise it is gone afterwards."""
        ours = {_mark(task) for task in tasks} & set(ingress["metadata"].get("annotations") or {})
        if ours:
            ingress = self._mark(ingress, dict.fromkeys(ours))
        oldest = self._clock.now() - _FORGOTTEN
        if any(time >= oldest for time in _marks(ingress)):
            return True
        self._delete(kinds.INGRESS, ingress["metadata"]["name"], ingress["metadata"]["uid"])
        return False

    def _delete_workload(self, responder: Responder) -> None:
        for kind, manifest in reversed(responder.workload()):
            self._delete(kind, manifest["metadata"]["name"])

    def _delete(self, kind: kinds.Kind, name: str, uid: str | None = None) -> None:
        self._cluster.delete(kind, self._namespace, name, uid)

    def _opening(self) -> OpenPath:
        """How the class's controller is told to let the token through; the API's own way where that isn't known."""
        if self._open_path is None:
            try:
                classes = self._cluster.list(kinds.INGRESS_CLASS)[0]
            except errors.ApiError:  # reading what is cluster-wide is more than the work needs
                classes = []
            dialect = dialects.by_controller(_controller(classes, self._settings))
            self._open_path = dialect.open_path if dialect else OpenPath()
        return self._open_path


class _Asking:
    """Asks the hosts of a batch, and keeps what they last answered.

    :param published: the Ingresses as they are now
    :param again: makes what is missing
    """

    def __init__(
        self,
        clock: ports.Clock,
        fetch: ports.Fetch,
        each: ports.Each,
        published: Callable[[], list[ports.Object]],
        again: Callable[[], None],
    ) -> None:
        self._clock, self._fetch, self._each, self._published, self._again = clock, fetch, each, published, again
        self._started = self._applied = clock.monotonic()
        self._places: dict[str, tuple[str, str]] = {}  # host of a rule → address ("": its own), title of the Ingress
        self._answers: dict[str, Page | Failure] = {}

    def __call__(self, pending: Sequence[Task]) -> list[Task]:
        """Those that are not answered yet. As long as one isn't, the others are not asked, but the next comes first."""
        if self._clock.monotonic() - self._applied > _AGAIN_SECONDS:
            self._again()
            self._applied = self._clock.monotonic()
        self._locate(pending)
        first, *others = pending
        if not self._ask(first):
            return [*others, first]
        return [task for task, right in zip(others, self._each(self._ask, others), strict=True) if not right]

    def findings(self, pending: Sequence[Task]) -> list[Finding]:
        """One for each cause, at the first host that it was seen at."""
        found: dict[str, Finding] = {}
        for task in sorted(pending, key=lambda task: task.identifier):
            if task.identifier in self._answers:
                address, title = self._places.get(rule_host(task.identifier), ("", ""))
                finding = challenge_answer.explain(task, address, title, self._answers[task.identifier])
                found.setdefault(finding.code, finding)
        return list(found.values())

    def _locate(self, pending: Sequence[Task]) -> None:
        """An address that isn't published in time may still come: after a restart, a controller takes a while."""
        if all(self._places.get(rule_host(task.identifier), ("", ""))[0] for task in pending):
            return
        given_up = self._clock.monotonic() - self._started > _UNPUBLISHED_SECONDS
        for ingress in self._published():
            found = addresses(ingress)
            title = kinds.INGRESS.title(ingress["metadata"]["namespace"], ingress["metadata"]["name"])
            if found or given_up:
                self._places.update(dict.fromkeys(_hosts(ingress), (found[0] if found else "", title)))

    def _ask(self, task: Task) -> bool:
        place = self._places.get(rule_host(task.identifier))
        if place is None:
            return False
        answer = self._fetch(task.identifier, place[0], TOKEN_PATH + task.token, _ASK_SECONDS)
        self._answers[task.identifier] = answer
        return challenge_answer.right(task, answer)


def _hosts(ingress: ports.Object) -> set[str]:
    return {rule.get("host") or "" for rule in ingress["spec"].get("rules") or ()}


def _mark(task: Task) -> str:
    """The annotation of a challenge."""
    return _MARK + hashlib.sha256(task.token.encode()).hexdigest()[:10]


def _marks(ingress: ports.Object) -> list[datetime]:
    """When each challenge that uses an Ingress was presented."""
    annotations = ingress["metadata"].get("annotations") or {}
    values = [value for name, value in annotations.items() if name.startswith(_MARK)]
    return [datetime.strptime(value, _TIME).replace(tzinfo=timezone.utc) for value in values]


def _controller(classes: Sequence[ports.Object], settings: Settings) -> str:
    """Of the class that the Ingress will have; "" where that isn't known."""
    wanted = settings.ingress_class_name or settings.ingress_class_annotation
    for item in classes:
        default = (item["metadata"].get("annotations") or {}).get(kinds.DEFAULT_CLASS_ANNOTATION) == "true"
        if item["metadata"]["name"] == wanted or (wanted is None and default):
            return str(item["spec"].get("controller") or "")
    return ""
