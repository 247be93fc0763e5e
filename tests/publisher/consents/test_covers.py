"""Whether a citation holds: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from publisher.consents.covers import Consents, Standing, covers, folios, gaps, reference
from publisher.editorial.snapshot import MediaRef

DAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def standing(folio: str = "C-1", **changes: object) -> Standing:
    plain: dict[str, object] = {
        "folio": folio,
        "plantel_id": 1,
        "scopes": frozenset({"image"}),
        "networks": frozenset(),
        "first": date(2026, 8, 1),
        "last": date(2027, 7, 31),
    }
    return Standing(**(plain | changes))  # type: ignore[arg-type]


def why(cited: str, *standings: Standing, on: date = DAY) -> list[str]:
    known = {one.folio: one for one in standings}
    return [gap.why for gap in gaps(cited, known, network="x", on=on)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, []),
        ({"revoked_at": NOON}, ["revoked"]),
        ({"last": date(2026, 11, 26)}, ["expired"]),
        ({"last": DAY}, []),
        ({"first": date(2026, 11, 28)}, ["not_yet"]),
        ({"scopes": frozenset({"name"})}, ["image"]),
        ({"networks": frozenset({"facebook"})}, ["network"]),
        ({"networks": frozenset({"x", "facebook"})}, []),
    ],
)
def test_a_citation_holds_for_what_day_and_network_it_covers(
    changes: dict[str, object], reason: list[str]
) -> None:
    assert why("C-1", standing(**changes)) == reason


def test_every_folio_cited_must_hold() -> None:
    assert why("", standing()) == ["missing"]
    assert why("C-1, C-2", standing()) == ["unknown"]
    assert why("c-1;  C-2", standing(), standing("C-2", revoked_at=NOON)) == ["revoked"]


def test_folios_are_read_and_written_alike() -> None:
    assert folios(" c-p01-2026-0001 ;C-P01-2026-0002,c-p01-2026-0001 ") == (
        "C-P01-2026-0001",
        "C-P01-2026-0002",
    )
    assert folios(reference(["acta  12/26", "", "B-3"])) == ("ACTA 12/26", "B-3")


def test_an_interview_covers_the_voice_and_nothing_that_was_revoked_covers_anything() -> None:
    known = {"C-1": standing(scopes=frozenset({"image", "interview"}))}
    assert covers("C-1", known, "voice")
    assert not covers("C-1", known, "name")
    assert not covers("", known, "image")
    gone = {"C-1": standing(revoked_at=NOON)}
    assert not covers("C-1", gone, "image")


def test_an_exception_holds_against_all_but_a_later_revocation() -> None:
    item = MediaRef(
        sha256="0" * 64,
        kind="image",
        mime="image/jpeg",
        width=1,
        height=1,
        size=1,
        alt_text="",
        persons_in_image=True,
        consent_ref="C-1",
    )

    def gap(judged_at: datetime | None, **changes: object) -> str | None:
        held = Consents(known={"C-1": standing(**changes)}, judged_at=judged_at)
        found = held.gap([item], network="x", on=DAY)
        return found.why if found else None

    early, late = datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
    assert gap(None, last=date(2026, 11, 1)) == "expired"
    assert gap(early, last=date(2026, 11, 1)) is None
    assert gap(early, revoked_at=NOON) == "revoked"
    assert gap(late, revoked_at=NOON) is None
