"""What changed in a text, word by word, and since which version a person saw it."""

from __future__ import annotations

import time

import pytest

from publisher.editorial import approve, draft, review, seen, submit
from publisher.editorial.comparison import Piece, pieces
from publisher.editorial.content import MediaUse
from publisher.errors import NotFound
from tests.publisher.editorial.texts import REASON
from tests.support.house import TEXT, WALL, SmallHouse


def told(before: str, after: str) -> str:
    signs = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces(before, after))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("Igual.", "Igual.", "Igual."),
        ("", "Nuevo.", "[+Nuevo.]"),
        ("Es el jueves.", "Es el viernes.", "Es el [-jueves][+viernes]."),
        ("a las 10:00 h", "a las 11:30 h", "a las [-10:00][+11:30] h"),
        (
            "Nos vemos en el auditorio.",
            "Nos vemos en la sala magna.",
            "Nos vemos en [-el auditorio][+la sala magna].",
        ),
        ("Uno dos.", "Uno y dos.", "Uno[+ y] dos."),
    ],
)
def test_words_that_came_and_went_are_told_apart(before: str, after: str, shown: str) -> None:
    assert told(before, after) == shown


@pytest.mark.parametrize("words", [40, 30_000])
def test_both_versions_can_be_read_back_from_the_pieces_however_long_they_are(words: int) -> None:
    before = " ".join(f"palabra{n % 97}\n" if n % 11 == 0 else f"voz{n}" for n in range(words))
    after = before.replace("palabra3", "cosa").replace("voz7 ", "") + " fin"
    started = time.perf_counter()
    found = pieces(before, after)
    assert time.perf_counter() - started < 3
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
    assert "".join(piece.text for piece in found if piece.kind != "added") == before


def correct(small: SmallHouse, post_id: int, text: str, **changes: object) -> None:
    version = small.post(post_id).version
    content = small.content(text, local_at=WALL, **changes)
    version = draft.save(small.app, small.operador(), post_id, version=version, content=content)
    submit.submit(small.app, small.operador(), post_id, version=version)


def test_the_first_look_has_nothing_to_compare_and_the_next_version_is_compared_with_it(
    small: SmallHouse,
) -> None:
    post_id = small.submitted()
    assert seen.look(small.app, small.coordinador, post_id) is None
    review.give(small.app, small.coordinador, post_id, decision="returned", reason=REASON)
    correct(small, post_id, TEXT.replace("jueves", "viernes"), account_ids=small.account_ids("x"))
    for _ in range(2):  # looking again takes nothing away
        changes = seen.look(small.app, small.coordinador, post_id)
        assert changes is not None
        assert changes.since == 1
        assert list(changes.texts) == ["base"]
        assert Piece(kind="removed", text="jueves") in changes.texts["base"]
        assert Piece(kind="added", text="viernes") in changes.texts["base"]
        assert [network for network, _ in changes.accounts_removed] == ["facebook", "instagram"]
        assert (changes.accounts_added, changes.media_added) == ((), 0)


def test_each_person_is_told_since_the_version_that_they_saw(small: SmallHouse) -> None:
    post_id = small.reviewed()
    seen.look(small.app, small.directora, post_id)
    approve.send_back(small.app, small.directora, post_id, reason=REASON)
    correct(small, post_id, TEXT.replace("jueves", "viernes"))
    seen.look(small.app, small.coordinador, post_id)
    review.give(small.app, small.coordinador, post_id, decision="returned", reason=REASON)
    medium = small.medium()
    correct(
        small,
        post_id,
        TEXT.replace("jueves", "sábado"),
        media=(MediaUse(media_id=medium, alt_text="El cartel del club", credit="Plantel"),),
    )
    hers = seen.look(small.app, small.directora, post_id)
    his = seen.look(small.app, small.coordinador, post_id)
    assert hers is not None
    assert his is not None
    assert (hers.since, his.since) == (1, 2)
    assert Piece(kind="removed", text="jueves") in hers.texts["base"]
    assert Piece(kind="removed", text="viernes") in his.texts["base"]
    assert (his.media_added, list(his.texts)) == (1, ["base", "alt:1"])


def test_what_is_sent_in_again_unchanged_says_so(small: SmallHouse) -> None:
    post_id = small.submitted(local_at=WALL)
    seen.look(small.app, small.coordinador, post_id)
    review.give(small.app, small.coordinador, post_id, decision="returned", reason=REASON)
    correct(small, post_id, TEXT, topic="educativo")
    changes = seen.look(small.app, small.coordinador, post_id)
    assert changes is not None
    assert changes.none


def test_nobody_looks_at_what_is_out_of_their_reach(small: SmallHouse) -> None:
    post_id = small.submitted()
    with pytest.raises(NotFound):
        seen.look(small.app, small.operador("TOR"), post_id)
