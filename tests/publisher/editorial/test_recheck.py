"""A version of the manual comes into force: what waits is judged anew, what it stops is held."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import rulebook
from publisher.delivery import decide
from publisher.editorial import approve, draft, plan, rejudging, review, submit
from publisher.editorial.exception import ask_exception, resolve_exception
from publisher.editorial.recheck import Rechecked, recheck
from publisher.errors import Conflict, Invalid
from publisher.institution import holding
from publisher.models import CheckRun, Delivery, Finding, ManualRecheck, Notice
from publisher.queries import rechecks
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import LONG_REASON, REASON
from tests.publisher.rulebook.acts import adopted
from tests.support.house import SmallHouse

OTHER = "La biblioteca del plantel abre a las 8:00 h para estudiantes de todos los grupos."


def forbid(small: SmallHouse) -> None:
    """Let a version come into force that stops «club de lectura», which the usual text says."""
    adopted(small, rule_id="8.1", parameters={"palabras": ["club de lectura"]})


def held(small: SmallHouse, post_id: int) -> list[tuple[str, str | None, int]]:
    with small.app.read() as session:
        return [
            (row.state, row.hold_reason, row.id)
            for row in session.execute(
                select(col(Delivery.state), col(Delivery.hold_reason), col(Delivery.id)).where(
                    col(Delivery.post_id) == post_id
                )
            )
        ]


def told(small: SmallHouse, label: str) -> list[str]:
    with small.app.read() as session:
        return list(
            session.scalars(
                select(col(Notice.body)).where(
                    col(Notice.person_id) == small.people[label].person_id,
                    col(Notice.kind) == "manual.recheck",
                )
            )
        )


def test_what_waits_is_judged_anew_once_and_the_rest_is_left_alone(small: SmallHouse) -> None:
    waiting, unchanged = small.submitted(), small.submitted(OTHER, code="TOR")
    assert recheck(small.app) == Rechecked()
    forbid(small)
    assert recheck(small.app) == Rechecked(posts=2, changed=1)
    assert recheck(small.app) == Rechecked()
    with small.app.read() as session:
        run = session.get(CheckRun, (waiting, 1))
        rows = {row.post_id: row for row in session.scalars(select(ManualRecheck))}
        rules = session.scalars(select(col(Finding.rule)).where(col(Finding.post_id) == waiting))
        assert list(rules) == ["8.1"]
    assert run is not None
    assert (run.verdict, run.manual_version) == ("block", "1.1")
    assert (rows[waiting].before, rows[waiting].after) == ("ok", "block")
    assert rows[unchanged].changes == {"added": [], "removed": [], "held": 0}
    for label in ("OPER.SAL", "COOR"):
        (body,) = told(small, label)
        assert body.startswith(f"La publicación #{waiting} se revisó de nuevo")
        assert f"La #{waiting} queda detenida hasta que" in body
    assert told(small, "OPER.TOR") == []


def test_an_approved_post_that_the_manual_stops_is_held_until_it_is_corrected(
    small: SmallHouse,
) -> None:
    post_id = small.approved()
    forbid(small)
    assert recheck(small.app) == Rechecked(posts=1, changed=1, held=3)
    rows = held(small, post_id)
    assert {row[:2] for row in rows} == {("held", "manual")}
    assert told(small, "DIRV")
    assert actions(small, post_id)[-1] == "post.held"
    with small.app.read() as session:
        assert session.scalars(select(Finding).where(col(Finding.post_id) == post_id)).all() == []
    for verb in (
        lambda: decide.resume(small.app, small.directora, rows[0][2], reason=REASON),
        lambda: decide.reschedule(
            small.app, small.directora, rows[0][2], local_at="2026-11-28T10:00", reason=REASON
        ),
    ):
        with pytest.raises(Conflict, match="no puede salir así"):
            verb()
    plan.pull_back(small.app, small.operador(), post_id, reason=REASON)
    version = small.post(post_id).version
    with pytest.raises(Invalid, match=r"regla 8\.1"):
        submit.submit(small.app, small.operador(), post_id, version=version)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_waits_for_another_reason_is_held_for_the_manual_too(small: SmallHouse) -> None:
    post_id = small.approved()
    account = small.account_ids("x")[0]
    with small.app.write() as session:
        holding.hold(session, small.app, small.post(post_id).plantel_id, [account], REASON)
    forbid(small)
    assert recheck(small.app).held == 3
    with small.app.write() as session:
        assert holding.release(session, [account], small.clock()) == 0
    assert {row[:2] for row in held(small, post_id)} == {("held", "manual")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_version_that_stops_it_no_more_lets_a_person_release_it(small: SmallHouse) -> None:
    post_id = small.approved()
    forbid(small)
    recheck(small.app)
    (first, second, _) = [row[2] for row in held(small, post_id)]
    adopted(small, rule_id="8.1", parameters={"palabras": ["club de lectura", "rifa"]})
    recheck(small.app)
    with pytest.raises(Conflict, match=r"versión 1\.2 del manual la detiene \(regla 8\.1\)"):
        decide.resume(small.app, small.directora, first, reason=REASON)
    adopted(small, rule_id="8.1", parameters={"palabras": ["rifa"]})
    recheck(small.app)
    decide.resume(small.app, small.directora, first, reason=REASON)
    decide.reschedule(
        small.app, small.directora, second, local_at="2026-11-27T10:05", reason=REASON
    )
    assert sorted(row[0] for row in held(small, post_id)) == ["held", "scheduled", "scheduled"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_an_exception_covers_is_not_held(small: SmallHouse) -> None:
    forbid(small)
    post_id = small.draft()
    ask_exception(small.app, small.operador(), post_id, reason=LONG_REASON)
    resolve_exception(small.app, small.directora, post_id, grant=True, reason=REASON)
    submit.submit(small.app, small.operador(), post_id, version=small.post(post_id).version)
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at="2026-11-27T10:00",
    )
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    adopted(small, rule_id="3.4", title="Otro título de la regla")
    assert recheck(small.app).held == 0
    assert {row[0] for row in held(small, post_id)} == {"scheduled"}


def test_nobody_approves_what_the_manual_in_force_stops(small: SmallHouse) -> None:
    post_id, fine = small.reviewed(), small.reviewed(OTHER, code="TOR")
    forbid(small)
    # between the hour of the version and the worker's pass, nobody has seen what it finds
    with pytest.raises(Conflict, match=r"versión 1\.1"):
        approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    approve.approve(small.app, small.directora, fine, digest=small.digest(fine))
    recheck(small.app)
    with pytest.raises(Invalid, match=r"regla 8\.1"):
        approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    approve.send_back(small.app, small.directora, post_id, reason=REASON)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_version_of_a_later_date_stops_nothing_before(small: SmallHouse) -> None:
    post_id = small.approved()
    adopted(small, date(2026, 11, 25), rule_id="8.1", parameters={"palabras": ["club de lectura"]})
    assert recheck(small.app) == Rechecked()
    small.clock.pass_(days=2)
    assert recheck(small.app).held == 3
    assert {row[0] for row in held(small, post_id)} == {"held"}


def test_the_screens_are_told_what_changed_until_somebody_saw_it(small: SmallHouse) -> None:
    post_id = small.submitted()
    forbid(small)
    recheck(small.app)
    (row,) = rechecks.of_post(small.app, small.coordinador, post_id)
    assert (row.version, row.before, row.after, row.seen) == ("1.1", "ok", "block", False)
    assert [finding.rule for finding in row.added] == ["8.1"]
    assert rechecks.unseen(small.app, small.coordinador, "in_review") == (post_id,)
    rejudging.see(small.app, small.coordinador, post_id)
    assert rechecks.unseen(small.app, small.coordinador, "in_review") == ()
    assert rechecks.of_post(small.app, small.operador(), post_id)[0].seen


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_draft_is_judged_too(small: SmallHouse) -> None:
    post_id = small.submitted()
    review.give(small.app, small.coordinador, post_id, decision="returned", reason=REASON)
    forbid(small)
    assert recheck(small.app).posts == 1
    held_draft = draft.load(small.app, small.operador(), post_id)
    assert held_draft.content.texts["base"]
    assert rulebook.in_force(small.app).version == "1.1"
