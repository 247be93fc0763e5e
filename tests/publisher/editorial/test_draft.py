from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher.editorial import draft, plan, review
from publisher.editorial.content import DraftContent, MediaUse
from publisher.editorial.extras import Extras, Following
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Review, Variant
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.house import TEXT, SmallHouse


def save(small: SmallHouse, post_id: int, content: DraftContent, *, by: str = "OPER.SAL") -> int:
    version = small.post(post_id).version
    return draft.save(small.app, small.people[by], post_id, version=version, content=content)


def test_what_was_written_is_what_the_composer_gets_back(small: SmallHouse) -> None:
    content = small.content(
        texts={"base": "Texto común\ncon dos líneas", "x": "Texto de X"},
        media=(
            MediaUse(media_id=small.medium("uno"), alt_text="Una foto", credit="Ana"),
            MediaUse(
                media_id=small.medium("dos"),
                alt_text="Otra",
                persons_in_image=True,
                consent_ref="C-1",
            ),
        ),
        local_at="2026-11-27T10:00",
        fold=0,
    )
    post_id = draft.create(
        small.app, small.operador(), plantel_id=small.planteles["SAL"], content=content
    )
    loaded = draft.load(small.app, small.operador(), post_id)
    assert loaded.content == content
    assert (loaded.plantel, loaded.timezone) == ("CECyTE Saltillo", "America/Monterrey")
    assert (loaded.state, loaded.version, loaded.revision) == ("draft", 1, 1)


def test_autosave_keeps_the_revision_and_writes_who_edited_last(small: SmallHouse) -> None:
    post_id = small.draft()
    assert save(small, post_id, small.content("Otro texto."), by="COOR") == 2
    post = small.post(post_id)
    assert (post.revision, post.last_editor_id) == (1, small.coordinador.person_id)
    assert actions(small, post_id) == ["post.create", "post.save"]


@pytest.mark.parametrize(
    "same",
    [
        lambda c: c,
        lambda c: replace(c, fold=0),
        lambda c: replace(c, account_ids=tuple(reversed(c.account_ids))),
        lambda c: replace(c, texts={**c.texts, "x": ""}),
        lambda c: replace(c, texts={"base": c.texts["base"].replace("\n", "\r\n") + "\x00"}),
        lambda c: replace(c, media=tuple(replace(m, alt_text=f" {m.alt_text}\n") for m in c.media)),
    ],
)
def test_saving_what_is_stored_changes_nothing_not_even_who_edited_last(
    small: SmallHouse, same: object
) -> None:
    content = small.content(
        "Uno.\nDos.", media=(MediaUse(media_id=small.medium(), alt_text="Una foto"),)
    )
    post_id = small.draft("Uno.\nDos.", media=content.media)
    assert save(small, post_id, same(content), by="COOR") == 1  # type: ignore[operator]
    assert small.post(post_id).last_editor_id == small.operador().person_id
    assert actions(small, post_id) == ["post.create"]


def test_a_save_over_another_one_is_a_conflict_and_keeps_the_first(small: SmallHouse) -> None:
    post_id = small.draft()
    save(small, post_id, small.content("Primero."))
    with pytest.raises(Conflict):
        draft.save(
            small.app, small.operador(), post_id, version=1, content=small.content("Segundo.")
        )
    assert draft.load(small.app, small.operador(), post_id).content.texts["base"] == "Primero."


def test_the_first_edit_of_a_returned_post_opens_a_revision_and_leaves_the_judged_one(
    small: SmallHouse,
) -> None:
    post_id = small.submitted()
    review.give(small.app, small.coordinador, post_id, decision="returned", reason=REASON)
    loaded = draft.load(small.app, small.operador(), post_id)
    assert (loaded.returned_by, loaded.returned_reason) == ("Persona COOR", REASON)
    save(small, post_id, small.content("Corregido."))
    save(small, post_id, small.content("Corregido otra vez."))
    with small.app.read() as session:
        rows = session.execute(
            select(col(Variant.revision), col(Variant.text)).order_by(col(Variant.revision))
        ).all()
    assert [tuple(row) for row in rows] == [(1, TEXT), (2, "Corregido otra vez.")]


def test_what_goes_with_a_text_is_kept_through_revisions_without_its_empty_parts(
    small: SmallHouse,
) -> None:
    items = [Following(kind="reply", text=said) for said in ("Segundo.\r\n", " ", "Tercero.")]
    thread = Extras(following=tuple(items), link=" ")
    post_id = small.submitted(extras={"x": thread, "facebook": Extras()})
    review.give(small.app, small.coordinador, post_id, decision="returned", reason=REASON)
    loaded = draft.load(small.app, small.operador(), post_id).content
    assert [part.text for part in loaded.extras["x"].following] == ["Segundo.\n", "Tercero."]
    assert set(loaded.extras) == {"x"}
    save(small, post_id, replace(loaded, texts={"base": "Corregido."}))
    again = draft.load(small.app, small.operador(), post_id)
    assert (again.revision, again.content.extras) == (2, loaded.extras)


def test_what_could_never_go_with_a_text_is_refused_in_words(small: SmallHouse) -> None:
    wrong = (
        ({"otra": Extras(link="https://a.mx")}, "red"),
        ({"x": Extras(following=(Following(kind="reply", text="a"),) * 25)}, "24"),
        ({"x": Extras(replies="nadie")}, "reconoce"),  # type: ignore[arg-type]
        ({"facebook": Extras(link="https://a.mx/" + "a" * 2000)}, "2,000"),
    )
    for extras, word in wrong:
        with pytest.raises(Invalid, match=word):
            small.draft(extras=extras)


@pytest.mark.parametrize("walk", ["submitted", "reviewed", "approved"])
def test_what_was_sent_is_not_edited_nor_discarded_any_more(small: SmallHouse, walk: str) -> None:
    post_id = getattr(small, walk)()
    version = small.post(post_id).version
    with pytest.raises(Conflict):
        draft.save(
            small.app,
            small.operador(),
            post_id,
            version=version,
            content=small.content("Otro texto."),
        )
    with pytest.raises(Conflict):
        draft.discard(small.app, small.operador(), post_id)
    assert small.post(post_id).version == version


def test_after_approval_only_a_pull_back_opens_the_content(small: SmallHouse) -> None:
    post_id = small.approved()
    plan.pull_back(small.app, small.coordinador, post_id, reason="Se pospone la reunión.")
    save(small, post_id, small.content("Otro texto."))
    post = small.post(post_id)
    assert (post.state, post.revision, post.digest) == ("draft", 2, None)


def test_nobody_writes_for_another_plantel(small: SmallHouse) -> None:
    intruder = small.operador("TOR")
    post_id = small.draft()
    with pytest.raises(Forbidden):
        draft.create(
            small.app, intruder, plantel_id=small.planteles["SAL"], content=small.content()
        )
    for verb in (
        lambda: draft.load(small.app, intruder, post_id),
        lambda: draft.save(
            small.app, intruder, post_id, version=1, content=small.content(code="TOR")
        ),
        lambda: draft.discard(small.app, intruder, post_id),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_an_operador_proposes_no_account_of_another_plantel(small: SmallHouse) -> None:
    foreign = small.account_ids("x", code="TOR")
    with pytest.raises(Forbidden):
        small.draft(account_ids=foreign)
    post_id = small.draft()
    with pytest.raises(Forbidden):
        save(small, post_id, small.content(account_ids=small.account_ids() + foreign))
    assert draft.load(small.app, small.operador(), post_id).content.account_ids == tuple(
        sorted(small.account_ids())
    )


def test_a_post_for_several_planteles_is_touched_only_from_the_centre(small: SmallHouse) -> None:
    everywhere = tuple(sorted(small.accounts.values()))
    post_id = draft.create(
        small.app,
        small.coordinador,
        plantel_id=small.planteles["SAL"],
        content=small.content(account_ids=everywhere),
    )
    for change in (small.content("Otro texto.", account_ids=everywhere), small.content("Otro.")):
        with pytest.raises(Forbidden):
            save(small, post_id, change)
    with pytest.raises(Forbidden):
        draft.discard(small.app, small.operador(), post_id)
    draft.discard(small.app, small.coordinador, post_id, reason="Ya no procede.")


def test_a_picture_of_another_plantel_is_not_used(small: SmallHouse) -> None:
    foreign = (MediaUse(media_id=small.medium(code="TOR")),)
    with pytest.raises(Invalid, match="imágenes"):
        small.draft(media=foreign)
    with pytest.raises(Invalid, match="imágenes"):
        save(small, small.draft(), small.content(media=foreign))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topic": "otro"}, "topic"),
        ({"texts": {"base": "a" * 70_001}}, "texts"),
        ({"texts": {"base": "a", "tiktok": "b"}}, "texts"),
        ({"media": tuple(MediaUse(media_id=n) for n in range(11))}, "media"),
        ({"media": (MediaUse(media_id=1, alt_text="a" * 5001),)}, "media"),
        ({"account_ids": (987654,)}, "account_ids"),
        ({"local_at": "mañana"}, "local_at"),
        ({"local_at": "2026-13-01T10:00"}, "local_at"),
        ({"time_mode": "siempre"}, "time_mode"),
        ({"fold": 2}, "time_mode"),
    ],
)
def test_what_could_never_become_a_post_is_refused_with_its_field(
    small: SmallHouse, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        small.draft(**changes)
    assert caught.value.field == field


def test_what_no_database_stores_is_left_out_and_nothing_else(small: SmallHouse) -> None:
    post_id = small.draft("Antes\x00\ud800\x1b\r\ndespués 😀 ñ")
    loaded = draft.load(small.app, small.operador(), post_id)
    assert loaded.content.texts["base"] == "Antes\ndespués 😀 ñ"


def test_an_hour_that_happens_twice_is_asked(small: SmallHouse) -> None:
    twice = {"local_at": "2027-11-07T01:30"}
    with pytest.raises(Invalid) as caught:
        small.draft(code="ACU", **twice)
    assert caught.value.field == "fold"
    assert small.post(small.draft(code="ACU", fold=1, **twice)).fold == 1
    assert small.post(small.draft(code="SAL", **twice)).fold == 0


def test_a_discarded_draft_stays_in_the_record(small: SmallHouse) -> None:
    post_id = small.draft()
    draft.discard(small.app, small.operador(), post_id, reason="Duplicada")
    assert small.post(post_id).state == "cancelled"
    with small.app.read() as session:
        assert session.scalars(select(col(Review.decision))).all() == ["cancelled"]
    assert actions(small, post_id) == ["post.create", "post.cancelled"]


def test_what_does_not_exist_is_said_so(small: SmallHouse) -> None:
    with pytest.raises(NotFound):
        draft.load(small.app, small.coordinador, 999)
    with pytest.raises(NotFound):
        draft.create(small.app, small.coordinador, plantel_id=999, content=DraftContent())
