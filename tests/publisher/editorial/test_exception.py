"""The exception to a bloqueo: bound to exactly one content, resolved by the Directora alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.contract import Issue
from publisher import rulebook
from publisher.editorial import approve, draft, review, submit
from publisher.editorial.exception import ask_exception, resolve_exception
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.manual import document
from publisher.models import ExceptionRequest, Notice
from publisher.queries.post import story
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import INSULT, LONG_REASON, PHONE, PRESS, REASON
from tests.support.house import TEXT, SmallHouse
from vault.audit_tables import AuditEntry


def asked(
    small: SmallHouse, text: str = INSULT, by: str = "OPER.SAL", *, local_at: str | None = None
) -> int:
    post_id = draft.create(
        small.app,
        small.people[by],
        plantel_id=small.planteles["SAL"],
        content=small.content(text, local_at=local_at),
    )
    ask_exception(small.app, small.people[by], post_id, reason=LONG_REASON)
    return post_id


def send(small: SmallHouse, post_id: int) -> None:
    version = small.post(post_id).version
    submit.submit(small.app, small.operador(), post_id, version=version)


def rewrite(small: SmallHouse, post_id: int, text: str) -> None:
    version = small.post(post_id).version
    draft.save(small.app, small.operador(), post_id, version=version, content=small.content(text))


def grant(small: SmallHouse, post_id: int, by: str = "DIRV") -> None:
    resolve_exception(small.app, small.people[by], post_id, grant=True, reason=REASON)


def states(small: SmallHouse) -> list[str]:
    with small.app.read() as session:
        return list(
            session.scalars(select(col(ExceptionRequest.state)).order_by(col(ExceptionRequest.id)))
        )


def test_a_granted_exception_lets_exactly_that_content_through(small: SmallHouse) -> None:
    post_id = asked(small)
    with pytest.raises(Invalid):
        send(small, post_id)
    grant(small, post_id)
    send(small, post_id)
    assert small.post(post_id).state == "in_review"
    assert actions(small, post_id) == [
        "post.create",
        "post.exception.asked",
        "post.exception.granted",
        "post.submitted",
    ]


def test_a_denied_one_does_not(small: SmallHouse) -> None:
    post_id = asked(small)
    resolve_exception(small.app, small.directora, post_id, grant=False, reason=REASON)
    with pytest.raises(Invalid):
        send(small, post_id)
    with small.app.read() as session:
        told = session.scalars(
            select(col(Notice.subject)).where(
                col(Notice.person_id) == small.operador().person_id,
                col(Notice.kind) == "exception.denied",
            )
        ).all()
    assert len(told) == 1


def test_one_letter_more_needs_another_exception(small: SmallHouse) -> None:
    post_id = asked(small)
    grant(small, post_id)
    rewrite(small, post_id, f"{INSULT}.")
    with pytest.raises(Invalid):
        send(small, post_id)
    rewrite(small, post_id, INSULT)
    send(small, post_id)


def test_it_covers_the_rules_that_it_was_asked_for_and_no_other(small: SmallHouse) -> None:
    put_in_force(small, manual_with("15.1", "advertencia"))
    post_id = asked(small, f"{PRESS} Qué estupidez.")
    grant(small, post_id)
    put_in_force(small, manual_with("15.1", "bloqueo"))
    with pytest.raises(Invalid, match=r"15\.1"):
        send(small, post_id)
    put_in_force(small, manual_with("15.1", "informativa"))
    send(small, post_id)


def manual_with(rule: str, severity: str) -> document.Manual:
    """Return the shipped manual with one rule as severe as asked."""
    data = document.to_data(document.shipped())
    data["version"] = f"con {severity}"
    next(row for row in data["rules"] if row["id"] == rule)["severity"] = severity
    return document.from_data(data)


def put_in_force(small: SmallHouse, manual: document.Manual) -> None:
    with small.app.write() as session:
        rulebook.add(small.app, session, small.directora, manual, in_force_from=small.clock.now)


@pytest.mark.parametrize("by", ["COOR", "OPER.SAL", "DIRP.SAL", "AUD", "ADM"])
def test_only_the_directora_resolves(small: SmallHouse, by: str) -> None:
    post_id = asked(small)
    with pytest.raises(Forbidden):
        grant(small, post_id, by=by)
    assert states(small) == ["open"]


def test_nobody_resolves_what_they_wrote_or_asked(small: SmallHouse) -> None:
    own = asked(small, by="DIRV")
    with pytest.raises(Forbidden):
        grant(small, own)
    grant(small, own, by="DIRV2")
    asked_for_another = small.draft(INSULT)
    ask_exception(small.app, small.directora, asked_for_another, reason=LONG_REASON)
    with pytest.raises(Forbidden):
        grant(small, asked_for_another)


def test_personal_data_admits_no_exception(small: SmallHouse) -> None:
    with pytest.raises(Forbidden, match=r"6\.3"):
        asked(small, PHONE)
    with pytest.raises(Forbidden, match=r"6\.3"):
        asked(small, f"{PHONE} Qué estupidez.")


def test_a_network_s_refusal_admits_none_either(small: SmallHouse) -> None:
    small.networks.issues["x"] = (Issue(code="x.no", severity="block", sentence="Muy largo."),)
    with pytest.raises(Invalid, match="Muy largo"):
        asked(small)


def test_a_granted_one_does_not_cover_personal_data_that_a_new_manual_sees(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = asked(small)
    grant(small, post_id)
    monkeypatch.setattr(submit, "NEVER_EXCEPTED", frozenset({"3.1"}))
    with pytest.raises(Forbidden):
        send(small, post_id)


def test_what_is_no_longer_the_content_is_not_granted(small: SmallHouse) -> None:
    post_id = asked(small)
    rewrite(small, post_id, f"{INSULT} Otra estupidez.")
    with pytest.raises(Conflict):
        grant(small, post_id)
    ask_exception(small.app, small.operador(), post_id, reason=LONG_REASON)
    assert states(small) == ["denied", "open"]
    grant(small, post_id)
    send(small, post_id)


def test_the_same_content_is_asked_once(small: SmallHouse) -> None:
    post_id = asked(small)
    with pytest.raises(Conflict):
        ask_exception(small.app, small.operador(), post_id, reason=LONG_REASON)
    assert states(small) == ["open"]


def test_without_a_bloqueo_there_is_nothing_to_except(small: SmallHouse) -> None:
    with pytest.raises(Conflict):
        ask_exception(small.app, small.operador(), small.draft(), reason=LONG_REASON)


def test_reasons_are_compulsory(small: SmallHouse) -> None:
    post_id = small.draft(INSULT)
    with pytest.raises(Invalid):
        ask_exception(small.app, small.operador(), post_id, reason="Porque sí \x00" + " " * 30)
    ask_exception(small.app, small.operador(), post_id, reason=LONG_REASON)
    with pytest.raises(Invalid):
        resolve_exception(small.app, small.directora, post_id, grant=False, reason="No.")


def test_a_request_ends_with_its_draft(small: SmallHouse) -> None:
    discarded, sent = asked(small), asked(small)
    draft.discard(small.app, small.operador(), discarded)
    rewrite(small, sent, "El club de lectura se reúne el jueves en la biblioteca.")
    send(small, sent)
    assert states(small) == ["denied", "denied"]
    for post_id in (discarded, sent):
        with pytest.raises(Conflict):
            grant(small, post_id)


def test_it_is_asked_only_by_who_may_send_it(small: SmallHouse) -> None:
    post_id = small.draft(INSULT)
    for by in ("OPER.TOR", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            ask_exception(small.app, small.people[by], post_id, reason=LONG_REASON)
    everywhere = replace(small.content(INSULT), account_ids=tuple(small.accounts.values()))
    central = draft.create(
        small.app, small.coordinador, plantel_id=small.planteles["SAL"], content=everywhere
    )
    with pytest.raises(Forbidden):
        ask_exception(small.app, small.operador(), central, reason=LONG_REASON)


WINDOW = "2027-06-06T09:00"
PRAISE = f"{TEXT} Gracias al gobernador por entregar más obras que nunca."


def test_what_an_electoral_window_forbids_needs_a_written_legal_basis(small: SmallHouse) -> None:
    post_id = asked(small, PRAISE, local_at=WINDOW)
    with pytest.raises(Invalid, match="fundamento legal"):
        resolve_exception(
            small.app, small.directora, post_id, grant=True, reason=REASON, legal_basis="Art. 41"
        )
    basis = "Artículo 41, base III, apartado C: información de servicios educativos."
    resolve_exception(
        small.app, small.directora, post_id, grant=True, reason=REASON, legal_basis=basis
    )
    with small.app.read() as session:
        assert session.scalars(select(col(ExceptionRequest.legal_basis))).all() == [basis]
        table = AuditEntry.__table__
        (detail,) = session.scalars(
            select(table.c.detail).where(table.c.action == "post.exception.granted")
        )
    assert basis in detail
    told = story(small.app, small.directora, post_id)
    assert told.legal_basis == basis
    assert told.steps[-1].reason.endswith(f"Fundamento legal: {basis}")


def test_a_service_passes_in_a_window_with_its_reason(small: SmallHouse) -> None:
    post_id = small.submitted(local_at=WINDOW)
    give = {"decision": "reviewed", "account_ids": small.account_ids(), "local_at": WINDOW}
    with pytest.raises(Invalid, match="periodo electoral"):
        review.give(small.app, small.coordinador, post_id, **give)  # type: ignore[arg-type]
    why = "Servicio educativo: horario de la biblioteca."
    review.give(small.app, small.coordinador, post_id, reason=why, **give)  # type: ignore[arg-type]
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))


def test_what_difusion_writes_passes_in_a_window_with_the_reason_of_the_approval(
    small: SmallHouse,
) -> None:
    post_id = draft.create(
        small.app,
        small.coordinador,
        plantel_id=small.planteles["SAL"],
        content=small.content(local_at=WINDOW),
    )
    submit.submit(small.app, small.coordinador, post_id, version=1)
    shown = small.digest(post_id)
    with pytest.raises(Invalid, match="periodo electoral"):
        approve.approve(small.app, small.directora, post_id, digest=shown)
    approve.approve(
        small.app, small.directora, post_id, digest=shown, grounds="Servicio de biblioteca."
    )
    assert small.post(post_id).state == "approved"
