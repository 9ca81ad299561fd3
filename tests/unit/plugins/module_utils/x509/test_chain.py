# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.certops.kubernetes.plugins.module_utils.x509.chain import (
    chain_problems,
    signer,
    validity_problems,
)
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain
from ansible_collections.certops.kubernetes.tests.unit import factory

ROOT = factory.authority("Root")
LOWER = ROOT.intermediate("Upper").intermediate("Lower")
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=timezone.utc)


def parsed(*parts):
    return parse_chain(b"".join(parts))


def test_a_chain_in_order_has_no_problem_with_or_without_its_root():
    issued = LOWER.issue("www.example.test")
    assert chain_problems(parsed(issued.chain_pem)) == ()
    assert chain_problems(parsed(issued.chain_pem, ROOT.pem)) == ()
    assert chain_problems(parsed(issued.leaf_pem)) == ()


def test_names_a_signer_in_the_wrong_place():
    leaf, lower, upper = parsed(LOWER.issue("www.example.test").chain_pem)
    assert chain_problems([leaf, upper, lower]) == (
        '"www.example.test" is followed by "Upper", which did not sign it; its signer "Lower" is certificate 3 of 3',
        '"Upper" is followed by "Lower", which did not sign it; its signer CN=Root is missing',
    )


def test_names_a_missing_signer():
    leaf, _lower, upper = parsed(LOWER.issue("www.example.test").chain_pem)
    assert chain_problems([leaf, upper]) == (
        '"www.example.test" is followed by "Upper", which did not sign it; its signer CN=Lower is missing',
    )


def test_a_name_alone_signs_nothing():
    impostor = factory.authority("Lower")
    (leaf,) = parsed(LOWER.issue("www.example.test").leaf_pem)
    (real,) = parsed(LOWER.pem)
    (false,) = parsed(impostor.pem)
    assert chain_problems([leaf, false]) != ()
    assert signer(leaf, [false, real]) == real
    assert signer(leaf, [false]) is None


def test_both_ends_of_the_validity_belong_to_it():
    issued = factory.self_signed("www.example.test", not_before=NOW, lifetime=timedelta(hours=1))
    chain = parsed(issued.leaf_pem)
    second = timedelta(seconds=1)
    assert validity_problems(chain, NOW) == ()
    assert validity_problems(chain, NOW + timedelta(hours=1)) == ()
    assert validity_problems(chain, NOW - second) == ('"www.example.test" is not valid before 2026-11-24T08:00:00Z',)
    assert validity_problems(chain, NOW + timedelta(hours=1) + second) == (
        '"www.example.test" expired at 2026-11-24T09:00:00Z',
    )
