# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of a certificate's options: the fields of cert-manager's Certificate.spec."""

from __future__ import annotations


class ModuleDocFragment:
    """The same options stand in module_utils/spec/certificate_options.py; ansible-test sanity holds them together."""

    DOCUMENTATION = r"""
options:
  secret_name:
    description: Name of the Secret of type C(kubernetes.io/tls) that holds key and certificate. Required.
    type: str
  issuer_ref:
    description: Who signs. Required.
    type: dict
    suboptions:
      name:
        description: Name of the issuer.
        type: str
        required: true
      kind:
        description: V(Issuer) or V(ClusterIssuer), or the kind of an external issuer.
        type: str
        default: Issuer
      group:
        description: API group of the issuer; other than the default for external issuers.
        type: str
        default: cert-manager.io
  common_name:
    description: Common name, 64 characters at most. Public certificates need none.
    type: str
  dns_names:
    description: Host names, V(*.example.org) for wildcards.
    type: list
    elements: str
  ip_addresses:
    description: IPv4 and IPv6 addresses.
    type: list
    elements: str
  uris:
    description: URIs.
    type: list
    elements: str
  email_addresses:
    description: E-mail addresses.
    type: list
    elements: str
  other_names:
    description: Other names (RFC 5280 otherName) with a UTF-8 value.
    type: list
    elements: dict
    suboptions:
      oid:
        description: Object identifier, dotted.
        type: str
        required: true
      utf8_value:
        description: The value.
        type: str
        required: true
  subject:
    description: Parts of the subject besides the common name.
    type: dict
    suboptions:
      organizations:
        description: Organizations (O).
        type: list
        elements: str
      countries:
        description: Countries (C).
        type: list
        elements: str
      organizational_units:
        description: Organizational units (OU).
        type: list
        elements: str
      localities:
        description: Cities or localities (L).
        type: list
        elements: str
      provinces:
        description: States or provinces (ST).
        type: list
        elements: str
      street_addresses:
        description: Street addresses.
        type: list
        elements: str
      postal_codes:
        description: Postal codes.
        type: list
        elements: str
      serial_number:
        description: Serial number of the subject.
        type: str
  literal_subject:
    description: The whole subject as an RFC 4514 string; excludes O(subject) and O(common_name).
    type: str
  duration:
    description: Lifetime that is asked for, as a Go duration such as V(2160h), at least V(1h). Many ACME servers choose it themselves.
    type: str
  renew_before:
    description: How long before its end the certificate is renewed, at least V(5m). Excludes O(renew_before_percentage).
    type: str
  renew_before_percentage:
    description: The same as a percentage of the lifetime, 1 to 99.
    type: int
  renewal:
    description: When cert-manager may renew (cert-manager 1.21.1 or newer).
    type: dict
    suboptions:
      policy:
        description: V(Disabled) turns renewal off.
        type: str
        choices: [RenewBefore, Disabled]
      windows:
        description: Renew only within these windows.
        type: list
        elements: dict
        suboptions:
          cron:
            description: When the window opens, as a cron expression of five fields.
            type: str
            required: true
          window_duration:
            description: How long it stays open, as a Go duration.
            type: str
            required: true
          timezone:
            description: IANA name of the time zone.
            type: str
  private_key:
    description: What key is made.
    type: dict
    suboptions:
      rotation_policy:
        description: V(Always) makes a new key with each certificate, V(Never) keeps it.
        type: str
        choices: [Always, Never]
      algorithm:
        description: Algorithm of the key; cert-manager's default is RSA.
        type: str
        choices: [RSA, ECDSA, Ed25519]
      size:
        description: Bits, 2048 to 8192 for RSA, 256, 384 or 521 for ECDSA.
        type: int
      encoding:
        description: How the key is written into the Secret.
        type: str
        choices: [PKCS1, PKCS8]
  signature_algorithm:
    description: Algorithm that signs the request (cert-manager 1.18 or newer).
    type: str
    choices:
      - SHA256WithRSA
      - SHA384WithRSA
      - SHA512WithRSA
      - ECDSAWithSHA256
      - ECDSAWithSHA384
      - ECDSAWithSHA512
      - PureEd25519
  usages:
    description: Key usages and extended key usages; cert-manager's default is digital signature and key encipherment.
    type: list
    elements: str
    choices:
      - signing
      - digital signature
      - content commitment
      - key encipherment
      - key agreement
      - data encipherment
      - cert sign
      - crl sign
      - encipher only
      - decipher only
      - any
      - server auth
      - client auth
      - code signing
      - email protection
      - s/mime
      - ipsec end system
      - ipsec tunnel
      - ipsec user
      - timestamping
      - ocsp signing
      - microsoft sgc
      - netscape sgc
  encode_usages_in_request:
    description: Whether the usages are written into the certificate signing request.
    type: bool
  is_ca:
    description: Whether the certificate may sign others.
    type: bool
  name_constraints:
    description: Names that a CA may or may not sign for; only with O(is_ca=true).
    type: dict
    suboptions:
      critical:
        description: Whether verifiers that don't know name constraints must refuse.
        type: bool
      permitted:
        description: What it may sign for.
        type: dict
        suboptions: &names
          dns_domains:
            description: DNS domains.
            type: list
            elements: str
          ip_ranges:
            description: IP ranges in CIDR form.
            type: list
            elements: str
          email_addresses:
            description: E-mail addresses or domains.
            type: list
            elements: str
          uri_domains:
            description: Domains of URIs.
            type: list
            elements: str
      excluded:
        description: What it may not sign for.
        type: dict
        suboptions: *names
  secret_template:
    description: Labels and annotations that are copied to the Secret.
    type: dict
    suboptions:
      annotations:
        description: Annotations.
        type: dict
      labels:
        description: Labels.
        type: dict
  keystores:
    description: Keystores that are kept in the Secret too.
    type: dict
    suboptions:
      jks:
        description: A Java keystore, C(keystore.jks).
        type: dict
        suboptions:
          create:
            description: Whether it is made.
            type: bool
            required: true
          alias:
            description: Alias of the key in it.
            type: str
          password_secret_ref: &password_secret_ref
            description: The key of a Secret that holds the password.
            type: dict
            suboptions:
              name:
                description: Name of the Secret.
                type: str
                required: true
              key:
                description: Key in it.
                type: str
          password: &password
            description:
              - The password itself (cert-manager 1.17 or newer); readable for all who may read the Certificate.
              - Not allowed without cert-manager, where what is wanted is kept in a ConfigMap.
            type: str
      pkcs12:
        description: A PKCS#12 keystore, C(keystore.p12).
        type: dict
        suboptions:
          create:
            description: Whether it is made.
            type: bool
            required: true
          profile:
            description:
              - Which algorithms protect it. cert-manager takes V(LegacyRC2) when nothing is said.
              - Without cert-manager, V(LegacyRC2) is written as V(LegacyDES); whatever reads the one reads the other, and
                OpenSSL 3 reads only the latter.
              - Without cert-manager, truststores need cryptography 45 or newer on the control node.
            type: str
            choices: [LegacyRC2, LegacyDES, Modern2023, Modern2026]
          password_secret_ref: *password_secret_ref
          password: *password
  additional_output_formats:
    description: Further forms of key and certificate in the Secret.
    type: list
    elements: dict
    suboptions:
      type:
        description: V(DER) adds C(key.der), V(CombinedPEM) adds C(tls-combined.pem).
        type: str
        required: true
        choices: [DER, CombinedPEM]
  revision_history_limit:
    description: How many CertificateRequests are kept.
    type: int
"""
