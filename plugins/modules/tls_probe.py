# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tls_probe
short_description: Prove by a handshake how a host is served
version_added: 1.0.0
description:
  - Connects straight to an address, with the host's name as SNI, and returns the served chain, whether it verifies, and
    what HTTPS and plain HTTP answer. The host's own DNS record isn't needed.
  - Fails, with a finding for each reason, unless the host is served as expected. It goes on looking for a while, since
    controllers take some time to load a new certificate.
  - Runs where the task runs. Only O(ingress), O(ca_secret) and O(secret) need a cluster and the C(kubernetes) package.
author: certops (@certops)
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - certops.kubernetes.common.info
options:
  host:
    description:
      - The host that is looked at, a name or an IP address. An IP address is sent without SNI, and must be in the
        certificate as one.
      - The API server's URL is O(api_host) here.
    type: str
    required: true
  address:
    description:
      - Where to connect, an IP address or a name.
      - By default the address of O(ingress), and without it the host itself.
    type: str
  port:
    description: Port for HTTPS.
    type: int
    default: 443
  http_port:
    description: Port for plain HTTP.
    type: int
    default: 80
  path:
    description: Path, with its query, that is asked for over HTTPS and plain HTTP. No redirect is followed.
    type: str
    default: /
  ingress:
    description: Ingress whose C(status.loadBalancer) has the address, unless O(address) is given.
    type: dict
    suboptions:
      name: &name
        description: Its name.
        type: str
        required: true
      namespace: &namespace
        description: Its namespace.
        type: str
        required: true
  ca_secret:
    description:
      - Secret that holds what the chain is verified by, its C(ca.crt), or its C(tls.crt) where that is self-signed.
      - Without O(ca_secret), O(ca_cert) and O(ca_file), the chain is verified by the system's roots.
    type: dict
    suboptions: &reference
      name: *name
      namespace: *namespace
  ca_cert:
    description:
      - Certificates in PEM that the chain is verified by. Any of them ends a chain, as with C(curl --cacert).
      - The API server's own CA is O(api_ca_cert) here.
    type: str
    aliases: []
  ca_file:
    description: File with such certificates, where the task runs.
    type: path
  secret:
    description: Secret of type C(kubernetes.io/tls) whose certificate must be the one that is served.
    type: dict
    suboptions: *reference
  verify:
    description:
      - Whether the task fails unless the chain and the host's name verify, or when a controller's default certificate
        is served.
      - What is returned doesn't depend on it.
    type: bool
    default: true
  redirect:
    description: Whether plain HTTP must redirect to HTTPS, or must not. By default either will do.
    type: bool
  wait:
    description: Whether to look again until the host is served as expected.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to go on looking.
    type: int
    default: 60
  api_host:
    description: URL of the API server, the option C(host) of other modules; also by the environment's E(K8S_AUTH_HOST).
    type: str
  api_ca_cert:
    description:
      - File with the API server's CA, the option C(ca_cert) of other modules; also by the environment's
        E(K8S_AUTH_SSL_CA_CERT).
    type: path
requirements:
  - cryptography >= 45.0.0
  - kubernetes >= 31.0.0, for O(ingress), O(ca_secret) and O(secret)
"""

EXAMPLES = r"""
- name: The shop is served over the certificate of its Secret, and plain HTTP redirects
  certops.kubernetes.tls_probe:
    host: www.example.org
    ingress: {name: www, namespace: shop}
    ca_secret: {name: www-tls, namespace: shop}
    secret: {name: www-tls, namespace: shop}
    redirect: true

- name: Every browser trusts it
  certops.kubernetes.tls_probe:
    host: www.example.org

- name: See what an address serves for a host, whatever that is
  certops.kubernetes.tls_probe:
    host: www.example.org
    address: 192.0.2.7
    verify: false
    wait: false
  register: result
"""

RETURN = r"""
probe:
  description: What was seen last. What isn't known is null.
  returned: always, unless the options are wrong or the cluster can't be read
  type: dict
  contains:
    host: {description: "The host, in A-labels.", returned: always, type: str, sample: www.example.org}
    address: {description: Where it was looked for., returned: always, type: str, sample: 192.0.2.7}
    protocol: {description: Version of TLS., returned: always, type: str, sample: TLSv1.3}
    cipher: {description: Cipher suite., returned: always, type: str, sample: TLS_AES_256_GCM_SHA384}
    chain:
      description: The certificates that were sent, the host's own first.
      returned: always
      type: list
      elements: dict
      contains:
        subject: {description: Subject (RFC 4514)., returned: always, type: str, sample: CN=www.example.org}
        common_name: {description: "Its common name, empty if it has none.", returned: always, type: str}
        dns_names: {description: DNS names., returned: always, type: list, elements: str}
        ip_addresses: {description: IP addresses., returned: always, type: list, elements: str}
        uris: {description: URIs., returned: always, type: list, elements: str}
        email_addresses: {description: E-mail addresses., returned: always, type: list, elements: str}
        not_before: {description: Beginning of its validity., returned: always, type: str, sample: "2026-11-24T08:00:00Z"}
        not_after: {description: End of its validity., returned: always, type: str, sample: "2027-02-22T08:00:00Z"}
        serial_number:
          description: Serial number in lower case hexadecimal, two digits an octet, as C(openssl x509 -serial) shows it.
          returned: always
          type: str
          sample: 4f2a0c
        issuer: {description: Issuer (RFC 4514)., returned: always, type: str, sample: "CN=R10,O=Let's Encrypt,C=US"}
        issuer_common_name: {description: "The issuer's common name, empty if it has none.", returned: always, type: str}
        fingerprint_sha256: {description: SHA-256 of the certificate in lower case hexadecimal., returned: always, type: str}
        public_key_sha256: {description: SHA-256 of its SubjectPublicKeyInfo., returned: always, type: str}
        key_algorithm: {description: "V(RSA), V(ECDSA) or V(Ed25519).", returned: always, type: str, sample: RSA}
        key_size: {description: "Bits of the key, 0 where the algorithm has but one size.", returned: always, type: int}
        is_ca: {description: Whether it may sign others., returned: always, type: bool}
        usages: {description: "Key usages, by cert-manager's names.", returned: always, type: list, elements: str}
        self_signed: {description: Whether it is signed by its own key., returned: always, type: bool}
    verified: {description: Whether chain and host name verify., returned: always, type: bool}
    verified_by: {description: Where the trusted certificates came from., returned: always, type: str, sample: system roots}
    root: {description: "The one of them that the chain ends in, null for the system's.", returned: always, type: str}
    verify_error: {description: Why it does not verify., returned: always, type: str, sample: certificate has expired}
    default_certificate: {description: Whose default certificate is served., returned: always, type: str, sample: Traefik}
    matches_secret:
      description: Whether the certificate is that of O(secret); null without O(secret).
      returned: always
      type: bool
    https:
      description: The answer over HTTPS.
      returned: always
      type: dict
      contains:
        status: {description: HTTP status., returned: always, type: int, sample: 200}
        error: {description: Why there is none., returned: always, type: str, sample: Connection refused}
    http:
      description: The answer over plain HTTP.
      returned: always
      type: dict
      contains:
        status: {description: HTTP status., returned: always, type: int, sample: 308}
        location: {description: Target of the redirect., returned: always, type: str, sample: "https://www.example.org/"}
        redirects_to_https: {description: Whether it redirects to an https URL., returned: always, type: bool}
        error: {description: Why there is none., returned: always, type: str, sample: Connection refused}
findings:
  description:
    - Why the host isn't served as expected, the cause first; the same structure as in M(certops.kubernetes.certificate).
    - Codes of errors are V(probe.no_address), V(probe.name_not_resolved), V(probe.connection_refused),
      V(probe.connection_reset), V(probe.timeout), V(probe.unreachable), V(probe.not_tls), V(probe.tls_rejected),
      V(probe.no_roots), V(probe.no_secret), V(probe.default_certificate), V(probe.wrong_host), V(probe.expired),
      V(probe.not_yet_valid), V(probe.not_verified), V(probe.wrong_certificate), V(probe.no_redirect) and
      V(probe.redirect). Warnings are V(probe.chain_order) and V(probe.http_status).
  returned: always
  type: list
  elements: dict
"""

import functools
import typing as t

from ..module_utils.engine import probe
from ..module_utils.glue import cluster, options
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.run import run
from ..module_utils.probe.look import Look
from ..module_utils.spec.probe import build

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from ..module_utils.engine import ports

REFERENCE = {"type": "dict", "options": options.REFERENCE, "no_log": False}

SPEC = options.AUTH.merge(options.wait(60)).merge(
    ArgumentSpec(
        {
            "host": {"type": "str", "required": True},
            "address": {"type": "str"},
            "port": {"type": "int", "default": 443},
            "http_port": {"type": "int", "default": 80},
            "path": {"type": "str", "default": "/"},
            "ingress": REFERENCE,
            "ca_secret": REFERENCE,
            "ca_cert": {"type": "str"},
            "ca_file": {"type": "path"},
            "secret": REFERENCE,
            "verify": {"type": "bool", "default": True},
            "redirect": {"type": "bool"},
            "api_host": {"type": "str"},
            "api_ca_cert": {"type": "path"},
        },
        mutually_exclusive=[("ca_secret", "ca_cert", "ca_file")],
    )
)


def read_file(path: str) -> bytes:
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def act(module: AnsibleModule) -> ports.Outcome:
    """Look at the host; the cluster is only connected to when something is read from it."""
    p = module.params
    # Two options of the API server have other names here, where the plain ones are the probed host's.
    names = {**p, "host": p["api_host"], "ca_cert": p["api_ca_cert"]}
    connected = functools.cache(lambda: cluster.connect(names))
    wanted = build(p, read_file)
    timeout = p["wait_timeout"] if p["wait"] else 0
    clock = cluster.CLOCK
    return probe.run(wanted, Look(clock.monotonic), lambda *key: connected().get(*key), clock, timeout)


def main() -> None:
    """Entry point."""
    module = SPEC.create_module()
    run(module, lambda: act(module))


if __name__ == "__main__":
    main()
