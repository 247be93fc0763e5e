from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from vault import paper
from vault.custody_tables import CustodyEnvelope, CustodyTransfer

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def envelope(**facts: Any) -> CustodyEnvelope:
    return CustodyEnvelope(
        folio="SOB-2026-000001",
        account_id=1,
        contents={"login_password": 2},
        printed_by=1,
        printed_at=AT,
        **facts,
    )


def transfer(**facts: Any) -> CustodyTransfer:
    return CustodyTransfer(
        folio="ACT-2026-000001",
        plantel_id=1,
        to_id=2,
        cause="c",
        witness="w",
        accounts=[],
        opened_by=3,
        opened_at=AT,
        **facts,
    )


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "printed"),
        ({"sealed_at": AT}, "sealed"),
        ({"sealed_at": AT, "opened_at": AT}, "opened"),
        ({"sealed_at": AT, "voided_at": AT}, "voided"),
        ({"voided_at": AT}, "voided"),
    ],
)
def test_an_envelope_stands_where_its_last_step_left_it(facts: Any, state: str) -> None:
    assert paper.envelope_state(envelope(**facts)) == state


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "open"),
        ({"delivered_at": AT}, "delivered"),
        ({"delivered_at": AT, "received_at": AT}, "received"),
        ({"delivered_at": AT, "received_at": AT, "completed_at": AT}, "complete"),
        ({"delivered_at": AT, "cancelled_at": AT}, "cancelled"),
    ],
)
def test_a_transfer_stands_where_its_last_step_left_it(facts: Any, state: str) -> None:
    assert paper.transfer_state(transfer(**facts)) == state


def test_a_sheet_is_whole_while_every_version_on_it_is_in_force() -> None:
    printed = {"login_user": 1, "login_password": 2}

    assert paper.whole(printed, {"login_user": 1, "login_password": 2, "login_totp_seed": 1})
    assert not paper.whole(printed, {"login_user": 1, "login_password": 3})
    assert paper.in_force(printed, {"login_user": 1, "login_password": 3}) == {"login_user"}


def test_an_old_sheet_tells_nobody_anything_that_opens_the_account() -> None:
    printed = {"login_user": 1, "login_password": 2}

    assert paper.known(printed, {"login_user": 1, "login_password": 2})
    assert not paper.known(printed, {"login_user": 1, "login_password": 3})


def test_the_digest_of_a_sheet_is_of_its_folio_account_versions_and_digests_alone() -> None:
    held = {"login_password": (2, "ab"), "login_user": (1, "cd")}
    first = paper.contents_digest("SOB-2026-000001", 7, held)

    assert first == paper.contents_digest("SOB-2026-000001", 7, dict(reversed(held.items())))
    assert len(first) == 64
    for other in (
        paper.contents_digest("SOB-2026-000002", 7, held),
        paper.contents_digest("SOB-2026-000001", 8, held),
        paper.contents_digest("SOB-2026-000001", 7, held | {"login_user": (2, "cd")}),
        paper.contents_digest("SOB-2026-000001", 7, held | {"login_user": (1, "ce")}),
    ):
        assert other != first


def test_a_folio_says_kind_year_and_number() -> None:
    assert paper.folio("ACT", 2026, 12) == "ACT-2026-000012"
