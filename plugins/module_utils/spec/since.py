# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cert-manager version brought which field: an older one's CRD drops them without a word.

Source: cert-manager's release notes and CRDs, v1.15 to v1.21.
"""

from __future__ import annotations

# Path below .spec in the API's names, list indexes left out.
SINCE = {
    "acme.profile": "1.18",
    "acme.solvers.waitInsteadOfSelfCheck": "1.21",
    "acme.solvers.dns01.rfc2136.protocol": "1.19",
    "acme.solvers.http01.ingress.podTemplate.spec.resources": "1.19",
    "acme.solvers.http01.gatewayHTTPRoute.podTemplate": "1.16",
    "acme.solvers.http01.gatewayHTTPRoute.podTemplate.spec.resources": "1.19",
    "acme.solvers.http01.ingress.podTemplate.spec.securityContext": "1.16",
    "acme.solvers.dns01.azureDNS.zoneType": "1.20",
    "acme.solvers.dns01.azureDNS.managedIdentity.tenantID": "1.17",
    "keystores.jks.password": "1.17",
    "keystores.pkcs12.password": "1.17",
    "renewBeforePercentage": "1.16",
    "renewal": "1.21",
    "signatureAlgorithm": "1.18",
    "vault.auth.aws": "1.21",
    "venafi.ngts": "1.21",
}


def version_with(path: str) -> str | None:
    """The first version that knows a field or the nearest one above it, None where it is not on record."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        version = SINCE.get(".".join(parts[:end]))
        if version:
            return version
    return None
