# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubeconfigs for tests."""

from __future__ import annotations

import base64
from typing import Any


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def kubeconfig(cluster: dict[str, Any] | None = None, **user: Any) -> dict[str, Any]:
    """Two contexts, "one" (the current one) and "two", each with a cluster of its name, for the same user."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "one",
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": "me", "namespace": "shop"}} for name in ("one", "two")
        ],
        "clusters": [
            {"name": name, "cluster": {"server": f"https://{name}.test", **(cluster or {})}} for name in ("one", "two")
        ],
        "users": [{"name": "me", "user": user or {"token": "token-2"}}],
    }


def exec_plugin(token: str) -> dict[str, Any]:
    """A user whose token a command prints (Kubernetes, "client-go credential plugins")."""
    version = "client.authentication.k8s.io/v1"
    credential = f'{{"apiVersion": "{version}", "kind": "ExecCredential", "status": {{"token": "{token}"}}}}'
    return {"exec": {"apiVersion": version, "command": "echo", "args": [credential], "interactiveMode": "Never"}}
