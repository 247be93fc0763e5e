"""Taking back one's own decision within ten seconds: whole, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from publisher import people
from publisher.editorial import approve, draft, review, undo
from publisher.errors import Conflict, Forbidden
from publisher.models import Approval, Delivery, DeliveryPart, Notice, Review
from publisher.notices import mark_read
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.house import WALL, SmallHouse
from vault.audit_tables import AuditEntry


def approved(small: SmallHouse, **options: str) -> int:
    post_id = small.reviewed(**options)
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    return post_id


def returned(small: SmallHouse) -> int:
    post_id = small.reviewed()
    approve.send_back(small.app, small.directora, post_id, reason=REASON)
    return post_id


def rejected(small: SmallHouse) -> int:
    post_id = small.reviewed()
    approve.reject(small.app, small.directora, post_id, reason=REASON)
    return post_id


def left(small: SmallHouse) -> tuple[int, int]:
    """Return how many deliveries and parts there are."""
    with small.app.read() as session:
        return (
            len(session.scalars(select(col(Delivery.id))).all()),
            len(session.scalars(select(col(DeliveryPart.delivery_id))).all()),
        )


def test_an_approval_taken_back_leaves_nothing_to_send_and_can_be_given_again(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    digest = small.digest(post_id)
    approve.approve(small.app, small.directora, post_id, digest=digest)
    small.clock.pass_(seconds=9)
    assert undo.undo(small.app, small.directora, [post_id]) == 1
    assert (small.post(post_id).state, small.digest(post_id)) == ("reviewed", digest)
    assert left(small) == (0, 0)
    with small.app.read() as session:
        voided = session.scalars(select(Approval)).one()
        decision = session.scalars(select(Review).where(col(Review.decision) == "approved")).one()
    assert voided.voided_at == decision.undone_at == small.clock.now
    assert actions(small, post_id)[-1] == "post.undone"
    approve.approve(small.app, small.directora, post_id, digest=digest)
    assert small.post(post_id).state == "approved"
    assert left(small) == (3, 3)


@pytest.mark.parametrize("decide", [returned, rejected])
def test_a_return_or_rejection_taken_back_waits_again_as_it_was(
    small: SmallHouse, decide: Callable[[SmallHouse], int]
) -> None:
    post_id = decide(small)
    undo.undo(small.app, small.directora, [post_id])
    post = small.post(post_id)
    assert (post.state, post.local_at, post.revision) == ("reviewed", WALL, 1)
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))


def test_a_dictamen_taken_back_gives_back_the_accounts_and_the_time_that_were_proposed(
    small: SmallHouse,
) -> None:
    post_id = small.submitted(local_at="2026-11-30T08:00")
    chosen = small.account_ids("x")
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=chosen,
        local_at=WALL,
    )
    undo.undo(small.app, small.coordinador, [post_id])
    post = small.post(post_id)
    assert (post.state, post.digest, post.local_at) == ("in_review", None, "2026-11-30T08:00")
    loaded = draft.load(small.app, small.coordinador, post_id)
    assert loaded.content.account_ids == tuple(sorted(small.account_ids()))


def test_the_unread_notice_goes_and_whoever_read_it_hears_that_it_is_off(
    small: SmallHouse,
) -> None:
    quiet, heard = returned(small), returned(small)
    author = small.operador()
    with small.app.read() as session:
        ids = session.scalars(
            select(col(Notice.id)).where(col(Notice.link) == f"/nueva?id={heard}")
        ).all()
    mark_read(small.app, author, [id_ for id_ in ids if id_])
    undo.undo(small.app, small.directora, [quiet, heard])
    with small.app.read() as session:
        kinds = session.execute(
            select(col(Notice.kind), col(Notice.link)).where(
                col(Notice.person_id) == author.person_id
            )
        ).all()
    assert ("post.returned", f"/nueva?id={quiet}") not in [tuple(row) for row in kinds]
    assert ("post.undone", f"/publicacion?id={heard}") in [tuple(row) for row in kinds]


def test_after_the_time_nothing_is_taken_back(small: SmallHouse) -> None:
    post_id = approved(small)
    small.clock.pass_(seconds=14)
    with pytest.raises(Conflict, match="10 segundos"):
        undo.undo(small.app, small.directora, [post_id])
    assert small.post(post_id).state == "approved"


def test_a_batch_is_taken_back_whole_or_not_at_all(small: SmallHouse) -> None:
    posts = [approved(small, code=code) for code in ("SAL", "TOR")]
    with small.app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.post_id) == posts[1])
            .values(state="leased", fence=1)
        )
    with pytest.raises(Conflict, match=f"publicación {posts[1]} ya comenzó"):
        undo.undo(small.app, small.directora, posts)
    assert [small.post(post_id).state for post_id in posts] == ["approved", "approved"]
    assert left(small) == (6, 6)


def test_what_the_author_corrects_already_stays_returned(small: SmallHouse) -> None:
    post_id = returned(small)
    version = small.post(post_id).version
    content = small.content("El club de lectura se reúne el viernes a las 11:00 h.")
    draft.save(small.app, small.operador(), post_id, version=version, content=content)
    with pytest.raises(Conflict, match="siguió su curso"):
        undo.undo(small.app, small.directora, [post_id])


def test_nobody_takes_back_the_decision_of_another(small: SmallHouse) -> None:
    post_id = approved(small)
    with pytest.raises(Forbidden, match="otra persona"):
        undo.undo(small.app, small.people["DIRV2"], [post_id])
    with pytest.raises(Forbidden):
        undo.undo(small.app, small.operador(), [post_id])


def test_what_was_only_sent_in_is_no_decision_to_take_back(small: SmallHouse) -> None:
    post_id = small.submitted()
    with pytest.raises(Conflict, match="No hay una decisión"):
        undo.undo(small.app, small.directora, [post_id])


def test_the_audit_tells_on_what_grounds_it_was_decided_and_how_long_it_waited(
    small: SmallHouse,
) -> None:
    post_id = small.submitted()
    small.clock.pass_(hours=2)
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at=WALL,
    )
    small.clock.pass_(minutes=5)
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    table = AuditEntry.__table__
    with small.app.read() as session:
        details = dict(
            session.execute(
                select(table.c.action, table.c.detail).where(table.c.object_id == str(post_id))
            ).all()
        )
    dictamen, approval = (json.loads(details[f"post.{name}"]) for name in ("reviewed", "approved"))
    assert (dictamen["waited_s"], approval["waited_s"]) == (7200, 300)
    assert (approval["verdict"], approval["revision"]) == ("ok", 1)
    assert approval["manual"]


def test_an_approval_taken_back_does_not_use_up_a_delegation(small: SmallHouse) -> None:
    people.delegate(
        small.app,
        small.directora,
        small.people["COOR2"].person_id,
        ends_at=small.clock.now + timedelta(days=3),
        reason="Comisión fuera de la ciudad",
        max_posts=1,
    )
    post_id = small.reviewed()
    delegate = small.people["COOR2"]
    approve.approve(small.app, delegate, post_id, digest=small.digest(post_id))
    undo.undo(small.app, delegate, [post_id])
    approve.approve(small.app, delegate, post_id, digest=small.digest(post_id))
    assert small.post(post_id).state == "approved"
    another = small.reviewed(code="TOR")
    with pytest.raises(Forbidden):
        approve.approve(small.app, delegate, another, digest=small.digest(another))
