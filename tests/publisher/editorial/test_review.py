"""The dictamen of Difusión, and taking a post back from it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher.editorial import draft, plan, review, submit
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Notice, Post, Review
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import PRESS, REASON
from tests.support.house import TEXT, WALL, SmallHouse


def give(small: SmallHouse, post_id: int, by: str = "COOR", **changes: Any) -> None:
    plain: dict[str, Any] = {
        "decision": "reviewed",
        "account_ids": small.account_ids(),
        "local_at": WALL,
    }
    review.give(small.app, small.people[by], post_id, **(plain | changes))


def test_a_favourable_dictamen_fixes_accounts_time_and_digest(small: SmallHouse) -> None:
    post_id = small.submitted()
    chosen = small.account_ids("x", "facebook")
    give(small, post_id, account_ids=chosen, local_at="2026-11-28T09:30", reason=" Bien. ")
    post = small.post(post_id)
    assert (post.state, post.local_at, post.time_mode) == ("reviewed", "2026-11-28T09:30", "local")
    assert len(post.digest or "") == 64
    loaded = draft.load(small.app, small.coordinador, post_id)
    assert loaded.content.account_ids == tuple(sorted(chosen))
    assert actions(small, post_id)[-1] == "post.reviewed"


def test_accounts_of_several_planteles_in_one_post(small: SmallHouse) -> None:
    post_id = small.submitted()
    give(small, post_id, account_ids=tuple(small.accounts.values()))
    assert small.post(post_id).state == "reviewed"


MAKERS = {
    "who wrote it": ("COOR", "DIRV", "DIRV"),
    "who edited it last": ("DIRV", "COOR", "DIRV"),
    "who sent it": ("DIRV", "DIRV", "COOR"),
}


@pytest.mark.parametrize("makers", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("decision", ["reviewed", "returned", "rejected"])
def test_nobody_reviews_what_they_made(
    small: SmallHouse, makers: tuple[str, str, str], decision: str
) -> None:
    post_id = in_review(small, *makers)
    with pytest.raises(Forbidden, match="Nadie dictamina"):
        give(small, post_id, by="COOR", decision=decision, reason=REASON)
    give(small, post_id, by="COOR2", decision=decision, reason=REASON)


def in_review(small: SmallHouse, author: str, editor: str, sender: str) -> int:
    """Return a post in consulta made by three persons; the plantel's touch sends it there."""
    post_id = draft.create(
        small.app,
        small.people[author],
        plantel_id=small.planteles["SAL"],
        content=small.content(),
    )
    if editor != author:
        content = small.content(f"{TEXT} Bienvenidos.")
        draft.save(small.app, small.people[editor], post_id, version=1, content=content)
    with small.app.write() as session:
        # central posts go straight to the queue: put it in consulta as a plantel's would be
        post = session.get_one(Post, post_id)
        post.state = "in_review"
        post.submitted_by_id = small.people[sender].person_id
    return post_id


@pytest.mark.parametrize("by", ["OPER.SAL", "DIRP.SAL", "OPER.TOR", "AUD", "ADM"])
def test_no_plantel_nor_auditor_nor_administrator_reviews(small: SmallHouse, by: str) -> None:
    post_id = small.submitted()
    with pytest.raises(Forbidden):
        give(small, post_id, by=by)


@pytest.mark.parametrize("decision", ["returned", "rejected"])
def test_a_reason_is_compulsory_and_reaches_author_and_sender(
    small: SmallHouse, decision: str
) -> None:
    post_id = small.draft()
    submit.submit(small.app, small.people["DIRP.SAL"], post_id, version=1)
    with pytest.raises(Invalid):
        give(small, post_id, decision=decision, reason="  no  ")
    give(small, post_id, decision=decision, reason=REASON)
    assert small.post(post_id).state == decision
    with small.app.read() as session:
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == f"post.{decision}")
        ).all()
        why = session.scalars(
            select(col(Review.reason)).where(col(Review.decision) == decision)
        ).all()
    assert set(told) == {small.operador().person_id, small.people["DIRP.SAL"].person_id}
    assert why == [REASON]


def test_a_rejected_post_is_final(small: SmallHouse) -> None:
    post_id = small.submitted()
    give(small, post_id, decision="rejected", reason=REASON)
    with pytest.raises(Conflict):
        draft.save(
            small.app, small.operador(), post_id, version=3, content=small.content("Otro texto.")
        )
    with pytest.raises(Conflict):
        give(small, post_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"local_at": None}, "local_at"),
        ({"local_at": "pronto"}, "local_at"),
        ({"local_at": "2026-11-23T09:00"}, "local_at"),
        ({"account_ids": ()}, "account_ids"),
        ({"account_ids": (987654,)}, "account_ids"),
        ({"time_mode": "otra"}, "time_mode"),
        ({"fold": 7}, "time_mode"),
    ],
)
def test_accounts_and_time_are_needed_and_possible(
    small: SmallHouse, changes: dict[str, Any], field: str
) -> None:
    post_id = small.submitted()
    with pytest.raises(Invalid) as caught:
        give(small, post_id, **changes)
    assert caught.value.field == field
    assert small.post(post_id).state == "in_review"


def test_the_future_is_that_of_every_account_s_own_clock(small: SmallHouse) -> None:
    post_id = small.submitted()
    everywhere = tuple(small.accounts.values())
    small.clock.now = small.clock.now.replace(year=2027, month=7, day=1, minute=15)
    with pytest.raises(Invalid, match="America/Matamoros"):
        # 09:15 in Saltillo, and in July already 10:15 in Acuña
        give(small, post_id, account_ids=everywhere, local_at="2027-07-01T09:30")
    give(small, post_id, account_ids=everywhere, local_at="2027-07-01T10:30")


def test_an_hour_that_does_not_exist_or_happens_twice_there(small: SmallHouse) -> None:
    post_id = small.submitted(code="ACU")
    acuna = small.account_ids(code="ACU")
    with pytest.raises(Invalid, match="no existe"):
        give(small, post_id, account_ids=acuna, local_at="2027-03-14T02:30")
    with pytest.raises(Invalid, match="dos veces"):
        give(small, post_id, account_ids=acuna, local_at="2027-11-07T01:30")
    give(small, post_id, account_ids=acuna, local_at="2027-11-07T01:30", fold=1)
    assert small.post(post_id).fold == 1


def test_the_fold_of_another_plantel_s_clock_is_asked_too(small: SmallHouse) -> None:
    post_id = small.submitted()
    everywhere = tuple(small.accounts.values())
    with pytest.raises(Invalid, match="America/Matamoros"):
        give(small, post_id, account_ids=everywhere, local_at="2027-11-07T01:30")
    give(
        small,
        post_id,
        account_ids=everywhere,
        local_at="2027-11-07T01:30",
        time_mode="instant",
    )


def test_another_version_than_the_one_on_the_screen_is_a_conflict(small: SmallHouse) -> None:
    post_id = small.submitted()
    seen = small.post(post_id).version
    review.withdraw(small.app, small.operador(), post_id)
    content = small.content("Otro texto, corregido.")
    version = small.post(post_id).version
    draft.save(small.app, small.operador(), post_id, version=version, content=content)
    submit.submit(small.app, small.operador(), post_id, version=version + 1)
    with pytest.raises(Conflict, match="cambió"):
        give(small, post_id, version=seen)
    give(small, post_id, version=small.post(post_id).version)


def test_the_author_decides_who_speaks_not_the_reviewer(small: SmallHouse) -> None:
    post_id = small.submitted()
    with small.app.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE variant SET text = '{PRESS}'")
    with pytest.raises(Invalid, match=r"15\.1"):
        give(small, post_id)


@pytest.mark.parametrize("walk", ["submitted", "reviewed"])
def test_the_author_takes_it_back_and_edits_it_as_a_new_revision(
    small: SmallHouse, walk: str
) -> None:
    post_id = getattr(small, walk)()
    review.withdraw(small.app, small.operador(), post_id)
    post = small.post(post_id)
    assert (post.state, post.digest) == ("returned", None)
    draft.save(
        small.app,
        small.operador(),
        post_id,
        version=post.version,
        content=small.content("Otro texto."),
    )
    assert small.post(post_id).revision == 2


def test_who_takes_back_another_s_post_says_why(small: SmallHouse) -> None:
    post_id = small.submitted()
    with pytest.raises(Invalid):
        review.withdraw(small.app, small.coordinador, post_id)
    review.withdraw(small.app, small.coordinador, post_id, reason=REASON)
    with small.app.read() as session:
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == "post.withdrawn")
        ).all()
    assert told == [small.operador().person_id]


def test_only_who_reaches_every_account_takes_it_back(small: SmallHouse) -> None:
    post_id = small.submitted()
    with pytest.raises(Forbidden):
        review.withdraw(small.app, small.operador("TOR"), post_id)
    give(small, post_id, account_ids=tuple(small.accounts.values()))
    with pytest.raises(Forbidden):
        review.withdraw(small.app, small.operador(), post_id)
    review.withdraw(small.app, small.directora, post_id, reason=REASON)


def test_an_approved_post_is_pulled_back_and_not_withdrawn(small: SmallHouse) -> None:
    post_id = small.approved()
    with pytest.raises(Conflict):
        review.withdraw(small.app, small.operador(), post_id)
    assert plan.pull_back(small.app, small.operador(), post_id, reason=REASON).stopped == 3
