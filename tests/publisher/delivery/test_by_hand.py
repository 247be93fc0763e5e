"""What people publish themselves, on accounts whose access is not granted yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import notices
from publisher.delivery import by_hand, by_hand_answer, decide
from publisher.editorial import plan
from publisher.editorial.content import MediaUse
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Account, Handover
from publisher.queries import by_hand as queries
from tests.publisher.delivery.desk import Desk
from tests.publisher.delivery.test_threads import SECOND, THIRD, THREAD
from tests.support import invariants
from tests.support.networks import Shown

ALT = "Explanada del plantel con la bandera izada por la mañana"
REASON = "La página estuvo cerrada por mantenimiento"
LINKS = {
    "x": "https://x.com/x_sal/status/1990000000000000001",
    "facebook": "https://www.facebook.com/facebook_sal/posts/pfbid0abcdefghijkl",
    "instagram": "https://www.instagram.com/p/DAbCdEfGh/",
}


def assist(desk: Desk, network: str, *, readable: bool) -> None:
    """Let an account be one without access; ``readable``: it has a credential to look with."""
    id_ = desk.small.accounts["SAL", network]
    if readable:
        desk.change_account(id_, connector=f"{network}_assisted")
        return
    with desk.app.read() as session:
        before = session.get_one(Account, id_)
    desk.change_account(id_, state="closed", external_id=f"viejo-{network}")
    fresh = Account(
        **before.model_dump(exclude={"id", "connector"}), connector=f"{network}_assisted"
    )
    desk.write(lambda session: session.add(fresh) or session.flush())
    accounts = desk.small.accounts | {("SAL", network): fresh.id or 0}
    desk.small = replace(desk.small, accounts=accounts)


def handed(desk: Desk, network: str = "x", *, readable: bool = False, **changes: Any) -> int:
    """Let a delivery of an assisted account come due and reach people."""
    assist(desk, network, readable=readable)
    (id_,) = desk.due(network, **changes)
    desk.run(desk.engine())
    return id_


def photo(desk: Desk) -> MediaUse:
    """Return the use of a picture that the plantel keeps."""
    return MediaUse(media_id=desk.small.medium("laboratorio"), alt_text=ALT, credit="Propia")


def show(desk: Desk, delivery_id: int, remote_id: str, *, text: str = "") -> None:
    """Let the account show what somebody published there by hand."""
    row, account = desk.row(delivery_id), desk.account(delivery_id)
    with desk.app.read() as session:
        said = session.scalars(
            select(col(Handover.text)).where(col(Handover.delivery_id) == delivery_id)
        ).one()
    media, alts = desk.seen().expected[delivery_id][3:]
    desk.networks.posts.append(
        Shown(
            network=row.network,
            account=account.external_id,
            text=text or said,
            media=media,
            alt_texts=alts,
            remote_id=remote_id,
            created=desk.now,
        )
    )


def fine(desk: Desk) -> None:
    assert invariants.all_of(desk.seen()) == []


def test_who_publishes_by_hand_is_told_the_form_that_was_approved(desk: Desk) -> None:
    film = MediaUse(
        media_id=desk.small.medium("toma", kind="video"),
        alt_text=ALT,
        credit="Propia",
        captions=True,
    )
    id_ = handed(desk, "instagram", media=(film,), forms={"instagram": "story"})
    (row,) = queries.due(desk.app, desk.small.operador())
    assert (row.id, row.form, row.text) == (id_, "story", "")
    (file,) = row.files
    assert (file.kind, file.name) == ("video", f"envio-{id_}-1.mp4")


def test_what_is_due_on_an_assisted_account_goes_to_its_operators_and_nothing_is_sent(
    desk: Desk,
) -> None:
    id_ = handed(desk, "facebook", media=(photo(desk),))
    assert desk.state(id_) == "needs_decision"
    assert (desk.attempts(id_), desk.networks.posts) == ([], [])
    assert {call.verb for call in desk.networks.calls} <= {"check"}
    with desk.app.read() as session:
        (given,) = session.scalars(select(Handover)).all()
    assert "abre su registro" in given.text
    assert [item["alt_text"] for item in given.media] == [ALT]
    oper, other = desk.small.operador(), desk.small.operador("TOR")
    (notice,) = [n for n in notices.list_for(desk.app, oper) if n.kind == "delivery.by_hand"]
    assert (notice.kind, notice.link) == ("delivery.by_hand", f"/amano?envio={id_}")
    assert given.text in notice.body
    assert "a más tardar el 23 nov 2026" in notice.body
    assert "delivery.by_hand" not in {n.kind for n in notices.list_for(desk.app, other)}
    sha256 = given.media[0]["sha256"]
    assert by_hand_answer.file_of(desk.app, oper, id_, sha256).startswith(b"laboratorio facebook")
    with pytest.raises(NotFound):
        by_hand_answer.file_of(desk.app, oper, id_, "0" * 64)
    fine(desk)


@pytest.mark.parametrize("network", LINKS)
def test_the_pasted_link_ends_it_as_published_by_that_person(desk: Desk, network: str) -> None:
    id_ = handed(desk, network, media=(photo(desk),))
    desk.small.clock.pass_(minutes=6)
    checked = by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=LINKS[network])
    assert checked.seen is None
    (receipt,) = desk.receipts(id_)
    assert (receipt.found_by, receipt.permalink) == ("by_hand", LINKS[network].rstrip("/"))
    row = desk.row(id_)
    assert (row.state, row.published_at) == ("published", desk.now)
    assert desk.acts() == ["delivery.by_hand", "delivery.by_hand_done"]
    fine(desk)


def test_where_the_account_can_be_read_the_network_s_own_word_is_kept(desk: Desk) -> None:
    id_ = handed(desk, readable=True)
    show(desk, id_, "1990000000000000001")
    checked = by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=LINKS["x"])
    assert (checked.seen, checked.doubt) == (True, "")
    assert desk.receipts(id_)[0].permalink == "https://red.invalid/1990000000000000001"
    fine(desk)


def test_a_link_of_facebook_s_own_form_is_recognised_by_its_text(desk: Desk) -> None:
    id_ = handed(desk, "facebook", readable=True)
    show(desk, id_, "100_777")
    by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=LINKS["facebook"])
    assert desk.receipts(id_)[0].remote_id == "100_777"
    fine(desk)


def test_what_the_account_does_not_show_as_approved_needs_the_person_to_insist(desk: Desk) -> None:
    id_ = handed(desk, readable=True)
    oper = desk.small.operador()
    with pytest.raises(Conflict, match="no muestra"):
        by_hand_answer.confirm(desk.app, oper, id_, link=LINKS["x"])
    show(desk, id_, "1990000000000000001", text="Otra cosa")
    with pytest.raises(Conflict, match="texto distinto"):
        by_hand_answer.confirm(desk.app, oper, id_, link=LINKS["x"])
    with pytest.raises(Invalid, match="por qué"):
        by_hand_answer.confirm(desk.app, oper, id_, link=LINKS["x"], insist=True)
    assert desk.state(id_) == "needs_decision"
    by_hand_answer.confirm(desk.app, oper, id_, link=LINKS["x"], insist=True, reason=REASON)
    assert desk.state(id_) == "published"


def test_an_address_that_is_none_of_a_post_of_that_account_is_refused(desk: Desk) -> None:
    id_ = handed(desk)
    for link in (
        "",
        "no es un enlace",
        "https://x.com/x_sal",
        "https://x.com/otra_cuenta/status/1990000000000000001",
        LINKS["facebook"],
    ):
        with pytest.raises(Invalid):
            by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=link)
    assert desk.state(id_) == "needs_decision"


def test_a_thread_is_handed_over_part_by_part(desk: Desk) -> None:
    assist(desk, "x", readable=False)
    (id_,) = desk.due("x", extras=THREAD)
    engine, links = desk.engine(), [f"https://x.com/x_sal/status/{n}" for n in (11, 12, 13)]
    for link in links:
        desk.run(engine)
        assert desk.state(id_) == "needs_decision"
        by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=link)
    assert desk.state(id_) == "published"
    with desk.app.read() as session:
        given = session.scalars(select(Handover).order_by(col(Handover.part))).all()
    assert [one.text for one in given][1:] == [SECOND, THIRD]
    assert [receipt.permalink for receipt in desk.receipts(id_)] == links
    fine(desk)


def test_one_link_proves_one_delivery(desk: Desk) -> None:
    first = handed(desk)
    (second,) = desk.due("x")
    desk.run(desk.engine())
    by_hand_answer.confirm(desk.app, desk.small.operador(), first, link=LINKS["x"])
    with pytest.raises(Conflict):
        by_hand_answer.confirm(desk.app, desk.small.operador(), second, link=LINKS["x"])
    with pytest.raises(Conflict):
        by_hand_answer.confirm(desk.app, desk.small.operador(), first, link=LINKS["x"])


def test_not_published_ends_it_with_the_reason(desk: Desk) -> None:
    id_ = handed(desk)
    oper = desk.small.operador()
    with pytest.raises(Invalid):
        by_hand_answer.not_published(desk.app, oper, id_, reason="no")
    by_hand_answer.not_published(desk.app, oper, id_, reason=REASON)
    assert (desk.state(id_), desk.row(id_).reason) == ("cancelled", REASON)
    assert desk.acts()[-1] == "delivery.by_hand_not_done"
    fine(desk)


def test_nobody_of_another_plantel_and_no_auditor_says_what_was_published(desk: Desk) -> None:
    id_ = handed(desk)
    for who in ("OPER.TOR", "DIRP.TOR", "AUD", "ADM"):
        for verb in (
            lambda a: by_hand_answer.confirm(desk.app, a, id_, link=LINKS["x"]),
            lambda a: by_hand_answer.not_published(desk.app, a, id_, reason=REASON),
        ):
            with pytest.raises((NotFound, Forbidden)):
                verb(desk.small.people[who])
    assert desk.state(id_) == "needs_decision"


def test_past_its_last_moment_people_hear_of_it_once_and_going_out_late_takes_a_reason(
    desk: Desk,
) -> None:
    id_ = handed(desk)
    assert by_hand.escalate(desk.app) == 0
    desk.small.clock.now = desk.row(id_).not_after + timedelta(seconds=1)
    assert (by_hand.escalate(desk.app), by_hand.escalate(desk.app)) == (1, 0)
    for who in (desk.small.operador(), desk.small.coordinador, desk.small.directora):
        assert "delivery.by_hand_overdue" in {n.kind for n in notices.list_for(desk.app, who)}
    with pytest.raises(Invalid, match="último momento"):
        by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=LINKS["x"])
    by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=LINKS["x"], reason=REASON)
    fine(desk)


def test_a_void_approval_or_a_stop_keeps_it_from_being_handed_over(desk: Desk) -> None:
    assist(desk, "x", readable=False)
    decide.stop(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    (stopped,) = desk.due("x")
    desk.run(desk.engine())
    assert desk.state(stopped) == "scheduled"
    decide.lift(desk.app, desk.small.directora, plantel_id=None, reason=REASON)
    desk.void(stopped)
    desk.run(desk.engine())
    assert desk.row(stopped).hold_reason == "approval"
    with desk.app.read() as session:
        assert session.scalars(select(Handover)).all() == []


def test_once_access_is_granted_what_waited_by_hand_can_be_let_out_by_the_system(
    desk: Desk,
) -> None:
    id_ = handed(desk, readable=True)
    desk.change_account(desk.row(id_).account_id, connector="x")
    decide.resume(desk.app, desk.small.coordinador, id_, reason=REASON)
    desk.run(desk.engine())
    assert desk.state(id_) == "published"
    assert [receipt.found_by for receipt in desk.receipts(id_)] == ["reply"]
    with pytest.raises(Conflict):
        by_hand_answer.confirm(desk.app, desk.small.operador(), id_, link=LINKS["x"])
    fine(desk)


def test_retracting_the_post_does_not_pretend_that_a_handed_one_was_never_out(desk: Desk) -> None:
    id_ = handed(desk)
    with pytest.raises(Conflict):
        plan.pull_back(desk.app, desk.small.coordinador, desk.row(id_).post_id, reason=REASON)
    assert desk.state(id_) == "needs_decision"
