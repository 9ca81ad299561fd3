# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that say who asks AWS."""

from __future__ import annotations


class ModuleDocFragment:
    """The one fragment."""

    DOCUMENTATION = r"""
options:
  access_key:
    description:
      - Access key ID. Without it, boto3 looks in the environment, for E(AWS_ACCESS_KEY_ID), E(AWS_PROFILE) and
        E(AWS_WEB_IDENTITY_TOKEN_FILE), in its files, and for an identity of the machine (Pod Identity, instance profile).
    type: str
  secret_key:
    description: Secret access key.
    type: str
  session_token:
    description: Session token, of temporary credentials.
    type: str
  profile:
    description: A profile of the files that boto3 reads.
    type: str
  region:
    description: The region; that of the profile or of E(AWS_DEFAULT_REGION) by default, then V(us-east-1).
    type: str
  role_arn:
    description: A role to take on, of another account too.
    type: str
  external_id:
    description: What the trust policy of that role asks for.
    type: str
notes:
  - A request to AWS ends after 15 seconds without an answer, and is tried five times at most, by the standard mode of botocore.
  - Give keys to the process that runs Ansible rather than to C(environment) of a task, which Ansible itself prints with C(-vvv).
  - E(AWS_ENDPOINT_URL) leads to another server, as everywhere in boto3.
"""
