"""The visto bueno of a plantel's director: who waits for it, what it binds, who decides after."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from publisher import people
from publisher.editorial import approve, clear, draft, review, submit
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Clearance, Notice
from publisher.queries import inbox, post, queue
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.house import TEXT, WALL, SmallHouse


@pytest.fixture
def asked(small: SmallHouse) -> SmallHouse:
    """The small house, asking for the visto bueno."""
    clear.switch(small.app, small.directora, on=True)
    return small


def digest(small: SmallHouse, post_id: int) -> str:
    return post.story(small.app, small.people["DIRP.SAL"], post_id).content_digest


def dictamen(small: SmallHouse, post_id: int, by: str = "COOR") -> None:
    review.give(
        small.app,
        small.people[by],
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at=WALL,
    )


def test_a_plantel_s_text_waits_for_its_director_and_nobody_reviews_it(asked: SmallHouse) -> None:
    post_id = asked.submitted()
    story = post.story(asked.app, asked.people["DIRP.SAL"], post_id)
    assert (story.state, story.phase, story.allowed.clear) == ("in_review", "clearing", True)
    assert not post.story(asked.app, asked.coordinador, post_id).allowed.review
    assert queue.tray(asked.app, asked.coordinador, "review").total == 0
    for decision in ("reviewed", "returned"):
        with pytest.raises(Conflict, match="visto bueno"):
            review.give(
                asked.app,
                asked.coordinador,
                post_id,
                decision=decision,  # type: ignore[arg-type]
                reason=REASON,
                account_ids=asked.account_ids(),
                local_at=WALL,
            )
    waits = inbox.home(asked.app, asked.people["DIRP.SAL"])
    assert [row.kind for row in waits.attention] == ["clear"]
    assert (waits.counters["clearing"], waits.counters["in_review"]) == (1, 0)
    with asked.app.read() as session:
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == "post.clearance")
        ).all()
    assert told == [asked.people["DIRP.SAL"].person_id]


def test_with_the_visto_bueno_it_goes_on_to_difusion_and_to_the_directora(
    asked: SmallHouse,
) -> None:
    post_id = asked.submitted()
    shown = digest(asked, post_id)
    asked.clock.pass_(minutes=1)
    clear.clear(asked.app, asked.people["DIRP.SAL"], post_id, digest=shown)
    asked.clock.pass_(minutes=1)
    assert actions(asked, post_id)[-1] == "post.cleared"
    assert queue.tray(asked.app, asked.coordinador, "review").total == 1
    dictamen(asked, post_id)
    approve.approve(asked.app, asked.directora, post_id, digest=asked.digest(post_id))
    steps = [step.what for step in post.story(asked.app, asked.directora, post_id).steps]
    assert steps == ["created", "submitted", "cleared", "reviewed", "approved"]


def test_an_objection_returns_it_with_the_reason_and_the_same_text_waits_again(
    asked: SmallHouse,
) -> None:
    director, post_id = asked.people["DIRP.SAL"], asked.submitted()
    shown = digest(asked, post_id)
    with pytest.raises(Invalid, match="motivo"):
        clear.object_to(asked.app, director, post_id, digest=shown, reason="no")
    clear.object_to(asked.app, director, post_id, digest=shown, reason=REASON)
    assert draft.load(asked.app, asked.operador(), post_id).returned_reason == REASON
    submit.submit(asked.app, asked.operador(), post_id, version=asked.post(post_id).version)
    assert asked.post(post_id).awaits_clearance
    clear.clear(asked.app, director, post_id, digest=digest(asked, post_id))
    with asked.app.read() as session:
        row = session.scalars(select(Clearance)).one()
    assert (row.outcome, row.reason) == ("cleared", "")


def test_only_the_director_of_that_plantel_gives_it_and_only_on_what_they_saw(
    asked: SmallHouse,
) -> None:
    post_id = asked.submitted()
    shown = digest(asked, post_id)
    for label in ("DIRP.TOR", "OPER.SAL", "COOR", "DIRV", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            clear.clear(asked.app, asked.people[label], post_id, digest=shown)
    for wrong in ("", "0" * 64):
        with pytest.raises(Conflict, match="cambió"):
            clear.clear(asked.app, asked.people["DIRP.SAL"], post_id, digest=wrong)
    assert asked.post(post_id).awaits_clearance


def test_content_changed_behind_the_visto_bueno_is_neither_reviewed_nor_approved(
    asked: SmallHouse,
) -> None:
    post_id = asked.submitted()
    clear.clear(asked.app, asked.people["DIRP.SAL"], post_id, digest=digest(asked, post_id))
    with asked.app.engine.begin() as connection:
        connection.execute(text("UPDATE variant SET text = 'Otro texto del plantel.'"))
    with pytest.raises(Conflict, match="visto bueno"):
        dictamen(asked, post_id)


def test_an_edit_after_the_visto_bueno_needs_another(asked: SmallHouse) -> None:
    post_id = asked.submitted()
    clear.clear(asked.app, asked.people["DIRP.SAL"], post_id, digest=digest(asked, post_id))
    review.withdraw(asked.app, asked.operador(), post_id)
    version = draft.save(
        asked.app,
        asked.operador(),
        post_id,
        version=asked.post(post_id).version,
        content=asked.content(f"{TEXT} Lleven su libro."),
    )
    submit.submit(asked.app, asked.operador(), post_id, version=version)
    assert asked.post(post_id).awaits_clearance


def test_what_the_director_sends_carries_it_and_still_three_persons_see_it(
    asked: SmallHouse,
) -> None:
    director = asked.people["DIRP.SAL"]
    ids = []
    for reviewer in ("DIRV", "COOR"):
        post_id = draft.create(
            asked.app,
            director,
            plantel_id=asked.planteles["SAL"],
            content=asked.content(local_at=WALL),
        )
        submit.submit(asked.app, director, post_id, version=1)
        assert not asked.post(post_id).awaits_clearance
        dictamen(asked, post_id, by=reviewer)
        ids.append(post_id)
    with pytest.raises(Forbidden, match="tres personas"):
        approve.approve(asked.app, asked.directora, ids[0], digest=asked.digest(ids[0]))
    approve.approve(asked.app, asked.people["DIRV2"], ids[0], digest=asked.digest(ids[0]))
    approve.approve(asked.app, asked.directora, ids[1], digest=asked.digest(ids[1]))


def test_who_gave_it_neither_reviews_nor_approves(asked: SmallHouse) -> None:
    both = asked.people["DIRP.SAL"].person_id
    people.designate(asked.app, asked.people["ADM"], both, "DIRV")
    actor = people.actor_for(asked.app, both)
    post_id = asked.submitted()
    clear.clear(asked.app, actor, post_id, digest=digest(asked, post_id))
    with pytest.raises(Forbidden, match="visto bueno"):
        review.give(asked.app, actor, post_id, decision="returned", reason=REASON)
    dictamen(asked, post_id)
    with pytest.raises(Forbidden, match="visto bueno"):
        approve.approve(asked.app, actor, post_id, digest=asked.digest(post_id))


def test_difusion_s_own_text_needs_none_and_a_plantel_without_director_is_told(
    asked: SmallHouse,
) -> None:
    own = draft.create(
        asked.app,
        asked.coordinador,
        plantel_id=asked.planteles["SAL"],
        content=asked.content(local_at=WALL),
    )
    submit.submit(asked.app, asked.coordinador, own, version=1)
    assert asked.post(own).state == "reviewed"
    people.disable_person(
        asked.app, asked.people["ADM"], asked.people["DIRP.SAL"].person_id, reason="Se retiró"
    )
    with pytest.raises(Invalid, match="nadie la ocupa"):
        asked.submitted()


def test_turned_off_what_waited_goes_on(asked: SmallHouse) -> None:
    post_id = asked.submitted()
    assert clear.switch(asked.app, asked.directora, on=False) == 1
    assert queue.tray(asked.app, asked.coordinador, "review").total == 1
    dictamen(asked, post_id)
    with pytest.raises(Conflict, match="ya no se pedía"):
        clear.switch(asked.app, asked.directora, on=False)
    with pytest.raises(Forbidden):
        clear.switch(asked.app, asked.people["ADM"], on=True)
    assert "institution.clearance" in audited(asked)


def audited(small: SmallHouse) -> list[str]:
    with small.app.read() as session:
        return list(session.scalars(text("SELECT action FROM audit_entry")))  # type: ignore[call-overload]
