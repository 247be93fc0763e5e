"""The Directora's decision: exactly what is on her screen, and never her own."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from publisher import institution, people
from publisher.app import SYSTEM, Actor
from publisher.db import make_engine
from publisher.editorial import approve, draft, review, submit
from publisher.editorial.content import MediaUse
from publisher.errors import Conflict, Forbidden, Invalid, NotFound, PublisherError
from publisher.models import Approval, Delivery, DeliveryPart, Notice, Post
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.house import TEXT, WALL, SmallHouse


def sign(small: SmallHouse, post_id: int, by: str = "DIRV", digest: str | None = None) -> None:
    shown = small.digest(post_id) if digest is None else digest
    approve.approve(small.app, small.people[by], post_id, digest=shown)


def delegate(small: SmallHouse, to: str = "COOR", **limits: Any) -> int:
    return people.delegate(
        small.app,
        small.directora,
        small.people[to].person_id,
        ends_at=small.clock.now + timedelta(days=3),
        reason="Comisión fuera de la ciudad",
        **limits,
    )


def deliveries(small: SmallHouse) -> list[Delivery]:
    with small.app.read() as session:
        return list(session.scalars(select(Delivery).order_by(col(Delivery.account_id))))


def run(small: SmallHouse, sql: str) -> None:
    with small.app.engine.begin() as connection:
        assert connection.execute(text(sql)).rowcount


def nothing_happened(small: SmallHouse, post_id: int, state: str = "reviewed") -> None:
    assert small.post(post_id).state == state
    assert deliveries(small) == []
    with small.app.read() as session:
        assert session.scalars(select(col(Approval.id))).all() == []
    assert "post.approved" not in actions(small, post_id)


def test_approving_binds_the_digest_and_plans_one_delivery_an_account(small: SmallHouse) -> None:
    post_id = small.reviewed()
    digest = small.digest(post_id)
    sign(small, post_id)
    with small.app.read() as session:
        approval = session.scalars(select(Approval)).one()
        parts = session.scalars(select(col(DeliveryPart.kind))).all()
    assert approval.digest == digest
    assert (approval.approver_id, approval.delegation_id) == (small.directora.person_id, None)
    assert (approval.local_at, approval.timezone) == (WALL, "America/Monterrey")
    assert approval.tolerance_min == 60
    assert approval.snapshot["texts"]["x"] == TEXT
    rows = deliveries(small)
    assert [row.account_id for row in rows] == sorted(small.account_ids())
    assert {(row.state, row.local_at, row.due_at.isoformat()) for row in rows} == {
        ("scheduled", WALL, "2026-11-27T16:00:00+00:00")
    }
    assert parts == ["post"] * 3
    assert small.post(post_id).state == "approved"
    assert actions(small, post_id)[-1] == "post.approved"
    with small.app.read() as session:
        told = session.scalars(
            select(col(Notice.person_id)).where(col(Notice.kind) == "post.approved")
        ).all()
    assert told == [small.operador().person_id]


@pytest.mark.parametrize(
    ("time_mode", "walls"),
    [
        ("local", {"America/Monterrey": 16, "America/Matamoros": 15}),
        ("instant", {"America/Monterrey": 16}),
    ],
)
def test_several_planteles_get_it_by_their_own_clock_or_all_at_once(
    small: SmallHouse, time_mode: str, walls: dict[str, int]
) -> None:
    post_id = small.submitted()
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=tuple(small.accounts.values()),
        local_at="2027-07-01T10:00",
        time_mode=time_mode,
    )
    sign(small, post_id)
    assert len(deliveries(small)) == 9
    assert {row.timezone: row.due_at.hour for row in deliveries(small)} == walls


# Who made the post (author, last editor, sender, reviewer) and who may then approve it.
EVERYBODY = ("DIRV", "DIRV2", "COOR", "COOR2", "OPER.SAL", "DIRP.SAL", "AUD", "ADM")
MATRIX = [
    (("OPER.SAL", "OPER.SAL", "OPER.SAL", "COOR"), {"DIRV", "DIRV2"}),
    (("OPER.SAL", "OPER.SAL", "OPER.SAL", "DIRV"), {"DIRV", "DIRV2"}),
    (("OPER.SAL", "DIRV", "OPER.SAL", "COOR"), {"DIRV2"}),
    (("OPER.SAL", "OPER.SAL", "DIRV", "COOR"), {"DIRV2"}),
    (("DIRV", "OPER.SAL", "OPER.SAL", "COOR"), {"DIRV2"}),
    (("COOR", "COOR", "COOR", None), {"DIRV", "DIRV2"}),
    (("DIRV", "DIRV", "DIRV", None), {"DIRV2"}),
]


@pytest.mark.parametrize(("makers", "allowed"), MATRIX)
def test_four_eyes_without_delegation(
    small: SmallHouse, makers: tuple[str, str, str, str | None], allowed: set[str]
) -> None:
    for by in EVERYBODY:
        post_id = made_by(small, *makers)
        if by in allowed:
            sign(small, post_id, by=by)
        else:
            with pytest.raises(Forbidden):
                sign(small, post_id, by=by)
            assert small.post(post_id).state == "reviewed"


DELEGATED = [
    (("OPER.SAL", "OPER.SAL", "OPER.SAL", "COOR"), {"COOR2"}),
    (("OPER.SAL", "OPER.SAL", "OPER.SAL", "COOR2"), {"COOR"}),
    (("OPER.SAL", "COOR", "OPER.SAL", "DIRV"), {"COOR2"}),
    (("COOR", "COOR", "COOR", None), {"COOR2"}),
    (("DIRV", "DIRV", "DIRV", None), {"COOR", "COOR2"}),
]


@pytest.mark.parametrize(("makers", "allowed"), DELEGATED)
def test_four_eyes_by_delegation(
    small: SmallHouse, makers: tuple[str, str, str, str | None], allowed: set[str]
) -> None:
    delegate(small, "COOR")
    delegate(small, "COOR2")
    for by in ("COOR", "COOR2"):
        post_id = made_by(small, *makers)
        if by in allowed:
            sign(small, post_id, by=by)
        else:
            with pytest.raises(Forbidden):
                sign(small, post_id, by=by)
            assert small.post(post_id).state == "reviewed"


def made_by(small: SmallHouse, author: str, editor: str, sender: str, reviewer: str | None) -> int:
    """Return a post in the queue that these people wrote, edited, sent and reviewed."""
    post_id = draft.create(
        small.app,
        small.people[author],
        plantel_id=small.planteles["SAL"],
        content=small.content(local_at=WALL),
    )
    version = 1
    if editor != author:
        content = small.content(f"{TEXT} Bienvenidos.", local_at=WALL)
        version = draft.save(
            small.app, small.people[editor], post_id, version=version, content=content
        )
    submit.submit(small.app, small.people[sender], post_id, version=version)
    if reviewer:
        review.give(
            small.app,
            small.people[reviewer],
            post_id,
            decision="reviewed",
            account_ids=small.account_ids(),
            local_at=WALL,
        )
    assert small.post(post_id).state == "reviewed"
    return post_id


@pytest.mark.parametrize("digest", ["", "0" * 64, "otro"])
def test_another_digest_than_the_stored_one_is_refused(small: SmallHouse, digest: str) -> None:
    post_id = small.reviewed()
    with pytest.raises(Conflict, match="cambió"):
        sign(small, post_id, digest=digest)
    nothing_happened(small, post_id)


TAMPERED = {
    "text": "UPDATE variant SET text = text || ' '",
    "own text": (
        "INSERT INTO variant (post_id, revision, network, text) VALUES (1, 1, 'x', 'Otro')"
    ),
    "picture": "UPDATE rendition SET sha256 = 'f' WHERE network = 'x'",
    "alt text": "UPDATE post_media SET alt_text = 'Otro'",
    "accounts": "INSERT INTO target VALUES (1, 1, 9)",
    "account": "UPDATE account SET external_id = 'ajena' WHERE id = 1",
    "stored digest": "UPDATE post SET digest = 'f'",
}


@pytest.mark.parametrize("sql", TAMPERED.values(), ids=TAMPERED)
def test_a_row_changed_behind_our_back_is_refused(small: SmallHouse, sql: str) -> None:
    media = (MediaUse(media_id=small.medium(), alt_text="Un salón con mesas", credit="Ana"),)
    post_id = small.reviewed(media=media)
    shown = small.digest(post_id)
    run(small, sql)
    with pytest.raises(Conflict, match="cambió"):
        sign(small, post_id, digest=shown)
    nothing_happened(small, post_id)


def test_what_was_withdrawn_and_sent_again_needs_the_new_digest(small: SmallHouse) -> None:
    post_id = small.reviewed()
    shown = small.digest(post_id)
    review.withdraw(small.app, small.operador(), post_id)
    version = small.post(post_id).version
    draft.save(
        small.app, small.operador(), post_id, version=version, content=small.content("Otro texto.")
    )
    with pytest.raises(Conflict):
        sign(small, post_id, digest=shown)
    submit.submit(small.app, small.operador(), post_id, version=version + 1)
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at=WALL,
    )
    with pytest.raises(Conflict):
        sign(small, post_id, digest=shown)
    sign(small, post_id)


@pytest.mark.parametrize("walk", ["draft", "submitted", "approved"])
def test_only_what_is_in_the_queue_is_approved(small: SmallHouse, walk: str) -> None:
    post_id = getattr(small, walk)()
    with pytest.raises(Conflict):
        sign(small, post_id, digest=small.digest(post_id) or "0" * 64)
    assert len(deliveries(small)) == (3 if walk == "approved" else 0)


def test_a_time_that_passed_in_the_queue_needs_another(small: SmallHouse) -> None:
    post_id = small.reviewed()
    small.clock.pass_(days=5)
    with pytest.raises(Invalid, match="ya pasó"):
        sign(small, post_id)
    nothing_happened(small, post_id)


def test_an_account_paused_in_the_queue_stops_it(small: SmallHouse) -> None:
    post_id = small.reviewed()
    institution.pause_account(
        small.app, SYSTEM, small.accounts["SAL", "x"], reason="Cambio de contraseña"
    )
    with pytest.raises(Invalid, match="x_sal"):
        sign(small, post_id)


def test_a_batch_answers_for_each_and_one_stops_no_other(small: SmallHouse) -> None:
    good = [small.reviewed() for _ in range(3)]
    items = [(post_id, small.digest(post_id)) for post_id in good]
    items.insert(1, (small.reviewed(), "0" * 64))
    items.append((999, "0" * 64))
    items.append(items[0])
    answers = approve.approve_many(small.app, small.directora, items)
    assert [(answer.post_id, answer.ok) for answer in answers] == [
        (good[0], True),
        (items[1][0], False),
        (good[1], True),
        (good[2], True),
        (999, False),
        (good[0], False),
    ]
    assert all(answer.sentence for answer in answers)
    assert len(deliveries(small)) == 9


@pytest.mark.parametrize(("verb", "state"), [("send_back", "returned"), ("reject", "rejected")])
def test_returning_and_rejecting_need_a_reason_and_other_eyes(
    small: SmallHouse, verb: str, state: str
) -> None:
    act = getattr(approve, verb)
    post_id = small.reviewed()
    with pytest.raises(Invalid):
        act(small.app, small.directora, post_id, reason=" ")
    for by in ("COOR", "OPER.SAL", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            act(small.app, small.people[by], post_id, reason=REASON)
    act(small.app, small.directora, post_id, reason=REASON)
    post = small.post(post_id)
    assert (post.state, post.digest) == (state, None)
    own = made_by(small, "DIRV", "DIRV", "DIRV", None)
    with pytest.raises(Forbidden):
        act(small.app, small.directora, own, reason=REASON)


def test_a_delegate_s_approval_names_the_delegation(small: SmallHouse) -> None:
    delegation = delegate(small, "COOR2")
    post_id = small.reviewed()
    sign(small, post_id, by="COOR2")
    with small.app.read() as session:
        approval = session.scalars(select(Approval)).one()
    assert (approval.approver_id, approval.delegation_id) == (
        small.people["COOR2"].person_id,
        delegation,
    )


def test_a_delegation_ends_by_itself_and_when_it_is_revoked(small: SmallHouse) -> None:
    delegation = delegate(small, "COOR2")
    people.revoke_delegation(small.app, small.directora, delegation)
    with pytest.raises(Forbidden):
        sign(small, small.reviewed(), by="COOR2")
    delegate(small, "COOR2")
    small.clock.pass_(days=3)
    with pytest.raises(Forbidden):
        sign(small, small.reviewed(), by="COOR2")


def test_a_delegation_covers_so_many_posts_and_no_more(small: SmallHouse) -> None:
    delegate(small, "COOR2", max_posts=2)
    ids = [small.reviewed() for _ in range(3)]
    answers = approve.approve_many(
        small.app, small.people["COOR2"], [(id_, small.digest(id_)) for id_ in ids]
    )
    assert [answer.ok for answer in answers] == [True, True, False]
    assert "delegación" in answers[2].sentence


def test_two_approvals_at_once_do_not_both_spend_the_last_one(small: SmallHouse) -> None:
    delegate(small, "COOR2", max_posts=1)
    ids = [small.reviewed() for _ in range(4)]
    start = threading.Barrier(4)
    failures: list[PublisherError] = []

    def one(post_id: int, digest: str) -> None:
        start.wait()
        try:
            approve.approve(small.app, small.people["COOR2"], post_id, digest=digest)
        except PublisherError as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(id_, small.digest(id_))) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in failures] == [Forbidden] * 3
    assert len(deliveries(small)) == 3


def test_a_delegation_for_clean_posts_covers_no_flagged_one(small: SmallHouse) -> None:
    delegate(small, "COOR2", only_clean=True)
    flagged = small.reviewed()
    run(small, "UPDATE check_run SET verdict = 'flag'")
    with pytest.raises(Forbidden, match="sin hallazgos"):
        sign(small, flagged, by="COOR2")
    clean = small.reviewed("Inscripciones abiertas al taller de ajedrez en la biblioteca.")
    sign(small, clean, by="COOR2")


def test_a_delegation_for_a_topic_covers_no_other(small: SmallHouse) -> None:
    delegate(small, "COOR2", topics=["educativo"])
    other, fitting = small.reviewed(), small.reviewed(topic="educativo")
    with pytest.raises(Forbidden, match="tema"):
        sign(small, other, by="COOR2")
    sign(small, fitting, by="COOR2")
    with pytest.raises(Invalid, match="temas"):
        delegate(small, "COOR", topics=["deportes"])


def test_what_was_delegated_is_never_delegated_again(small: SmallHouse) -> None:
    delegate(small, "COOR2")
    with pytest.raises(Forbidden):
        people.delegate(
            small.app,
            small.people["COOR2"],
            small.coordinador.person_id,
            ends_at=small.clock.now + timedelta(days=1),
            reason="Me voy también",
        )


def test_two_approvals_of_one_post_at_once_plan_it_once(
    small: SmallHouse, database_url: str
) -> None:
    post_id = small.reviewed()
    digest = small.digest(post_id)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def one(actor: Actor) -> None:
        start.wait()
        try:
            approve.approve(small.app, actor, post_id, digest=digest)
        except Conflict:
            outcomes.append("conflict")
        else:
            outcomes.append("approved")

    threads = [
        threading.Thread(target=one, args=(small.people[label],)) for label in ("DIRV", "DIRV2")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "conflict"]
    other = make_engine(database_url)
    with other.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM delivery")).scalar_one() == 3
    other.dispose()


def test_what_does_not_exist_is_said_so(small: SmallHouse) -> None:
    with pytest.raises(NotFound):
        sign(small, 999, digest="0" * 64)


def test_the_database_itself_allows_one_approval_in_force(small: SmallHouse) -> None:
    post_id = small.approved()
    with small.app.read() as session:
        approval = session.scalars(select(Approval)).one()
        assert session.get_one(Post, post_id).state == "approved"
    columns = approval.model_dump(exclude={"id"})
    with pytest.raises(IntegrityError), small.app.write() as session:
        session.add(Approval(**columns))
