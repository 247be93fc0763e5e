from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.contract import Part, Seen
from connectors.sighting import PAGES_MAX, Page, Wanted, gather, look, moment
from tests.connectors.pictures import picture

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
TEXT = Part(text="Aviso")
PHOTO = Part(text="Aviso", media=(picture(1),))


def seen(remote_id: str, minutes: float = 0, text: str = "Aviso", *keys: str) -> Seen:
    return Seen(
        remote_id=remote_id,
        text=text,
        permalink="",
        created_at=NOW + timedelta(minutes=minutes),
        media_keys=keys,
    )


def page(*items: Seen, last: bool = True) -> Page:
    return Page(items=items, last=last)


def wanted(
    keys: tuple[str, ...] = (), known: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
) -> Wanted:
    return Wanted(
        text="Aviso",
        media_keys=frozenset(keys),
        since=NOW,
        known=frozenset(known),
        ignore=frozenset(ignore),
    )


def test_an_older_post_with_the_same_text_is_not_ours() -> None:
    assert look([page(seen("1", -10))], wanted(), TEXT).matches == ()


def test_two_matches_are_both_reported() -> None:
    found = look([page(seen("2", 2), seen("1", 1))], wanted(), TEXT)
    assert [match.remote_id for match in found.matches] == ["2", "1"]


def test_a_media_key_decides_before_the_text() -> None:
    found = look([page(seen("1", 1, "otro texto", "k1"))], wanted(keys=("k1",)), PHOTO)
    assert [match.remote_id for match in found.matches] == ["1"]


def test_our_text_with_other_media_is_doubt_not_absence() -> None:
    found = look([page(seen("1", 1, "Aviso", "k9"))], wanted(keys=("k1",)), PHOTO)
    assert found.matches == ()
    assert not found.trustworthy
    assert found.evidence["same_text_other_media"] == ["1"]


def test_a_text_only_part_is_not_a_post_with_media() -> None:
    assert look([page(seen("1", 1, "Aviso", "k9"))], wanted(), TEXT).matches == ()


def test_a_look_that_never_reached_back_is_not_trustworthy() -> None:
    endless = [page(seen(str(n), 1, "otra"), last=False) for n in range(50)]
    found = look(endless, wanted(), TEXT)
    assert not found.trustworthy
    assert found.evidence["listed"] == PAGES_MAX


def test_a_look_that_reached_back_stops_reading() -> None:
    read: list[int] = []

    def pages() -> object:
        for number in range(9):
            read.append(number)
            yield page(seen(str(number), -1, "otra"), last=False)

    assert look(pages(), wanted(), TEXT).trustworthy  # type: ignore[arg-type]
    assert read == [0]


def test_a_canary_further_back_is_looked_for() -> None:
    pages = [page(seen("1", -1, "otra"), last=False), page(seen("7", -60, "otra"), last=False)]
    assert look(pages, wanted(known=("7",)), TEXT).trustworthy
    assert not look(pages, wanted(known=("8",)), TEXT).trustworthy


def test_a_new_account_with_nothing_known_may_be_empty() -> None:
    assert look([page()], wanted(), TEXT).trustworthy
    assert not look([page()], wanted(known=("1",)), TEXT).trustworthy


def test_recent_is_complete_only_if_nothing_was_left_out() -> None:
    pages = [page(seen("3", 3), seen("2", 2), last=False), page(seen("1", 1), last=True)]
    assert gather(pages, since=NOW, limit=9).complete
    assert not gather(pages, since=NOW, limit=2).complete
    assert [s.remote_id for s in gather(pages, since=NOW, limit=2).items] == ["3", "2"]


def test_time_stamps_of_all_networks_are_read() -> None:
    for text in ("2026-11-22T15:00:00.000Z", "2026-11-22T15:00:00+0000", "2026-11-22T09:00-06:00"):
        assert moment(text) == NOW
    assert moment(None) < NOW
