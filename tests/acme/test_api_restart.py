# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API server is ended by SIGKILL in the middle of a module's work, and comes back: the work goes on.

The user has the documented rights and no more. An API server that has just started doesn't know them for a moment.
"""

from __future__ import annotations

import pathlib
import threading
import time

import pytest
import yaml

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds

from .api_server import LIMITED, LIMITED_TOKEN
from .engine import Fate

ROLE = pathlib.Path(__file__).parents[2] / "docs" / "rbac" / "direct_engine.yml"
GROUP = "rbac.authorization.k8s.io"
AWAY_SECONDS = 1.0


class Restart(Fate):
    """The process lives on; at this point the API server dies, and is started again a little later."""

    def __init__(self, point, server):
        super().__init__()
        self.at, self.server, self.starting = point, server, None

    def meet(self, name, request):
        answer = super().meet(name, request)
        if name == self.at and self.starting is None:
            self.server.stop()
            self.starting = threading.Thread(target=self._start)
            self.starting.start()
        return answer

    def _start(self):
        time.sleep(AWAY_SECONDS)
        self.server.start()


@pytest.fixture(scope="module")
def house(street):
    """Where the limited user may do what is documented."""
    found = street.houses[0]
    cluster, namespace = found.lane.cluster, found.namespace
    role = yaml.safe_load(ROLE.read_text())
    role["metadata"]["namespace"] = namespace
    cluster.create(kinds.Kind(f"{GROUP}/v1", "Role", "roles"), role)
    binding = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": LIMITED, "namespace": namespace},
        "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": role["metadata"]["name"]},
        "subjects": [{"apiGroup": GROUP, "kind": "User", "name": LIMITED}],
    }
    cluster.create(kinds.Kind(f"{GROUP}/v1", "RoleBinding", "rolebindings"), binding)
    return found


@pytest.mark.parametrize("point", ["acme new_order", "acme authorization", "solver present", "acme certificate"])
def test_the_run_ends_right(street, house, point):
    name, restart = f"restart-{point.split()[1].replace('_', '-')}", Restart(point, street.server)
    ended = house.issue(name, restart, host=street.server.url, api_key=LIMITED_TOKEN)
    restart.starting.join()
    assert ended.said.get("certificate", {}).get("ready"), ended
    assert house.leaf(name)
    assert house.left(name) == []
    assert house.orders(name) == 1
