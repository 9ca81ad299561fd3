# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Ingress's class, and the dialect of the controller behind it."""

from __future__ import annotations

import typing as t

from .. import errors
from ..spec import dialects, kinds

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.dialects.dialect import Dialect
    from ..spec.ingress import IngressSpec
    from . import ports


def dialect(run: ports.Run, wanted: IngressSpec, class_name: str | None) -> Dialect | None:
    """The dialect of the controller behind the class; None where nothing need be said in one.

    :raises SpecError: it can't be told, or can't do what is wanted
    """
    found: Dialect | None
    if wanted.controller != "auto":
        controller, found = wanted.controller, dialects.by_name(wanted.controller)
    else:
        controller = _controller(run, class_name) or ""
        found = dialects.by_controller(controller) if controller else None
    served_by = controller or "an unknown controller"
    traffic = wanted.traffic
    if traffic.balancer and (found is None or found.serves_secrets):
        why = f"the class {class_name!r} is served by {served_by}; say controller: alb if that is not so"
        raise errors.SpecError([f"alb: only the AWS Load Balancer Controller knows it, and {why}"])
    if found is None and (traffic.redirect is not None or traffic.hsts is not None):
        known = ", ".join(one.name for one in dialects.DIALECTS)
        why = f"the class {class_name!r} is served by {served_by}; name one of {known}"
        raise errors.SpecError([f"controller: 'auto' can't tell the dialect of redirect and hsts: {why}"])
    if found is not None and not found.serves_secrets and not traffic.balancer:
        why = f"{found.name} takes certificates from ACM only; give alb instead"
        raise errors.SpecError([f"secret_name: {wanted.secret_name!r} can't be served: {why}"])
    return found


def ingress_class(run: ports.Run, class_name: str | None) -> ports.Object | None:
    """The class of this name, or the cluster's default; None where there is none, or none that may be read."""
    try:
        if class_name:
            return run.cluster.get(kinds.INGRESS_CLASS, None, class_name)
        return next((one for one in run.cluster.list(kinds.INGRESS_CLASS)[0] if _is_default(one)), None)
    except errors.ApiError:
        return None  # IngressClasses are cluster-wide: not everybody may read them


def _controller(run: ports.Run, class_name: str | None) -> str | None:
    found = ingress_class(run, class_name)
    return str(found["spec"].get("controller") or "") if found else None


def _is_default(found: Mapping[str, t.Any]) -> bool:
    return (found["metadata"].get("annotations") or {}).get(kinds.DEFAULT_CLASS_ANNOTATION) == "true"
