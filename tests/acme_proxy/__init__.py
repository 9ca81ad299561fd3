# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy in front of an ACME server that does to its clients what servers and networks do on bad days.

    with Proxy("https://127.0.0.1:14000", trust, certificate, key) as proxy:
        proxy.book.put([problem("newOrder", "rateLimited", "too many", retry_after=60), lost("finalize", times=1)])
        …                                   # a client that uses proxy.directory
        assert proxy.book.count("newOrder") == 2

`python -m tests.acme_proxy` runs it as a process, whose book is written and read over HTTP (control.py).
It passes on the Host header, from which Pebble makes its URLs: nothing has to be rewritten, and each host name that
leads to the proxy can have faults of its own.
"""
