# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signed requests, repeated as long as that is safe and of use (retry.py decides)."""

from __future__ import annotations

import json
import random
import threading
import typing as t

from .. import errors
from ..diagnose.acme_problem import Problem
from .answer import Answer
from .directory import Directory, directory_in
from .nonces import Nonces, valid
from .retry import MOST_FAILURES, Failure, Tries, Verdict, backoff, decide
from .transport import Lost

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from .keys import SigningKey
    from .transport import Transport


T = t.TypeVar("T")


class Clock(t.Protocol):
    """Time, as engine/ports.py has it: the time of day in UTC, seconds that never go back, and a pause."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float, /) -> None: ...


class AnswerLost(errors.AcmeError):
    """The server may have carried out a request that isn't repeatable; what came of the answer is in ``answer``."""

    def __init__(self, action: str, problem: Problem, answer: Answer | None) -> None:
        super().__init__(action, problem)
        self.answer = answer


class Session:
    """The requests of one client to one server; thread-safe.

    :param patience: seconds that one request may take, its repetitions and all pauses that the server asks for included
    """

    def __init__(
        self,
        url: str,
        transport: Transport,
        clock: Clock,
        patience: float = 60.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.url = url
        self.clock = clock
        self._transport = transport
        self._patience = patience
        self._chance = chance
        self._nonces = Nonces()
        self._directory: Directory | None = None
        self._lock = threading.Lock()

    @property
    def directory(self) -> Directory:
        """Fetched when it is first asked for.

        :raises AcmeError: it can't be had, or is none
        """
        with self._lock:
            if self._directory is None:
                action = f"read the ACME directory {self.url}"
                answer = self.get(self.url, action)
                self._directory = directory_in(answer)
                if self._directory is None:
                    raise errors.AcmeError(action, Problem("", None, "what is there is no ACME directory"))
            return self._directory

    def resource(self, name: str, action: str) -> str:
        """The URL of a resource.

        :raises AcmeError: the server hasn't got it
        """
        try:
            return self.directory.resources[name]
        except KeyError:
            raise errors.AcmeError(action, Problem("", None, f"the ACME server has no resource {name}")) from None

    def get(self, url: str, action: str) -> Answer:
        """An unsigned request, for the few resources that have it (RFC 8555, 6.3; RFC 9773, 4.1)."""
        return self._insist(lambda timeout: self._transport.send("GET", url, timeout), action, True, self._deadline())

    def post(
        self,
        url: str,
        payload: Mapping[str, t.Any] | None,
        key: SigningKey,
        account: str | None,
        action: str,
        repeatable: bool = True,
    ) -> Answer:
        """A signed request (RFC 8555, 6.2).

        :param payload: None for a POST-as-GET (6.3)
        :param account: the account's URL; None to send the key itself, as newAccount and revocation by another key do
        :raises AnswerLost: whether it was carried out can't be told
        :raises AcmeError: refused, or no answer within the time
        """
        deadline = self._deadline()
        content = b"" if payload is None else json.dumps(payload, separators=(",", ":")).encode()
        identity = {"kid": account} if account else {"jwk": key.jwk}
        # An error's nonce is for this request's next attempt (6.5: MUST).
        kept: list[str] = []

        def send(timeout: float) -> Answer:
            nonce = kept.pop() if kept else self._nonces.take() or self._new_nonce(deadline)
            signed = key.sign({**identity, "nonce": nonce, "url": url}, content)
            answer = self._transport.send("POST", url, timeout, json.dumps(signed).encode())
            fresh = answer.header("replay-nonce")
            if fresh and valid(fresh):
                (self._nonces.give if answer.status < 400 else kept.append)(fresh)
            return answer

        try:
            return self._insist(send, action, repeatable, deadline)
        finally:
            for nonce in kept:
                self._nonces.give(nonce)

    def settle(self, ask: Callable[[], T], look: Callable[[AnswerLost], T | None]) -> T:
        """Ask for something that isn't repeatable. When the answer gets lost, look what became of it before asking again.

        :param look: what was asked for, if the server did it; None if it didn't
        :raises AnswerLost: lost every time
        """
        for attempt in range(MOST_FAILURES):
            try:
                return ask()
            except AnswerLost as lost:
                last = lost
            # The server may still be at it.
            self.clock.sleep(backoff(attempt, self._chance()))
            found = look(last)
            if found is not None:
                return found
        raise last

    def _new_nonce(self, deadline: float) -> str:
        action = "get a nonce from the ACME server"
        url = self.resource("newNonce", action)
        answer = self._insist(lambda timeout: self._transport.send("HEAD", url, timeout), action, True, deadline)
        nonce = answer.header("replay-nonce")
        if nonce is None or not valid(nonce):
            raise errors.AcmeError(action, Problem("", answer.status, "the answer has no valid Replay-Nonce"))
        return nonce

    def _deadline(self) -> float:
        return self.clock.monotonic() + self._patience

    def _insist(self, send: Callable[[float], Answer], action: str, repeatable: bool, deadline: float) -> Answer:
        """Send until there is an answer below 400, or no reason to go on."""
        tries = Tries()
        while True:
            remaining = max(deadline - self.clock.monotonic(), 1.0)
            try:
                answer = send(remaining)
                if answer.status < 400 and answer.whole:
                    return answer
                problem, failure, partial = self._refusal(answer)
            except Lost as lost:
                problem, partial = Problem("", None, str(lost)), lost.answer
                failure = Failure(0, sent=lost.sent, final=lost.final)
            decision = decide(failure, tries, repeatable, deadline - self.clock.monotonic(), self._chance())
            if decision.verdict is Verdict.LOOK:
                raise AnswerLost(action, problem, partial)
            if decision.verdict is Verdict.GIVE_UP:
                raise errors.AcmeError(action, problem)
            self.clock.sleep(decision.pause)
            tries = decision.tries

    def _refusal(self, answer: Answer) -> tuple[Problem, Failure, Answer | None]:
        if answer.status < 400:
            return Problem("", None, f"the answer of {answer.url} was cut"), Failure(0), answer
        now = self.clock.now()
        problem = answer.problem(now)
        wait = max((problem.retry_at - now).total_seconds(), 0.0) if problem.retry_at else None
        return problem, Failure(answer.status, problem.type, wait), None
