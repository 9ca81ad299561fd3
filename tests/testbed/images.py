# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Container images without a registry: static programs and a few small files in one layer, as a docker archive."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import store

# The kernel's names and those of container images.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
NOBODY = "65532:65532"


@dataclass(frozen=True)
class Image:
    """An image under the name that charts and manifests ask for.

    programs: path in the image → name of the program in the source; files: path in the image → text;
    folders: writable by everyone, as programs that run under any user id need them.
    """

    reference: str
    source: store.Source
    programs: Mapping[str, str]
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)
    working_folder: str = "/"
    user: str = NOBODY
    files: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ("/tmp",)

    @property
    def inputs(self) -> str:
        """What the image follows from; another text means to import it anew."""
        return f"{self.source.version} {self.source.inputs} {json.dumps(self._config(''))} {self.files} {self.folders}"

    def write_archive(self, target: io.BufferedIOBase) -> None:
        """In the format of docker save. The same inputs make the same bytes."""
        layer = self._layer(store.programs_of(self.source))
        digest = hashlib.sha256(layer).hexdigest()
        config = json.dumps(self._config(digest), sort_keys=True).encode()
        config_name = f"{hashlib.sha256(config).hexdigest()}.json"
        manifest = [{"Config": config_name, "RepoTags": [self.reference], "Layers": ["layer.tar"]}]
        with tarfile.open(fileobj=target, mode="w|") as archive:
            _add(archive, config_name, config)
            _add(archive, "layer.tar", layer)
            _add(archive, "manifest.json", json.dumps(manifest).encode())

    def _layer(self, programs: Path) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as layer:
            for path in self.folders:
                entry = tarfile.TarInfo(path.lstrip("/"))
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777
                layer.addfile(entry)
            for path, text in self.files.items():
                _add(layer, path.lstrip("/"), text.encode())
            for path, name in self.programs.items():
                _add(layer, path.lstrip("/"), (programs / name).read_bytes(), 0o755)
        return buffer.getvalue()

    def _config(self, layer_digest: str) -> dict[str, object]:
        return {
            "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
            "os": "linux",
            "config": {
                # Numeric, since the kubelet can't tell of a name whether it is root (runAsNonRoot).
                "User": self.user,
                "Env": list(self.environment),
                "Entrypoint": list(self.entrypoint),
                "Cmd": list(self.command),
                "WorkingDir": self.working_folder,
            },
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_digest}"]},
        }


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))
