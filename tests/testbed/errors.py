# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception that the command line turns into a message."""

from __future__ import annotations


class TestbedError(Exception):
    """Something that the reader of the message can act on."""

    __test__ = False
