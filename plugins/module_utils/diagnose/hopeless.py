# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What waiting doesn't mend: somebody has to change something first, so that a wait may end."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .finding import Finding

HOPELESS = frozenset(
    {
        "acme.external_account_required",
        "acme.invalid_contact",
        "acme.invalid_profile",
        "acme.rejected_identifier",
        "acme.unsupported_contact",
        "acme.unsupported_identifier",
        "acme.user_action_required",
        "admission.denied",
        "admission.path_type",
        "admission.pod_security",
        "crd.missing",
        "ingress_class.missing",
        "issuer.invalid_config",
        "issuer.invalid_url",
        "issuer.missing",
        "issuer.not_a_ca",
        "issuer.not_acme",
        "issuer.vault_config",
        "issuer.wrong_kind",
        "issuer.wrong_namespace",
        "namespace.terminating",
        "order.no_solver",
        "order.wildcard_needs_dns01",
        "quota.exceeded",
        "quota.limit_range",
        "rbac.forbidden",
        "request.denied",
        "request.invalid",
        "secret.claimed",
    }
)


def among(findings: Iterable[Finding]) -> frozenset[tuple[str, str]]:
    """Code and object of those that are hopeless."""
    return frozenset((finding.code, finding.object) for finding in findings if finding.code in HOPELESS)
