"""A published text is corrected once, as another person approved it, and says so ever after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.errors import CredentialRejected, OutcomeUnknown, Refused, Unavailable
from publisher import people
from publisher.delivery import change_round, changes, correction, removal, stopping
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import RemoteChange, Variant
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault

NEW = "El taller del plantel abre su registro en la biblioteca a las 11:00 h."
REASON = "La hora publicada estaba equivocada."
by_rule = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where no database tells cases apart."""


def published(desk: Desk, *networks: str) -> int:
    ids = desk.due(*(networks or ("facebook",)))
    desk.run(desk.engine())
    assert {desk.state(id_) for id_ in ids} == {"published"}
    return ids[0]


def rows(desk: Desk) -> list[RemoteChange]:
    with desk.app.read() as session:
        return list(session.scalars(select(RemoteChange).order_by(col(RemoteChange.id))))


def propose(desk: Desk, id_: int, who: str = "OPER.SAL", text: str = NEW) -> correction.Proposed:
    return correction.propose_correction(
        desk.app, desk.small.people[who], id_, text=text, reason=REASON
    )


def approve(desk: Desk, proposed: correction.Proposed, who: str = "DIRV") -> None:
    correction.approve_correction(
        desk.app, desk.small.people[who], proposed.id, digest=proposed.digest
    )


def approved(desk: Desk, id_: int, text: str = NEW) -> correction.Proposed:
    proposed = propose(desk, id_, text=text)
    approve(desk, proposed)
    return proposed


def round_(desk: Desk, **passed: float) -> RemoteChange:
    desk.small.clock.pass_(**(passed or {"seconds": desk.timing.backoff_cap + 1}))
    changes.change_due(desk.app)
    return rows(desk)[-1]


def shown(desk: Desk) -> list[str]:
    return [post.text for post in desk.networks.posts]


def test_a_text_is_corrected_once_approved_and_never_before(desk: Desk) -> None:
    id_ = published(desk)
    (before,) = shown(desk)
    proposed = propose(desk, id_)
    assert changes.change_due(desk.app) == 0
    assert shown(desk) == [before]
    approve(desk, proposed)
    assert changes.change_due(desk.app) == 1
    assert shown(desk) == [NEW]
    assert (desk.state(id_), len(desk.receipts(id_))) == ("published", 1)
    (change,) = rows(desk)
    assert (change.state, change.found_by, change.replaced) == ("done", "reply", before)
    assert change.evidence is not None
    assert change.evidence["before"]["text"] == before
    assert change.evidence["after"]["text"] == NEW
    assert desk.acts("delivery.correct") == [
        "delivery.correction.proposed",
        "delivery.correction.approved",
        "delivery.corrected",
    ]
    assert changes.change_due(desk.app) == 0
    assert len(desk.networks.called("edit")) == 1


@by_rule
def test_the_second_correction_replaces_what_the_first_one_wrote(desk: Desk) -> None:
    id_ = published(desk)
    approved(desk, id_)
    changes.change_due(desk.app)
    approved(desk, id_, text=f"{NEW} Cupo limitado.")
    assert round_(desk).replaced == NEW
    assert shown(desk) == [f"{NEW} Cupo limitado."]


def test_nobody_approves_what_they_proposed_or_wrote(desk: Desk) -> None:
    id_ = published(desk)
    proposed = propose(desk, id_, "DIRV")
    with pytest.raises(Forbidden):
        approve(desk, proposed, "DIRV")
    for who in ("COOR", "OPER.SAL", "DIRP.SAL", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            approve(desk, proposed, who)
    approve(desk, proposed, "DIRV2")


def test_an_approval_binds_both_texts_and_is_given_once(desk: Desk) -> None:
    id_ = published(desk)
    proposed = propose(desk, id_)
    with pytest.raises(Conflict):
        correction.approve_correction(desk.app, desk.small.directora, proposed.id, digest="0" * 64)
    with desk.app.write() as session:
        session.get_one(RemoteChange, proposed.id).text = "Otro texto que nadie leyó."
    with pytest.raises(Conflict):
        approve(desk, proposed)
    with desk.app.write() as session:
        session.get_one(RemoteChange, proposed.id).text = NEW
    approve(desk, proposed)
    with pytest.raises(Conflict):
        approve(desk, proposed, "DIRV2")


def test_a_delegate_approves_within_the_delegation_alone(desk: Desk) -> None:
    id_ = published(desk)
    proposed = propose(desk, id_)
    people.delegate(
        desk.app,
        desk.small.directora,
        desk.small.coordinador.person_id,
        ends_at=desk.now + timedelta(days=3),
        reason="Comisión fuera de la ciudad",
        max_posts=1,
    )
    approve(desk, proposed, "COOR")
    assert rows(desk)[0].delegation_id is not None
    changes.change_due(desk.app)
    with pytest.raises(Forbidden):
        approve(desk, propose(desk, id_, text=f"{NEW} Cupo limitado."), "COOR")


@by_rule
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("  ", "completo"),
        ("Llame a Ana Pérez, CURP PEXA090101MCLRNN09, celular 844 123 4567.", "regla 6.3"),
    ],
)
def test_the_new_text_is_judged_as_a_submission_is(desk: Desk, text: str, why: str) -> None:
    id_ = published(desk)
    with pytest.raises(Invalid, match=why):
        propose(desk, id_, text=text)
    with pytest.raises(Invalid):
        propose(desk, id_, text=shown(desk)[0])
    with pytest.raises(Invalid):
        correction.propose_correction(
            desk.app, desk.small.operador(), id_, text=NEW, reason="error"
        )
    assert rows(desk) == []


@by_rule
def test_a_network_that_allows_none_is_said_with_what_to_do(desk: Desk) -> None:
    id_ = published(desk, "x")
    with pytest.raises(Conflict, match=r"X no permite.*publicación nueva"):
        propose(desk, id_)
    desk.change_account(desk.row(id_).account_id, connector="x_assisted")
    with pytest.raises(Conflict, match="a mano"):
        propose(desk, id_)


def test_only_whoever_may_proposes_and_what_is_public_alone(desk: Desk) -> None:
    id_ = published(desk)
    for who in ("AUD", "ADM", "OPER.TOR", "DIRP.TOR"):
        with pytest.raises((Forbidden, NotFound)):
            propose(desk, id_, who)
    (waiting,) = desk.approve("facebook")
    with pytest.raises(Conflict):
        propose(desk, waiting)
    propose(desk, id_, "DIRP.SAL")
    with pytest.raises(Conflict, match="Ya hay una corrección"):
        propose(desk, id_)


@by_rule
@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_reply_is_read_back_and_never_guessed(desk: Desk, arrived: bool) -> None:
    id_ = published(desk)
    approved(desk, id_)
    desk.networks.order("facebook", "edit", Fault(OutcomeUnknown("lost"), visible=arrived))
    changes.change_due(desk.app)
    assert rows(desk)[0].state == "asked"
    change = round_(desk)
    assert (change.state, change.found_by) == ("done", "look" if arrived else "reply")
    assert len(desk.networks.called("edit")) == (1 if arrived else 2)
    assert shown(desk) == [NEW]


@by_rule
def test_what_somebody_changed_on_the_network_is_not_overwritten(desk: Desk) -> None:
    id_ = published(desk)
    approved(desk, id_)
    theirs = "El taller se pospone; avisaremos la nueva fecha."
    page = desk.networks("facebook")
    page.edit(credential(desk, id_), desk.networks.posts[0].remote_id, theirs, deadline=0)  # type: ignore[attr-defined]
    changes.change_due(desk.app)
    (change,) = rows(desk)
    assert (change.state, change.code) == ("failed", change_round.CHANGED)
    assert shown(desk) == [theirs]
    approved(desk, id_)
    assert round_(desk).replaced == theirs
    assert shown(desk) == [NEW]


@by_rule
def test_one_that_only_moves_blanks_is_sent_all_the_same(desk: Desk) -> None:
    id_ = published(desk)
    spaced = shown(desk)[0].replace(" abre", "\n\nabre")
    approved(desk, id_, text=spaced)
    changes.change_due(desk.app)
    assert shown(desk) == [spaced]


@by_rule
@pytest.mark.parametrize("error", [Refused("no"), CredentialRejected("no")], ids=repr)
def test_a_refusal_leaves_the_old_text_and_says_so(desk: Desk, error: Exception) -> None:
    id_ = published(desk)
    (before,) = shown(desk)
    approved(desk, id_)
    desk.networks.order("facebook", "edit", Fault(error))
    changes.change_due(desk.app)
    (change,) = rows(desk)
    assert (change.state, shown(desk)) == ("failed", [before])
    assert "a mano" in change.sentence
    assert desk.acts("delivery.not_corrected")
    propose(desk, id_)


@by_rule
def test_a_post_that_is_gone_and_one_that_never_answers_end_with_a_person(desk: Desk) -> None:
    id_ = published(desk)
    approved(desk, id_)
    desk.networks.order("facebook", "see", *[Fault(Unavailable())] * change_round.TRIES)
    for _ in range(change_round.TRIES):
        assert rows(desk)[-1].state == "asked"
        round_(desk)
    assert rows(desk)[-1].state == "failed"
    approved(desk, id_)
    desk.networks.posts.clear()
    assert round_(desk).code == change_round.GONE


def test_a_killed_workers_correction_is_taken_up_after_its_lease(desk: Desk) -> None:
    id_ = published(desk)
    approved(desk, id_)
    with desk.app.write() as session:
        assert len(changes._take(desk.app, session)) == 1
    assert changes.change_due(desk.app) == 0
    assert round_(desk, seconds=desk.timing.lease + 1).state == "done"


def test_a_rejected_one_is_told_and_leaves_room_for_another(desk: Desk) -> None:
    id_ = published(desk)
    proposed = propose(desk, id_)
    with pytest.raises(Invalid):
        correction.reject_correction(desk.app, desk.small.directora, proposed.id, reason="no")
    correction.reject_correction(
        desk.app, desk.small.directora, proposed.id, reason="La hora publicada es la correcta."
    )
    (change,) = rows(desk)
    assert (change.state, change.code) == ("failed", correction.REJECTED)
    with pytest.raises(Conflict):
        approve(desk, proposed)
    again = propose(desk, id_)
    with pytest.raises(Forbidden):
        correction.withdraw_correction(desk.app, desk.small.people["DIRP.SAL"], again.id)
    correction.withdraw_correction(desk.app, desk.small.operador(), again.id)
    assert changes.change_due(desk.app) == 0


def test_a_removal_comes_before_a_correction_that_waits(desk: Desk) -> None:
    id_ = published(desk)
    proposed = propose(desk, id_)
    removal.remove(desk.app, desk.small.directora, [id_], reason=REASON)
    with pytest.raises(Conflict):
        approve(desk, proposed)
    changes.change_due(desk.app)
    assert shown(desk) == []
    with pytest.raises(Conflict, match="se retiró"):
        propose(desk, id_)


def test_the_emergency_stop_keeps_a_correction_back(desk: Desk) -> None:
    id_ = published(desk)
    approved(desk, id_)
    plantel = desk.small.planteles["SAL"]
    stopping.stop(desk.app, desk.small.directora, plantel_id=plantel, reason="Contingencia local")
    assert changes.change_due(desk.app) == 0
    stopping.lift(desk.app, desk.small.directora, plantel_id=plantel, reason="Terminó el simulacro")
    assert changes.change_due(desk.app) == 1
    assert shown(desk) == [NEW]


def credential(desk: Desk, id_: int) -> Any:
    from connectors.contract import Credential

    return Credential(desk.account(id_).external_id, {})


@by_rule
def test_a_story_has_no_text_to_correct(desk: Desk) -> None:
    id_ = published(desk)
    row = desk.row(id_)
    with desk.app.write() as session:
        session.add(
            Variant(
                post_id=row.post_id,
                revision=row.revision,
                network="facebook",
                form="story",
                text="",
            )
        )
    with pytest.raises(Conflict, match="historia"):
        propose(desk, id_)
