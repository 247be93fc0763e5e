"""A person looks at the account: what it shows is kept, and nothing is decided."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from connectors.contract import Part
from connectors.errors import CredentialRejected, OutcomeUnknown, Unavailable
from publisher import db
from publisher.delivery import decide
from publisher.delivery.inspection import inspect
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.queries import decision_case
from publisher.queries.looks import Look
from tests.publisher.delivery.desk import Desk
from tests.support.networks import Fault
from vault.audit_tables import AuditEntry

REASON = "Se ve en la cuenta, con nuestro texto"


def doubtful(desk: Desk, *, public: bool = True) -> int:
    """Return a delivery whose answer was lost, and of which no look could tell."""
    (id_,) = desk.due()
    fault = Fault(OutcomeUnknown("lost"), visible=public)
    desk.networks.order("x", "publish", fault)
    desk.run(desk.engine())
    desk.change(id_, state="needs_decision")
    return id_


def looked(desk: Desk, id_: int) -> Look:
    inspect(desk.app, desk.small.coordinador, id_)
    found = decision_case.case(desk.app, desk.small.coordinador, id_).look
    assert found is not None
    return found


def also_shown(desk: Desk, id_: int, text: str) -> None:
    """Let the account show something that we never sent."""
    desk.networks._show("x", desk.account(id_).external_id, Part(text=text))


def test_it_shows_what_the_account_shows_and_marks_ours(desk: Desk) -> None:
    id_ = doubtful(desk)
    also_shown(desk, id_, "Aviso escrito a mano en la propia red.")
    look = looked(desk, id_)
    assert look.by == desk.small.coordinador.name
    assert [match.remote_id for match in look.matches] == ["x-1"]
    assert [(post.remote_id, post.like, post.taken) for post in look.shown] == [
        ("x-2", False, False),
        ("x-1", True, False),
    ]
    assert look.shown[0].text == "Aviso escrito a mano en la propia red."
    assert desk.state(id_) == "needs_decision"
    with desk.app.read() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "delivery.look")
        ).one()
    told = json.loads(entry.detail)
    assert (told["matches"], told["listed"]) == (1, 2)
    assert told["evidence"] == decision_case.case(desk.app, desk.small.coordinador, id_).seen


def test_what_it_showed_is_confirmed_by_its_number_and_nothing_else_is(desk: Desk) -> None:
    id_ = doubtful(desk)
    looked(desk, id_)
    seen = decision_case.case(desk.app, desk.small.coordinador, id_).seen
    with pytest.raises(Invalid):
        decide.confirm(desk.app, desk.small.coordinador, id_, remote_id="x-9", reason=REASON)
    decide.confirm(desk.app, desk.small.coordinador, id_, remote_id="x-1", reason=REASON, seen=seen)
    (receipt,) = desk.receipts(id_)
    assert (receipt.remote_id, receipt.permalink) == ("x-1", "https://red.invalid/x-1")
    assert desk.state(id_) == "published"


def test_what_belongs_to_another_delivery_is_marked_as_taken(desk: Desk) -> None:
    (first,) = desk.due()
    desk.run(desk.engine())
    id_ = doubtful(desk, public=False)
    look = looked(desk, id_)
    assert desk.state(first) == "published"
    assert look.matches == ()
    assert [(post.remote_id, post.taken) for post in look.shown] == [("x-1", True)]


def test_a_held_one_that_was_never_sent_is_looked_for_too(desk: Desk) -> None:
    (id_,) = desk.due()
    desk.change(id_, state="held", hold_reason="late")
    look = looked(desk, id_)
    assert (look.matches, look.shown, look.error) == ((), (), "")


def test_a_look_that_fails_tells_why_and_keeps_what_the_other_half_gave(desk: Desk) -> None:
    id_ = doubtful(desk)
    desk.networks.order("x", "find", Fault(Unavailable(code="connect")))
    look = looked(desk, id_)
    assert (look.error, look.code) == (Unavailable.sentence_default, "connect")
    assert [(post.remote_id, post.like) for post in look.shown] == [("x-1", True)]
    desk.networks.order("x", "recent", Fault(CredentialRejected()))
    look = looked(desk, id_)
    assert (look.error, look.listing_error) == ("", CredentialRejected.sentence_default)
    assert [match.remote_id for match in look.matches] == ["x-1"]


def test_a_defect_and_a_secret_that_does_not_open_are_told_without_a_traceback(
    desk: Desk,
) -> None:
    id_ = doubtful(desk)
    desk.networks.order("x", "find", Fault(RuntimeError("boom")))
    assert looked(desk, id_).error
    desk.spoil_secret(desk.account(id_).id or 0)
    look = looked(desk, id_)
    assert look.error
    assert look.shown == ()


def test_the_network_is_asked_outside_any_transaction(desk: Desk) -> None:
    id_ = doubtful(desk)
    inside: list[bool] = []
    desk.networks.before = lambda verb: inside.append(db.in_transaction())
    looked(desk, id_)
    assert inside == [False]


def test_what_was_decided_during_the_look_keeps_its_evidence(desk: Desk) -> None:
    id_ = doubtful(desk)
    before = desk.row(id_).evidence

    def decided(_verb: str) -> None:
        desk.networks.before = lambda verb: None
        decide.discard(desk.app, desk.small.directora, id_, reason=REASON)

    desk.networks.before = decided
    with pytest.raises(Conflict):
        inspect(desk.app, desk.small.coordinador, id_)
    assert (desk.state(id_), desk.row(id_).evidence) == ("cancelled", before)


def test_only_who_decides_looks_and_only_at_what_waits(desk: Desk) -> None:
    id_ = doubtful(desk)
    for role in ("OPER.SAL", "DIRP.SAL", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            inspect(desk.app, desk.small.people[role], id_)
    with pytest.raises(NotFound):
        inspect(desk.app, desk.small.coordinador, 999_999)
    desk.change(id_, state="unknown")
    with pytest.raises(Conflict):
        inspect(desk.app, desk.small.coordinador, id_)
    assert desk.networks.called("find") == []
