# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are not in DNS, lead elsewhere, or whose port 80 somebody else answers."""

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds

from ..case import Case
from ..objects import acme, at_once, ingress
from ..place import Place

_SELF_CHECK = "Waiting for HTTP-01 challenge propagation: "


def _case(
    name: str, below: str, code: str, fault: str, how: str, mended: str, shows: str = _SELF_CHECK, better: bool = False
) -> Case:
    """A host in a part of the zone that does not lead to the ingress controller. better: with another host at the end."""
    return Case(
        name,
        code,
        fault,
        how,
        mended,
        objects=lambda place: [acme(place)],
        certificate=lambda place: {"dns_names": [place.host(below)]},
        shows=shows,
        better={"dns_names": [f"{name}.example.test"]} if better else {},
    )


def _behind_a_load_balancer(place: Place) -> None:
    """An Ingress that is published by a name, as on AWS: then no address can be told to be wrong."""
    place.apply(ingress("published", f"other.{place.host()}", secret_name="www-tls", class_name="elsewhere"))
    status = {"loadBalancer": {"ingress": [{"hostname": "balancer.test"}]}}
    place.patch(kinds.INGRESS, "published", {"status": status}, "status")


def _answered(name: str, code: str, fault: str, how: str) -> Case:
    """The host leads to another program, whose answers ../elsewhere.yml gives by the host's first label."""
    return Case(
        name,
        code,
        fault,
        how,
        "let the host lead to the ingress controller",
        objects=lambda place: [acme(place)],
        certificate=lambda place: {"dns_names": [place.host("elsewhere")]},
        then=_behind_a_load_balancer,
        shows=_SELF_CHECK,
    )


CASES = (
    _case(
        "dns-nxdomain",
        "missing",
        "self_check.nxdomain",
        "The host does not exist in DNS",
        "a name below `missing`, where DNS says NXDOMAIN",
        "make the record",
        "no such host",
        better=True,
    ),
    _case(
        "dns-broken",
        "broken",
        "self_check.dns_failed",
        "The zone's servers are broken",
        "a name below `broken`, where DNS says SERVFAIL",
        "mend them",
        "server misbehaving",
    ),
    _case(
        "dns-old-address",
        "nowhere",
        "self_check.wrong_address",
        "DNS has an address to which there is no way any more",
        "a name below `nowhere`, an address for documentation",
        "correct the record",
    ),
    _case(
        "dns-closed-port",
        "closed",
        "self_check.wrong_address",
        "DNS leads to a machine where nothing listens on port 80",
        "a name below `closed`, a Service without endpoints",
        "correct the record",
    ),
    _case(
        "dns-other-machine",
        "elsewhere",
        "self_check.wrong_address",
        "DNS leads to another machine, whose web server knows nothing of it",
        "a name below `elsewhere`, where a Caddy answers 404",
        "correct the record",
        better=True,
    ),
    _answered("port80-404", "self_check.not_found", "Another program answers port 80 with 404", "a Caddy that does so"),
    _answered(
        "port80-503", "self_check.unavailable", "A load balancer answers port 80 with 503", "a Caddy that does so"
    ),
    _answered(
        "port80-403", "self_check.forbidden", "An allow list keeps strangers from port 80", "a Caddy that does so"
    ),
    _answered(
        "port80-page",
        "self_check.wrong_content",
        "Another program answers every path with its start page",
        "a Caddy that does so",
    ),
    _answered("port80-loop", "self_check.redirect_loop", "Port 80 redirects to itself", "a Caddy that does so"),
    _answered(
        "port80-https",
        "self_check.redirect_failed",
        "Port 80 redirects to HTTPS, where nothing listens",
        "a Caddy that does so",
    ),
    Case(
        "validation-elsewhere",
        "acme.unauthorized",
        "The ACME server gets another program's answer",
        "a solver with `waitInsteadOfSelfCheck`, and a host that leads to a Caddy",
        "let the host lead to the ingress controller",
        objects=lambda place: [acme(place, at_once())],
        certificate=lambda place: {"dns_names": [place.host("elsewhere")]},
        shows='"state": "invalid"',
        also=["certificate.backoff", "challenge.already_invalid"],
        mend=lambda place: place.apply(acme(place)),
        better={"dns_names": ["validation-elsewhere.example.test"]},
    ),
)
