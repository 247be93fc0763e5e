"""The digest covers what becomes public and where, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from publisher.editorial.content import MediaUse
from publisher.editorial.extras import Extras, Following
from publisher.editorial.snapshot import Snapshot, load_snapshot, load_snapshots
from publisher.models import Variant
from tests.support.house import TEXT, SmallHouse


def two_pictures(small: SmallHouse) -> tuple[MediaUse, ...]:
    return (
        MediaUse(media_id=small.medium("uno"), alt_text="Uno", credit="Ana"),
        MediaUse(media_id=small.medium("dos"), alt_text="Dos"),
    )


def snapshot(small: SmallHouse, post_id: int) -> Snapshot:
    with small.app.read() as session:
        return load_snapshot(session, post_id, small.post(post_id).revision)


def run(small: SmallHouse, sql: str) -> None:
    with small.app.engine.begin() as connection:
        assert connection.execute(text(sql)).rowcount


VARIANT = "INSERT INTO variant (post_id, revision, network, text, form) VALUES"
CHANGES = {
    "a letter of the text": "UPDATE variant SET text = text || '.' WHERE network = 'base'",
    "a network's own text": f"{VARIANT} (1, 1, 'x', 'Otro', NULL)",
    "an alt text": "UPDATE post_media SET alt_text = 'Otra' WHERE position = 1",
    "the bytes of one network": "UPDATE rendition SET sha256 = 'f' WHERE network = 'x'",
    "the order of the pictures": (
        "UPDATE post_media SET media_id = 3 - media_id, alt_text = "
        "CASE alt_text WHEN 'Uno' THEN 'Dos' ELSE 'Uno' END"
    ),
    "a picture less": "DELETE FROM post_media WHERE position = 1",
    "a network's picture": "DELETE FROM rendition WHERE network = 'facebook' AND media_id = 1",
    "an account less": "DELETE FROM target WHERE account_id = (SELECT min(account_id) FROM target)",
    "another account": "UPDATE target SET account_id = 9 WHERE account_id = 3",
    "the form of one network": f"{VARIANT} (1, 1, 'instagram', '', 'story')",
    "a form and no text": f"{VARIANT} (1, 1, 'instagram', '', 'reel')",
    "where an account leads": "UPDATE account SET external_id = 'otro' WHERE id = 1",
}
INDIFFERENT = {
    "the credit": "UPDATE post_media SET credit = 'Beto'",
    "the topic": "UPDATE post SET topic = 'educativo'",
    "an account's handle": "UPDATE account SET handle = 'otro'",
    "a text of a network that it does not go to": f"{VARIANT} (1, 1, 'otra', 'X', NULL)",
    "the form that it had anyway": f"{VARIANT} (1, 1, 'instagram', '', 'feed')",
    "the form of a network that it does not go to": f"{VARIANT} (1, 1, 'otra', '', 'reel')",
    "whether a video is captioned": "UPDATE post_media SET captions = true",
    "the master": "UPDATE media SET sha256 = sha256 || 'f'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with(small: SmallHouse, change: str) -> None:
    post_id = small.draft(media=two_pictures(small))
    before = snapshot(small, post_id).digest
    run(small, change)
    assert snapshot(small, post_id).digest != before


@pytest.mark.parametrize("change", INDIFFERENT.values(), ids=INDIFFERENT)
def test_the_digest_stays_with(small: SmallHouse, change: str) -> None:
    post_id = small.draft(media=two_pictures(small))
    before = snapshot(small, post_id).digest
    run(small, change)
    assert snapshot(small, post_id).digest == before


def test_the_digest_of_known_content_never_changes(small: SmallHouse) -> None:
    post_id = small.draft(account_ids=small.account_ids("x"))
    # recorded on 2026-11-22: another value would void every approval in force
    assert snapshot(small, post_id).canonical() == {
        "format": 1,
        "post": 1,
        "revision": 1,
        "texts": {"x": TEXT},
        "media": {"x": []},
        "accounts": [[3, "x", "x100"]],
    }
    assert snapshot(small, post_id).digest == RECORDED


RECORDED = "811246bd6a0a9ab8f5248cd715e8498ee08bd0bbbd13d31bb015fbbd8122753c"


def test_only_what_is_no_post_of_the_feed_says_its_form(small: SmallHouse) -> None:
    forms = {"instagram": "story", "facebook": "reel", "x": "feed"}
    post_id = small.draft(forms=forms, media=two_pictures(small))
    seen = snapshot(small, post_id)
    assert seen.canonical()["forms"] == {"facebook": "reel", "instagram": "story"}
    assert (seen.form("facebook"), seen.form("x")) == ("reel", "feed")
    assert (seen.text("facebook"), seen.text("x")) == (TEXT, TEXT)
    assert seen.text("instagram") == "", "a story shows no common text"


THREAD = Extras(
    following=(Following(kind="reply", text="Segundo."), Following(kind="reply", text="Tercero.")),
    replies="following",
)


def test_what_goes_with_a_text_is_approved_with_it_and_nothing_else_speaks_of_it(
    small: SmallHouse,
) -> None:
    comment = Extras(following=(Following(kind="comment", text="Informes aquí."),))
    post_id = small.draft(
        account_ids=small.account_ids("x", "instagram"),
        extras={"x": THREAD, "facebook": comment, "instagram": Extras()},
    )
    seen = snapshot(small, post_id)
    assert seen.canonical()["extras"] == {
        "x": {
            "following": [
                {"kind": "reply", "text": "Segundo."},
                {"kind": "reply", "text": "Tercero."},
            ],
            "replies": "following",
        }
    }
    parts = seen.parts("x", ())
    assert [(part.kind, part.position, part.text) for part in parts] == [
        ("post", 0, TEXT),
        ("reply", 1, "Segundo."),
        ("reply", 2, "Tercero."),
    ]
    assert (parts[0].replies, parts[1].replies) == ("following", "everyone")


def test_a_changed_item_of_a_thread_is_another_content(small: SmallHouse) -> None:
    post_id = small.draft(extras={"x": THREAD})
    before = snapshot(small, post_id)
    with small.app.write() as session:
        row = session.scalars(select(Variant).where(col(Variant.network) == "x")).one()
        row.extras = {**(row.extras or {}), "replies": "mentionedUsers"}
        session.add(row)
    after = snapshot(small, post_id)
    assert after.digest != before.digest
    assert after.content_digest != before.content_digest


def test_many_snapshots_are_those_of_each(small: SmallHouse) -> None:
    one = small.draft("Uno.", media=two_pictures(small))
    two = small.draft("Dos.", code="TOR")
    with small.app.read() as session:
        both = load_snapshots(session, [(one, 1), (two, 1), (one, 1)])
        assert both == {(one, 1): load_snapshot(session, one, 1), (two, 1): both[two, 1]}
        assert both[two, 1].text("x") == "Dos."
        assert load_snapshots(session, []) == {}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda uses: uses[:1], False),
        (lambda uses: (MediaUse(media_id=uses[0].media_id, alt_text="Otra"), uses[1]), False),
        (lambda uses: tuple(reversed(uses)), False),
        (lambda uses: uses, True),
    ],
)
def test_an_exception_is_bound_to_texts_and_pictures(
    small: SmallHouse, change: Callable[[tuple[MediaUse, ...]], Any], same: bool
) -> None:
    uses = two_pictures(small)
    one, two = small.draft(media=uses), small.draft(media=change(uses))
    digests = {snapshot(small, one).content_digest, snapshot(small, two).content_digest}
    assert (len(digests) == 1) is same
