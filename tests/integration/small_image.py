# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image that can run this collection's playbooks, for the node of a testbed: python -m tests.integration.small_image

Without a registry and without a build: Python, ansible-core and what they are linked to are taken from this machine and
its .venv, the collection from the checkout. The last line printed is the image's name.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator

from packaging.requirements import Requirement

from tests.testbed import node
from tests.testbed.layout import CHECKOUT, Testbed
from tests.testbed.processes import run

REFERENCE = "localhost/certops-ee:test"
WANTED = ("ansible-core", "cryptography", "josepy", "dnspython", "urllib3", "pyyaml")
# What ansible's connection to its own machine calls.
TOOLS = ("sh", "cat", "chmod", "echo", "id", "ls", "mkdir", "rm", "sleep", "test")
HOME = pathlib.Path("/opt/python")
LOCALE = pathlib.Path("/usr/lib/locale/C.utf8")
_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = HOME / "lib" / _VERSION / "site-packages"
COLLECTIONS = PACKAGES / "ansible_collections"
_NOT_NEEDED = {"test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "site-packages"}
PLAYBOOK = f"#!{HOME}/bin/python3\nfrom ansible.cli.playbook import main\nmain()\n"

Files = Iterator[tuple[pathlib.Path, pathlib.Path]]


def folder(source: pathlib.Path, target: pathlib.Path) -> Files:
    """Its files, with what Python has compiled, as (path here, path in the image)."""
    for path, folders, names in os.walk(source, followlinks=True):
        folders[:] = [name for name in folders if name not in _NOT_NEEDED and not name.startswith(("config-", "."))]
        for name in names:
            here = pathlib.Path(path, name)
            yield here, target / here.relative_to(source)


def distributions(names: tuple[str, ...]) -> set[str]:
    """These packages and what they require here."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name in found:
            continue
        found.add(name)
        requires = map(Requirement, importlib.metadata.requires(name) or ())
        todo += [each.name for each in requires if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


def packages() -> Files:
    for name in sorted(distributions(WANTED)):
        for file in importlib.metadata.files(name) or ():
            here = pathlib.Path(str(file.locate()))
            if ".." not in file.parts and here.is_file():
                yield here, PACKAGES / file


def collections() -> Files:
    import ansible_collections.kubernetes.core  # type: ignore[import-not-found]

    [core] = ansible_collections.kubernetes.core.__path__
    yield from folder(pathlib.Path(core), COLLECTIONS / "kubernetes" / "core")
    ours = COLLECTIONS / "certops" / "kubernetes"
    for name in ("meta", "playbooks", "plugins", "roles"):
        yield from folder(CHECKOUT / name, ours / name)
    yield CHECKOUT / "galaxy.yml", ours / "galaxy.yml"


def python() -> Files:
    yield pathlib.Path(sys.executable).resolve(), HOME / "bin" / "python3"
    yield from folder(pathlib.Path(sysconfig.get_path("stdlib")), HOME / "lib" / _VERSION)
    for tool in TOOLS:
        yield pathlib.Path(shutil.which(tool) or f"/bin/{tool}").resolve(), pathlib.Path("/bin", tool)
    # Ansible wants UTF-8, and Debian's C library has that locale in files.
    yield from folder(LOCALE, LOCALE)


def libraries(files: list[pathlib.Path]) -> Files:
    """What these are linked to, at the same path."""
    linked: set[str] = set()
    for start in range(0, len(files), 100):
        done = subprocess.run(
            ["ldd", *map(str, files[start : start + 100])], capture_output=True, text=True, check=False
        )
        linked |= set(re.findall(r"(/\S+\.so\S*) \(0x", done.stdout))
    for path in sorted(linked):
        yield pathlib.Path(path).resolve(), pathlib.Path(path)


def contents() -> dict[str, pathlib.Path]:
    """Path in the image → path here."""
    files = [*python(), *packages(), *collections()]
    binaries = [here for here, there in files if ".so" in here.name or there.parent.name == "bin"]
    return {str(there): here for here, there in [*files, *libraries(binaries)]}


def write(target: io.BufferedIOBase) -> None:
    """In the format of docker save."""
    files = contents()
    libs = sorted({str(pathlib.Path(path).parent) for path in files if ".so" in path and str(HOME) not in path})
    texts = {"/bin/ansible-playbook": PLAYBOOK, "/etc/passwd": "runner:x:1000:1000::/tmp:/bin/sh\n"}
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "User": "1000:1000",
            "Env": [
                "PATH=/opt/python/bin:/bin",
                f"PYTHONHOME={HOME}",
                f"LD_LIBRARY_PATH={':'.join(libs)}",
                "LC_ALL=C.UTF-8",
            ],
            "WorkingDir": "/tmp",
        },
    }
    with tempfile.TemporaryFile() as layer:
        with tarfile.open(fileobj=layer, mode="w") as archive:
            for path, here in files.items():
                archive.add(here, path.lstrip("/"), recursive=False, filter=_of_nobody)
            for path, text in texts.items():
                _add(archive, path.lstrip("/"), text.encode(), 0o755)
        layer.seek(0)
        digest = hashlib.file_digest(layer, "sha256").hexdigest()
        config["rootfs"] = {"type": "layers", "diff_ids": [f"sha256:{digest}"]}
        text = json.dumps(config).encode()
        name = f"{hashlib.sha256(text).hexdigest()}.json"
        with tarfile.open(fileobj=target, mode="w|") as archive:
            _add(archive, name, text)
            entry = tarfile.TarInfo("layer.tar")
            entry.size = layer.seek(0, os.SEEK_END)
            layer.seek(0)
            archive.addfile(entry, layer)
            manifest = [{"Config": name, "RepoTags": [REFERENCE], "Layers": ["layer.tar"]}]
            _add(archive, "manifest.json", json.dumps(manifest).encode())


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Readable by whoever it runs as."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode |= 0o444 | (0o111 if entry.mode & 0o100 else 0)
    return entry


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def main() -> None:
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        write(archive)  # type: ignore[arg-type]
        archive.flush()
        run(node.ctr(Testbed.from_environment(), "images", "import", archive.name))
    print(REFERENCE)


if __name__ == "__main__":
    main()
