# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The other Ingresses of the same load balancer: gathered here, judged by spec/dialects/alb_group.py."""

from __future__ import annotations

import typing as t

from .. import errors
from ..diagnose.finding import WARNING, Finding
from ..spec import kinds
from ..spec.dialects import alb, alb_group
from . import ingress_class

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.dialects.dialect import Rendering
    from ..spec.ingress import IngressSpec
    from . import ports


def notes(
    run: ports.Run, wanted: IngressSpec, live: ports.Object | None, class_name: str | None, rendering: Rendering
) -> list[Finding]:
    """Warnings about the group.

    :raises SpecError: what is wanted would stop the whole group, or can't have an effect
    """
    title, params = _params(run, class_name)
    problems = list(alb_group.class_conflicts(rendering.annotations, title, params))
    by_class = (params.get("group") or {}).get("name")
    annotations = {**_annotations(live), **rendering.annotations}
    group = by_class or annotations.get(alb.GROUP_NAME)
    found, seen_all = _members(run, wanted, group, class_name if by_class else None) if group else ([], True)
    ours = alb_group.member(wanted.title, annotations)
    problems += alb_group.conflicts(ours, found)
    if problems:
        raise errors.SpecError(problems)
    return list(_warnings(wanted, ours, found, str(group), seen_all))


def _params(run: ports.Run, class_name: str | None) -> tuple[str, Mapping[str, t.Any]]:
    """Title and spec of the IngressClassParams behind the class."""
    found = ingress_class.ingress_class(run, class_name)
    reference = ((found or {}).get("spec") or {}).get("parameters") or {}
    if reference.get("kind") != kinds.INGRESS_CLASS_PARAMS.kind:
        return "", {}
    try:
        params = run.cluster.get(kinds.INGRESS_CLASS_PARAMS, None, reference["name"])
    except errors.ApiError:
        return "", {}
    return kinds.INGRESS_CLASS_PARAMS.title(None, reference["name"]), (params or {}).get("spec") or {}


def _annotations(ingress: Mapping[str, t.Any] | None) -> Mapping[str, str]:
    found: Mapping[str, str] = ((ingress or {}).get("metadata") or {}).get("annotations") or {}
    return found


def _members(
    run: ports.Run, wanted: IngressSpec, group: str, class_name: str | None
) -> tuple[list[alb_group.Member], bool]:
    """The others of the group, and whether all namespaces could be looked at.

    :param class_name: the class that puts its Ingresses into the group, None where their annotation does
    """
    whole = True
    try:
        listed, _version = run.cluster.list(kinds.INGRESS)
    except errors.ApiError:
        whole = False
        listed, _version = run.cluster.list(kinds.INGRESS, wanted.namespace)
    found = []
    for one in listed:
        metadata = one["metadata"]
        if (metadata["namespace"], metadata["name"]) == (wanted.namespace, wanted.name):
            continue
        of_class = class_name and (one.get("spec") or {}).get("ingressClassName") == class_name
        if of_class or _annotations(one).get(alb.GROUP_NAME) == group:
            title = kinds.INGRESS.title(metadata["namespace"], metadata["name"])
            found.append(alb_group.member(title, _annotations(one)))
    return found, whole


def _warnings(
    wanted: IngressSpec, ours: alb_group.Member, found: list[alb_group.Member], group: str, seen_all: bool
) -> t.Iterator[Finding]:
    redirected = alb_group.redirected(ours, found)
    if redirected:
        message = (
            f"the redirect holds for the whole group {group}: {', '.join(redirected)} will no longer answer over HTTP."
        )
        remedy = "give it a group_name of its own if they are to"
        yield Finding("alb.group_redirected", WARNING, wanted.title, message, remedy, {"ingresses": redirected})
    redirecting = alb_group.redirecting(found)
    if redirecting and wanted.traffic.redirect is False:
        message = f"HTTP is redirected all the same, since {redirecting} says so for the whole group {group}."
        remedy = "give it a group_name of its own, or take the redirect off there"
        yield Finding("alb.redirected_by_group", WARNING, wanted.title, message, remedy)
    if not seen_all:
        message = f"only namespace {wanted.namespace} could be looked at for other Ingresses of the group {group}."
        remedy = "allow this identity to list Ingresses in all namespaces"
        yield Finding("alb.group_not_readable", WARNING, wanted.title, message, remedy)
