# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the proxy as a process, until it is ended."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import control
from .server import Proxy


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.acme_proxy", description=__doc__)
    parser.add_argument("--upstream", required=True, help="the ACME server, https://host:port")
    parser.add_argument("--trust", required=True, type=Path, help="file with the PEM root of its certificate")
    parser.add_argument("--certificate", required=True, type=Path, help="file with the proxy's own")
    parser.add_argument("--key", required=True, type=Path, help="file with its key")
    parser.add_argument("--address", required=True, help="where both listen")
    parser.add_argument("--port", required=True, type=int, help="of the proxy")
    parser.add_argument("--control-port", required=True, type=int, help="of its book")
    given = parser.parse_args()
    proxy = Proxy(given.upstream, given.trust, given.certificate, given.key, (given.address, given.port))
    proxy.start()
    control.serve((given.address, given.control_port), proxy.book).serve_forever()


if __name__ == "__main__":
    main()
