"""A decision from a link in an e-mail: by whom, on what, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlmodel import col

from publisher import notices, people
from publisher.editorial import approve, by_mail, review
from publisher.editorial.content import MediaUse
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import DecisionLink, Notice, Review
from publisher.notices import deciding, outbox
from publisher.people import CodeRefused, Throttled
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.factors import code_of, proven
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry

PATH = deciding.PATH.format(token="")


def asked(small: SmallHouse, post_id: int, label: str = "DIRV") -> str:
    """Ask by e-mail and return the token that the person's mail carries."""
    by_mail.ask(small.app, small.coordinador, post_id)
    return token(small, label)


def token(small: SmallHouse, label: str) -> str:
    with small.app.read() as session:
        link = session.scalars(
            select(col(Notice.link))
            .where(col(Notice.person_id) == small.people[label].person_id)
            .order_by(col(Notice.id).desc())
            .limit(1)
        ).one()
        return deciding.outside(small.app, session, link).removeprefix(PATH)


def test_the_link_approves_exactly_that_content_once_and_says_who(small: SmallHouse) -> None:
    post_id = small.reviewed()
    mine = asked(small, post_id)
    for _ in range(3):  # whoever scans mails opens what they find
        shown = by_mail.look(small.app, mine)
    assert (shown.post_id, shown.digest, shown.clean) == (post_id, small.digest(post_id), True)
    assert small.post(post_id).state == "reviewed"
    by_mail.decide(small.app, mine, decision="approve")
    assert small.post(post_id).state == "approved"
    with small.app.read() as session:
        person = session.scalars(
            select(col(Review.person_id)).where(col(Review.decision) == "approved")
        ).one()
        told = session.scalars(
            select(col(AuditEntry.session_ref)).where(col(AuditEntry.action) == "post.approved")
        ).one()
    assert person == small.directora.person_id
    assert told.startswith("correo-")
    with pytest.raises(Conflict, match="ya se usó"):
        by_mail.decide(small.app, mine, decision="approve")
    with pytest.raises(Conflict, match="ya se decidió"):
        by_mail.look(small.app, token(small, "DIRV2"))


def test_the_database_keeps_no_token_and_the_mail_carries_it(small: SmallHouse) -> None:
    mine = asked(small, small.reviewed())
    with small.app.read() as session:
        rows = [repr(row.model_dump()) for row in session.scalars(select(DecisionLink))]
        rows += [repr(row.model_dump()) for row in session.scalars(select(Notice))]
        rows += [repr(row.model_dump()) for row in session.scalars(select(AuditEntry))]
    assert len(mine) == 43
    assert not [row for row in rows if mine in row]
    assert notices.list_for(small.app, small.directora)[0].link.startswith("/publicacion?id=")


def test_the_e_mail_names_the_page_and_the_list_the_post(small: SmallHouse) -> None:
    mailing = small.app.settings.model_copy(
        update={
            "smtp_url": SecretStr("smtp://127.0.0.1:9"),
            "public_url": "https://publica.example.mx",
        }
    )
    app = replace(small.app, settings=mailing)
    post_id = small.reviewed()
    by_mail.ask(app, small.coordinador, post_id)
    mails = outbox._claim(app, app.clock(), 10)
    bodies = {mail.to: outbox._message(app, mail).get_content() for mail in mails}
    mine = token(small, "DIRV")
    assert f"https://publica.example.mx/decidir/{mine}" in bodies[small.directora.email]
    assert mine not in repr(mails)
    assert len({*bodies.values()}) == len(bodies) == 2


def test_it_returns_with_a_reason_and_without_one_the_link_is_not_used_up(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    mine = asked(small, post_id)
    with pytest.raises(Invalid, match="motivo"):
        by_mail.decide(small.app, mine, decision="return", reason="no")
    by_mail.decide(small.app, mine, decision="return", reason=REASON)
    assert small.post(post_id).state == "returned"


def test_what_carries_findings_is_not_approved_here_but_may_be_returned(small: SmallHouse) -> None:
    post_id = small.reviewed()
    run(small, "UPDATE check_run SET verdict = 'flag'")
    mine = asked(small, post_id)
    assert not by_mail.look(small.app, mine).clean
    with pytest.raises(Conflict, match="hallazgos"):
        by_mail.decide(small.app, mine, decision="approve")
    assert small.post(post_id).state == "reviewed"
    by_mail.decide(small.app, mine, decision="return", reason=REASON)


def test_what_moves_is_not_approved_where_it_cannot_be_played(small: SmallHouse) -> None:
    film = MediaUse(
        media_id=small.medium("película", kind="video"),
        alt_text="Alumnas arman un robot en el taller",
        credit="Ana",
        captions=True,
    )
    post_id = small.reviewed(media=(film,), account_ids=small.account_ids("facebook"))
    mine = asked(small, post_id)
    with pytest.raises(Conflict, match="video"):
        by_mail.decide(small.app, mine, decision="approve")
    assert small.post(post_id).state == "reviewed"


def test_a_link_is_worth_nothing_after_the_content_or_the_role_or_the_hour_changed(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    mine = asked(small, post_id)
    review.withdraw(small.app, small.operador(), post_id)
    with pytest.raises(Conflict, match="cambió"):
        by_mail.decide(small.app, mine, decision="approve")

    other = small.reviewed()
    lost = asked(small, other)
    with pytest.raises(Conflict, match="menos de una hora"):
        by_mail.ask(small.app, small.coordinador, other)
    people.disable_person(
        small.app, small.people["ADM"], small.directora.person_id, reason="Terminó su encargo"
    )
    with pytest.raises(Forbidden, match="ya no puede"):
        by_mail.decide(small.app, lost, decision="approve")
    small.clock.pass_(days=3)
    with pytest.raises(Conflict, match="venció"):
        by_mail.look(small.app, token(small, "DIRV2"))
    assert small.post(other).state == "reviewed"


def test_rows_changed_behind_the_link_are_refused_and_it_stays_used(small: SmallHouse) -> None:
    post_id = small.reviewed()
    mine = asked(small, post_id)
    run(small, "UPDATE variant SET text = 'Otro texto'")
    with pytest.raises(Conflict, match="cambió"):
        by_mail.decide(small.app, mine, decision="approve")
    with small.app.read() as session:
        row = session.scalars(
            select(DecisionLink).where(col(DecisionLink.used_at).is_not(None))
        ).one()
    assert row.outcome == "refused"
    assert small.post(post_id).state == "reviewed"


def test_a_delegate_is_asked_while_the_delegation_holds_and_never_who_made_it(
    small: SmallHouse,
) -> None:
    people.delegate(
        small.app,
        small.directora,
        small.people["COOR2"].person_id,
        ends_at=small.clock.now + timedelta(hours=2),
        reason="Comisión",
    )
    post_id = small.reviewed()
    assert by_mail.ask(small.app, small.coordinador, post_id) == 3
    mine = token(small, "COOR2")
    small.clock.pass_(hours=3)
    with pytest.raises(Forbidden, match="ya no puede"):
        by_mail.decide(small.app, mine, decision="approve")
    for label in ("OPER.SAL", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            by_mail.ask(small.app, small.people[label], post_id)


def test_who_signs_in_with_a_second_factor_gives_its_code_here_too(small: SmallHouse) -> None:
    post_id = small.reviewed()
    directora = proven(small.app, small.directora)
    mine = asked(small, post_id)
    assert by_mail.look(small.app, mine).needs_code
    with pytest.raises(CodeRefused):
        by_mail.decide(small.app, mine, decision="approve", code="000000")
    with pytest.raises(CodeRefused):
        by_mail.decide(small.app, mine, decision="approve")
    assert small.post(post_id).state == "reviewed"
    small.clock.pass_(minutes=1)
    by_mail.decide(small.app, mine, decision="approve", code=code_of(small.app, directora))
    assert small.post(post_id).state == "approved"
    assert actions(small, post_id)[-1] == "post.approved"


def test_tokens_that_are_none_are_counted_against_their_address(small: SmallHouse) -> None:
    for n in range(20):
        with pytest.raises(NotFound):
            by_mail.look(small.app, f"{n:043d}", address="203.0.113.7")
    with pytest.raises(Throttled):
        by_mail.look(small.app, "x" * 43, address="203.0.113.7")
    mine = asked(small, small.reviewed())
    assert by_mail.look(small.app, mine, address="203.0.113.7").clean


def test_approved_on_the_screen_meanwhile_the_link_does_nothing(small: SmallHouse) -> None:
    post_id = small.reviewed()
    mine = asked(small, post_id)
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    with pytest.raises(Conflict, match="ya se decidió"):
        by_mail.decide(small.app, mine, decision="return", reason=REASON)
    assert small.post(post_id).state == "approved"


def run(small: SmallHouse, sql: str) -> None:
    with small.app.engine.begin() as connection:
        assert connection.execute(text(sql)).rowcount
