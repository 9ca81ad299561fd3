# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as its users get it: built, and installed into an empty folder."""

from __future__ import annotations

import pathlib

import pytest

from . import building


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return building.build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def installed(tarball: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with the installed collection and kubernetes.core, and no other."""
    folder = tmp_path_factory.mktemp("installed")
    building.install(tarball, folder)
    return folder
