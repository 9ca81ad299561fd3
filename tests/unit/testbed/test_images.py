# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import pytest

from tests.testbed import store
from tests.testbed.components import ALL
from tests.testbed.images import Image
from tests.testbed.sources import PyPI

SOURCE = PyPI("server", "1.0")


@pytest.fixture
def image():
    folder = store.programs_of(SOURCE)
    folder.mkdir(parents=True)
    (folder / "server").write_bytes(b"program")
    return Image(
        "docker.io/library/server:1",
        SOURCE,
        {"/usr/bin/server": "server"},
        ("/usr/bin/server",),
        files={"/etc/server": "x"},
    )


def archive_of(image):
    buffer = io.BytesIO()
    image.write_archive(buffer)
    return buffer.getvalue()


def test_archive_holds_what_its_manifest_names(image):
    with tarfile.open(fileobj=io.BytesIO(archive_of(image))) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))[0]
        config = json.load(archive.extractfile(manifest["Config"]))
        layer = archive.extractfile(manifest["Layers"][0]).read()
    assert manifest["RepoTags"] == ["docker.io/library/server:1"]
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    with tarfile.open(fileobj=io.BytesIO(layer)) as content:
        assert content.extractfile("usr/bin/server").read() == b"program"
        assert content.getmember("usr/bin/server").mode == 0o755
        assert content.getmember("tmp").mode == 0o1777
        assert content.extractfile("etc/server").read() == b"x"


def test_same_inputs_make_the_same_bytes(image):
    assert archive_of(image) == archive_of(image)


@pytest.mark.parametrize("image", ALL.images, ids=lambda image: image.reference)
def test_no_image_runs_as_root_and_each_user_is_a_number(image):
    user, group = image.user.split(":")
    assert int(user) > 0 and int(group) > 0
