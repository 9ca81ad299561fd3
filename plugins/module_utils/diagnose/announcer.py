# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one external-dns is told on its command line, or by variables EXTERNAL_DNS_…; both name the same flags.

Source: external-dns, docs/flags.md, docs/annotations/annotations.md; pull requests 6424 (the prefix of v0.22) and 6703
(both prefixes at once).
"""

from __future__ import annotations

import re
import typing as t

from ..spec.external_dns import LEGACY_PREFIX, PREFIX
from . import public

if t.TYPE_CHECKING:
    from .evidence import Object

_VERSION = re.compile(r":v?(\d+)\.(\d+)(?:\.(\d+))?")
_NEW_PREFIX_SINCE = (0, 22)
_BOTH = "enable-legacy-annotation-prefix"
_NAME = "external-dns"


class Announcer:
    """A Deployment of external-dns, read by its flags."""

    def __init__(self, deployment: Object) -> None:
        containers = deployment["spec"]["template"]["spec"]["containers"]
        container = next((each for each in containers if each.get("name") == _NAME), containers[0])
        self._image = str(container.get("image") or "")
        self._pairs = [argument.removeprefix("--").partition("=")[::2] for argument in container.get("args") or ()]
        for variable in container.get("env") or ():
            self._pairs += [
                (public.flag_of(variable["name"]), line) for line in str(variable.get("value") or "").splitlines()
            ]

    def all(self, flag: str) -> list[str]:
        """The values of a flag that may be given several times."""
        return [value for name, value in self._pairs if name == flag and value]

    def one(self, flag: str) -> str | None:
        """The value of a flag, None if it isn't given."""
        return next(iter(self.all(flag)), None)

    def covers(self, host: str) -> bool:
        """By endpoint/domain_filter.go: a regular expression replaces the lists; a leading dot leaves the apex out."""
        expression = self.one("regex-domain-filter")
        if expression:
            return _searches(expression, host)
        wanted = self.all("domain-filter")
        return (not wanted or any(_below(host, each) for each in wanted)) and not any(
            _below(host, each) for each in self.all("exclude-domains")
        )

    @property
    def version(self) -> tuple[int, int, int] | None:
        """By the tag of its image, None where that doesn't tell."""
        found = _VERSION.search(self._image)
        return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None

    @property
    def prefixes(self) -> frozenset[str]:
        """Which annotations it reads; none where neither its arguments nor its image tell."""
        own = self.one("annotation-prefix") or self._by_version()
        if any(name == _BOTH for name, _value in self._pairs):
            return frozenset({own or PREFIX, LEGACY_PREFIX})
        return frozenset({own} if own else ())

    def _by_version(self) -> str | None:
        if self.version is None:
            return None
        return PREFIX if self.version[:2] >= _NEW_PREFIX_SINCE else LEGACY_PREFIX


def _below(host: str, domain: str) -> bool:
    return host.endswith(domain) if domain.startswith(".") else host == domain or host.endswith(f".{domain}")


def _searches(expression: str, host: str) -> bool:
    """Go's expressions are mostly Python's; one that isn't is taken to cover the host."""
    try:
        return bool(re.search(expression, host))
    except re.error:
        return True
