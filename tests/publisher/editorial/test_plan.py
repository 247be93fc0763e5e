"""Deliveries of an approved post: planned once, moved within tolerance, pulled back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from publisher.editorial import approve, draft, plan, review, submit
from publisher.editorial.extras import Extras, Following
from publisher.editorial.places import places_of
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Approval, Delivery, DeliveryPart, Notice
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.house import SmallHouse


def deliveries(small: SmallHouse) -> list[Delivery]:
    with small.app.read() as session:
        return list(session.scalars(select(Delivery).order_by(col(Delivery.id))))


def become(small: SmallHouse, state: str, delivery_id: int = 1) -> None:
    with small.app.engine.begin() as connection:
        connection.execute(
            text("UPDATE delivery SET state = :state WHERE id = :id"),
            {"state": state, "id": delivery_id},
        )


def move(small: SmallHouse, post_id: int, local_at: str, by: str = "DIRV", **fold: int) -> None:
    plan.move(small.app, small.people[by], post_id, local_at=local_at, **fold)


def test_the_same_revision_is_never_planned_twice(small: SmallHouse) -> None:
    post_id = small.approved()
    post = small.post(post_id)
    with small.app.read() as session:
        places = places_of(session, small.account_ids("x"))
    with pytest.raises(IntegrityError), small.app.write() as session:
        plan.plan_deliveries(session, post, places, now=small.clock.now)
    assert len(deliveries(small)) == 3


def test_each_network_gets_the_parts_that_follow_there_in_the_same_statement(
    small: SmallHouse,
) -> None:
    thread = Extras(following=(Following(kind="reply", text="Segundo."),) * 2)
    comment = Extras(following=(Following(kind="comment", text="Informes en la biblioteca."),))
    small.approved(extras={"x": thread, "facebook": comment})
    with small.app.read() as session:
        rows = session.execute(
            select(col(Delivery.network), col(DeliveryPart.position), col(DeliveryPart.kind))
            .join(Delivery, col(Delivery.id) == col(DeliveryPart.delivery_id))
            .order_by(col(Delivery.network), col(DeliveryPart.position))
        ).all()
    assert [tuple(row) for row in rows] == [
        ("facebook", 0, "post"),
        ("facebook", 1, "comment"),
        ("instagram", 0, "post"),
        ("x", 0, "post"),
        ("x", 1, "reply"),
        ("x", 2, "reply"),
    ]


@pytest.mark.parametrize(
    "local_at", ["2026-11-27T09:00", "2026-11-27T11:00", "2026-11-27T10:17:30"]
)
def test_within_the_tolerance_the_coordinador_moves_it(small: SmallHouse, local_at: str) -> None:
    post_id = small.approved()
    move(small, post_id, local_at, by="COOR")
    wanted = datetime.fromisoformat(local_at).replace(tzinfo=UTC)
    for row in deliveries(small):
        assert row.local_at == local_at
        assert (row.due_at - wanted).total_seconds() == 6 * 3600
        assert row.next_at == row.due_at
        assert (row.not_after - row.due_at).total_seconds() == 30 * 60
    assert small.post(post_id).local_at == local_at
    assert actions(small, post_id)[-1] == "post.move"


@pytest.mark.parametrize("local_at", ["2026-11-27T08:59", "2026-11-27T11:01", "2026-11-28T10:00"])
def test_beyond_it_a_new_approval_is_needed(small: SmallHouse, local_at: str) -> None:
    post_id = small.approved()
    with pytest.raises(Conflict, match="60 minutos"):
        move(small, post_id, local_at)
    assert {row.local_at for row in deliveries(small)} == {"2026-11-27T10:00"}


def test_moves_do_not_add_up(small: SmallHouse) -> None:
    post_id = small.approved()
    move(small, post_id, "2026-11-27T11:00")
    with pytest.raises(Conflict):
        move(small, post_id, "2026-11-27T11:30")


def test_the_tolerance_is_real_time_where_the_clocks_change(small: SmallHouse) -> None:
    # In Acuña 00:30 and the second 01:30 of 7 November 2027 are two hours apart.
    post_id = small.approved(code="ACU", local_at="2027-11-07T00:30")
    with pytest.raises(Conflict, match="60 minutos"):
        move(small, post_id, "2027-11-07T01:30", fold=1)
    move(small, post_id, "2027-11-07T01:30", fold=0)
    # And 01:30 and 03:15 of 14 March are only 45 minutes apart.
    spring = small.approved(code="ACU", local_at="2027-03-14T01:30")
    move(small, spring, "2027-03-14T03:15")


def test_a_move_asks_refuses_and_looks_ahead(small: SmallHouse) -> None:
    fold = small.approved(code="ACU", local_at="2027-11-07T00:45")
    with pytest.raises(Invalid, match="dos veces"):
        move(small, fold, "2027-11-07T01:30")
    gap = small.approved(code="ACU", local_at="2027-03-14T01:45")
    with pytest.raises(Invalid, match="no existe"):
        move(small, gap, "2027-03-14T02:15")
    near = small.approved()
    small.clock.now = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
    with pytest.raises(Invalid, match="ya pasó"):
        move(small, near, "2026-11-27T09:30")
    with pytest.raises(Invalid):
        move(small, near, "a las diez")


@pytest.mark.parametrize("state", ["leased", "staging", "sending", "unknown", "published", "held"])
def test_what_is_on_its_way_is_not_moved_and_neither_are_its_sisters(
    small: SmallHouse, state: str
) -> None:
    post_id = small.approved()
    become(small, state, 2)
    with pytest.raises(Conflict, match="en curso"):
        move(small, post_id, "2026-11-27T10:30")
    assert {row.local_at for row in deliveries(small)} == {"2026-11-27T10:00"}


@pytest.mark.parametrize("by", ["OPER.SAL", "DIRP.SAL", "AUD", "ADM"])
def test_a_plantel_proposes_times_and_moves_none(small: SmallHouse, by: str) -> None:
    post_id = small.approved()
    with pytest.raises(Forbidden):
        move(small, post_id, "2026-11-27T10:30", by=by)


@pytest.mark.parametrize("state", ["scheduled", "retrying", "leased", "staging", "held"])
def test_what_was_not_begun_is_pulled_back_whole(small: SmallHouse, state: str) -> None:
    post_id = small.approved()
    become(small, state)
    pulled = plan.pull_back(small.app, small.operador(), post_id, reason=REASON)
    assert (pulled.stopped, pulled.gone) == (3, 0)
    assert {row.state for row in deliveries(small)} == {"cancelled"}
    with small.app.read() as session:
        approval = session.scalars(select(Approval)).one()
    assert (approval.voided_at, approval.voided_reason) == (small.clock.now, REASON)
    post = small.post(post_id)
    assert (post.state, post.revision, post.digest) == ("draft", 2, None)
    assert actions(small, post_id)[-1] == "post.pulled_back"


@pytest.mark.parametrize("state", ["sending", "unknown", "needs_decision", "published"])
def test_what_may_be_public_is_counted_as_gone_and_keeps_the_approval(
    small: SmallHouse, state: str
) -> None:
    post_id = small.approved()
    become(small, state)
    pulled = plan.pull_back(small.app, small.coordinador, post_id, reason=REASON)
    assert (pulled.stopped, pulled.gone) == (2, 1)
    assert [row.state for row in deliveries(small)] == [state, "cancelled", "cancelled"]
    assert small.post(post_id).state == "approved"
    with small.app.read() as session:
        assert session.scalars(select(Approval)).one().voided_at is None
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == "post.pulled_back")
        ).all()
    assert told == [small.operador().person_id]


def test_when_everything_left_there_is_nothing_to_pull(small: SmallHouse) -> None:
    post_id = small.approved()
    for row in deliveries(small):
        become(small, "published", row.id or 0)
    with pytest.raises(Conflict):
        plan.pull_back(small.app, small.directora, post_id, reason=REASON)


def test_what_every_network_refused_can_be_corrected_as_a_new_revision(small: SmallHouse) -> None:
    post_id = small.approved()
    for row, state in zip(deliveries(small), ("rejected", "dead", "rejected"), strict=True):
        become(small, state, row.id or 0)
    pulled = plan.pull_back(small.app, small.operador(), post_id, reason=REASON)
    assert (pulled.stopped, pulled.gone) == (0, 0)
    assert small.post(post_id).state == "draft"
    assert [row.state for row in deliveries(small)] == ["rejected", "dead", "rejected"]


def test_a_pull_back_needs_a_reason_and_the_reach_of_every_account(small: SmallHouse) -> None:
    post_id = small.approved()
    with pytest.raises(Invalid):
        plan.pull_back(small.app, small.operador(), post_id, reason="no")
    with pytest.raises(Forbidden):
        plan.pull_back(small.app, small.operador("TOR"), post_id, reason=REASON)
    central = small.submitted()
    review.give(
        small.app,
        small.coordinador,
        central,
        decision="reviewed",
        account_ids=tuple(small.accounts.values()),
        local_at="2026-11-27T10:00",
    )
    approve.approve(small.app, small.directora, central, digest=small.digest(central))
    with pytest.raises(Forbidden):
        plan.pull_back(small.app, small.operador(), central, reason=REASON)
    assert plan.pull_back(small.app, small.coordinador, central, reason=REASON).stopped == 9


def test_the_whole_way_again_after_a_pull_back(small: SmallHouse) -> None:
    post_id = small.approved()
    plan.pull_back(small.app, small.operador(), post_id, reason=REASON)
    version = small.post(post_id).version
    version = draft.save(
        small.app, small.operador(), post_id, version=version, content=small.content("Otro texto.")
    )
    submit.submit(small.app, small.operador(), post_id, version=version)
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids("x"),
        local_at="2026-11-28T10:00",
    )
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    assert [(row.revision, row.state) for row in deliveries(small)] == [
        *[(1, "cancelled")] * 3,
        (2, "scheduled"),
    ]
