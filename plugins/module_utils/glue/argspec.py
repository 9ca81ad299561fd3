# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs that can be put together, with the rules that go with them."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

Rule = t.Sequence[t.Any]


class ArgumentSpec:
    """An argument spec and its rules, in the words of AnsibleModule."""

    _RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if")

    def __init__(
        self,
        argument_spec: dict[str, dict[str, t.Any]] | None = None,
        *,
        mutually_exclusive: Rule = (),
        required_together: Rule = (),
        required_one_of: Rule = (),
        required_if: Rule = (),
        required_by: dict[str, t.Any] | None = None,
    ) -> None:
        self.argument_spec = dict(argument_spec or {})
        self.mutually_exclusive = list(mutually_exclusive)
        self.required_together = list(required_together)
        self.required_one_of = list(required_one_of)
        self.required_if = list(required_if)
        self.required_by = dict(required_by or {})

    def merge(self, other: ArgumentSpec) -> ArgumentSpec:
        """A new spec with the options and the rules of both; the other's options win."""
        rules = {name: getattr(self, name) + getattr(other, name) for name in self._RULES}
        return ArgumentSpec(
            self.argument_spec | other.argument_spec, required_by=self.required_by | other.required_by, **rules
        )

    def create_module(self, supports_check_mode: bool = True) -> AnsibleModule:
        """The module with these options; fails by itself where they are not met."""
        return AnsibleModule(
            argument_spec=self.argument_spec,
            supports_check_mode=supports_check_mode,
            required_by=self.required_by,
            **{name: getattr(self, name) for name in self._RULES},
        )
