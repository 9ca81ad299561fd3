# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium without a window, spoken to over the Chrome DevTools Protocol (https://chromedevtools.github.io)."""

from __future__ import annotations

import base64
import itertools
import json
import pathlib
import shutil
import subprocess
import urllib.request
from typing import Any

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome")
TIMEOUT = 60


class Chromium:
    """A browser with one tab, which reaches no network. Closed by ``close``."""

    def __init__(self, folder: pathlib.Path) -> None:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise FileNotFoundError(f"none of {', '.join(NAMES)} is in PATH")
        options = [
            "--headless",
            "--no-sandbox",  # it only opens pages of ours, and root may not have one
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            f"--user-data-dir={folder}",
            "about:blank",
        ]
        self._process = subprocess.Popen(
            [program, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            self._socket = websocket.create_connection(self._tab(), timeout=TIMEOUT, suppress_origin=True)
        except BaseException:
            self._process.kill()
            raise
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def _tab(self) -> str:
        """The address of its tab, by the port that it names on standard error."""
        for line in self._process.stderr or ():
            if line.startswith("DevTools listening on "):
                host = line.split("/")[2]
                with urllib.request.urlopen(f"http://{host}/json/list", timeout=TIMEOUT) as answer:
                    return str(next(tab["webSocketDebuggerUrl"] for tab in json.load(answer) if tab["type"] == "page"))
        raise RuntimeError("Chromium ended before it listened")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command; what the browser tells meanwhile is kept in ``events``."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return dict(message["result"])
            self.events.append(message)

    def show(self, page: pathlib.Path, width: int, scheme: str) -> None:
        """Open a page afresh, once it is laid out.

        :param width: of the screen in CSS pixels; below 500 it is a phone
        :param scheme: "light" or "dark"
        """
        self.events.clear()
        phone = width < 500
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1 + phone, mobile=phone
        )
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.send("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self._socket.recv()))

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        done = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(done["exceptionDetails"])
        return done["result"].get("value")

    def picture(self, target: pathlib.Path) -> None:
        """Write the page as PNG, the first 5000 pixels of it at most."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(5000, size["height"]), "scale": 1}
        data = self.send("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        target.write_bytes(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """What the console, the log and the network complained of since the page was opened."""
        told = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Network.loadingFailed"}
        return [json.dumps(event) for event in self.events if event.get("method") in told]

    def requests(self) -> list[str]:
        """What it has loaded."""
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def roles(self) -> list[tuple[str, str]]:
        """Role and name of what assistive technology is told of."""
        nodes = self.send("Accessibility.getFullAXTree")["nodes"]
        shown = [node for node in nodes if not node.get("ignored")]
        return [(str(node["role"]["value"]), str(node.get("name", {}).get("value", ""))) for node in shown]

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(TIMEOUT)
