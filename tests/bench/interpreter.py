# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module as its Python interpreter would, and writes down what its process took.

Appends its seconds of CPU time to the file in BENCH_MODULES. BENCH_PYTHON is the interpreter.
"""

import os
import sys

pid = os.posix_spawn(os.environ["BENCH_PYTHON"], [os.environ["BENCH_PYTHON"], *sys.argv[1:]], os.environ)
_pid, status, usage = os.wait4(pid, 0)
descriptor = os.open(os.environ["BENCH_MODULES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(descriptor, f"{usage.ru_utime + usage.ru_stime:.4f}\n".encode())
sys.exit(os.waitstatus_to_exitcode(status))
