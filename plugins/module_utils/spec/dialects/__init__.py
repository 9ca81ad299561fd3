# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How each ingress controller is told to redirect and to send HSTS: one small file a controller, one entry here."""

from __future__ import annotations

from . import alb, ingress_nginx, traefik
from .dialect import Dialect

DIALECTS: tuple[Dialect, ...] = (alb.DIALECT, ingress_nginx.DIALECT, traefik.DIALECT)


def by_name(name: str) -> Dialect:
    """The dialect of this name.

    :raises KeyError: there is none
    """
    return {dialect.name: dialect for dialect in DIALECTS}[name]


def by_controller(controller: str) -> Dialect | None:
    """The dialect for an IngressClass's ``spec.controller``, None for a controller that isn't known."""
    for dialect in DIALECTS:
        if controller in dialect.controllers:
            return dialect
    return None
