"""The register: who keeps it, what it refuses, and how far a revocation reaches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher.consents.given import Given, check
from publisher.consents.register import revoke
from publisher.delivery import decide
from publisher.editorial import approve, review, submit
from publisher.editorial.exception import ask_exception, resolve_exception
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Consent, Notice
from tests.publisher.delivery.desk import Desk, make_desk
from tests.support.consents import given, registered, showing
from tests.support.house import TEXT, SmallHouse
from vault.audit_tables import AuditEntry

REASON = "La familia retiró su consentimiento por escrito."


def row(small: SmallHouse, folio: str) -> Consent:
    with small.app.read() as session:
        return session.scalars(select(Consent).where(col(Consent.folio) == folio)).one()


def notices(small: SmallHouse, kind: str) -> list[tuple[int, str, str]]:
    with small.app.read() as session:
        rows = session.scalars(select(Notice).where(col(Notice.kind) == kind))
        return [(one.person_id, one.subject, one.body) for one in rows]


def test_a_plantel_registers_a_consent_under_its_next_folio(small: SmallHouse) -> None:
    first, second = registered(small), registered(small, scopes=("name", "image"))
    assert (first, second) == ("C-SAL-2026-0001", "C-SAL-2026-0002")
    assert registered(small, folio=" acta  7/26 ") == "ACTA 7/26"
    kept = row(small, second)
    assert (kept.state, kept.scopes, kept.networks) == ("active", ["image", "name"], [])
    with small.app.read() as session:
        entry = session.scalars(
            select(AuditEntry).where(col(AuditEntry.action) == "consent.register")
        ).first()
    assert entry is not None
    assert entry.plantel_id == small.planteles["SAL"]
    assert "20231234" not in repr(entry.model_dump())


def test_only_the_plantel_keeps_its_register(small: SmallHouse) -> None:
    folio = registered(small)
    for by in ("DIRV", "COOR", "AUD", "ADM", "OPER.TOR", "DIRP.TOR"):
        with pytest.raises(Forbidden):
            registered(small, by=small.people[by])
    for by in ("DIRV", "COOR", "AUD"):
        with pytest.raises(Forbidden):
            revoke(small.app, small.people[by], folio, reason=REASON)
    for by in ("OPER.TOR", "DIRP.TOR", "ADM"):
        with pytest.raises(NotFound):
            revoke(small.app, small.people[by], folio, reason=REASON)
    assert row(small, folio).state == "active"
    revoke(small.app, small.people["DIRP.SAL"], folio.lower(), reason=REASON)
    with pytest.raises(Conflict):
        revoke(small.app, small.operador(), folio, reason=REASON)


def test_a_folio_is_given_once(small: SmallHouse) -> None:
    registered(small, folio="A-1")
    with pytest.raises(Conflict):
        registered(small, code="TOR", folio="a-1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"subject": "Mariana Torres Villarreal"}, "subject"),
        ({"subject": "PEGA080315MCLRRNA4"}, "subject"),
        ({"subject": "M" * 41}, "subject"),
        ({"guardian": ""}, "guardian"),
        ({"guardian": "vecina"}, "guardian"),
        ({"opinion": False}, "opinion"),
        ({"scopes": ()}, "scopes"),
        ({"scopes": ("alma",)}, "scopes"),
        ({"networks": ("myspace",)}, "networks"),
        ({"valid_until": date(2026, 7, 1)}, "valid_until"),
        ({"valid_from": date(2025, 1, 1), "valid_until": date(2026, 11, 1)}, "valid_until"),
        ({"valid_until": date(2040, 1, 1)}, "valid_until"),
        ({"kept_at": " "}, "kept_at"),
        ({"note": "x" * 201}, "note"),
        ({"folio": "<b>"}, "folio"),
    ],
)
def test_what_lacks_or_tells_too_much_is_refused_at_its_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check(given(**changes), today=date(2026, 11, 23))
    assert refused.value.field == field


def test_of_an_adult_no_guardian_is_asked() -> None:
    kept = check(given(minor=False, guardian="", opinion=False), today=date(2026, 11, 23))
    assert isinstance(kept, Given)


def rules(small: SmallHouse, folio: str, **changes: Any) -> list[str]:
    content = small.content(media=showing(small, folio), **changes)
    checked = submit.check(small.app, small.operador(), small.planteles["SAL"], content)
    return [view.explanation for view in checked.blocks if view.rule == "6.1"]


def test_a_cited_folio_is_looked_up_before_anything_is_submitted(small: SmallHouse) -> None:
    folio = registered(small, networks=("facebook", "instagram"))
    assert any("no cubre X" in said for said in rules(small, folio))
    only = small.account_ids("facebook")
    assert rules(small, folio, account_ids=only) == []
    assert "no está en el registro" in rules(small, "C-SAL-1999-0001")[0]
    assert "venció" in rules(small, folio, account_ids=only, local_at="2027-08-01T10:00")[0]
    other = registered(small, code="TOR")
    assert "otro plantel" in rules(small, other)[0]
    revoke(small.app, small.operador(), folio, reason=REASON)
    assert "se revocó" in rules(small, folio, account_ids=only)[0]
    with pytest.raises(Invalid):
        small.submitted(media=showing(small, folio), account_ids=only)


def test_difusion_may_show_pupils_of_several_planteles(small: SmallHouse) -> None:
    both = f"{registered(small)}, {registered(small, code='TOR')}"
    content = small.content(media=showing(small, both))
    checked = submit.check(small.app, small.coordinador, small.planteles["SAL"], content)
    assert [view for view in checked.findings if view.rule == "6.1"] == []


def test_a_video_with_sound_warns_where_no_voice_is_covered(small: SmallHouse) -> None:
    silent, heard = registered(small), registered(small, scopes=("image", "voice"))

    def warned(folio: str) -> list[str]:
        content = small.content(media=showing(small, folio, kind="video"))
        checked = submit.check(small.app, small.operador(), small.planteles["SAL"], content)
        return [view.severity for view in checked.findings if view.rule == "6.1"]

    assert warned(silent) == ["warn"]
    assert warned(heard) == []


def test_a_name_is_published_only_where_the_consent_covers_it(small: SmallHouse) -> None:
    text = "Felicidades a nuestra alumna Mariana Torres Villarreal por su medalla."

    def named(folio: str) -> bool:
        content = small.content(text, media=showing(small, folio))
        checked = submit.check(small.app, small.operador(), small.planteles["SAL"], content)
        return any(view.rule == "6.2" for view in checked.findings)

    assert named(registered(small))
    assert not named(registered(small, scopes=("image", "name")))


def test_what_was_revoked_while_it_waited_is_not_approved(small: SmallHouse) -> None:
    folio = registered(small)
    post_id = small.reviewed(media=showing(small, folio), account_ids=small.account_ids("x"))
    revoke(small.app, small.operador(), folio, reason=REASON)
    with pytest.raises(Conflict, match="se revocó"):
        approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))


def test_the_dictamen_looks_it_up_too(small: SmallHouse) -> None:
    folio = registered(small)
    ids = small.account_ids("x")
    post_id = small.submitted(media=showing(small, folio), account_ids=ids)
    revoke(small.app, small.operador(), folio, reason=REASON)
    with pytest.raises(Invalid, match=r"6\.1"):
        review.give(
            small.app,
            small.coordinador,
            post_id,
            decision="reviewed",
            account_ids=ids,
            local_at="2026-11-27T10:00",
        )


@pytest.fixture
def desk(small: SmallHouse) -> Desk:
    return make_desk(small)


def test_a_revocation_holds_what_is_ahead_and_lists_what_is_public(desk: Desk) -> None:
    small = desk.small
    folio, other = registered(small), registered(small)
    media = showing(small, folio)
    public = desk.due("x", media=media)
    desk.run(desk.engine())
    ahead = desk.approve("x", "facebook", media=media)
    apart = desk.approve("x", media=showing(small, other))
    draft_id = small.draft(media=media)
    reached = revoke(desk.app, small.operador(), folio, reason=REASON)
    assert reached.ids("live") == public
    assert sorted(reached.ids("ahead")) == ahead
    assert [one.post_id for one in reached.drafted] == [draft_id]
    for id_ in ahead:
        held = desk.row(id_)
        assert (held.state, held.hold_reason) == ("held", "consent")
        assert folio in held.reason
    assert desk.state(apart[0]) == "scheduled"
    told = notices(small, "consent.revoked")
    heard = {person for person, _, _ in told}
    for label in ("DIRV", "COOR", "DIRP.SAL"):
        assert small.people[label].person_id in heard
    assert small.people["OPER.TOR"].person_id not in heard
    assert not any("20231234" in body or "M.T.V." in body for _, _, body in told)
    # a person's word does not send it out either: the engine asks the register again
    decide.resume(desk.app, small.coordinador, ahead[0], reason="Creo que ya puede salir")
    desk.run(desk.engine())
    assert desk.row(ahead[0]).hold_reason == "consent"
    assert len(desk.networks.posts) == 1


def test_what_expires_before_its_hour_is_held_at_the_send(desk: Desk) -> None:
    folio = registered(desk.small, valid_until=date(2026, 11, 26))
    ids = desk.approve("x", media=showing(desk.small, folio), local_at="2026-11-26T23:30")
    desk.change(ids[0], not_after=desk.small.clock.pass_(days=5), next_at=desk.now)
    desk.run(desk.engine())
    held = desk.row(ids[0])
    assert (held.state, held.hold_reason) == ("held", "consent")
    assert "venció" in held.reason


def test_what_the_directora_excepted_goes_out_unless_it_is_revoked_later(desk: Desk) -> None:
    small = desk.small
    old = registered(small, valid_until=date(2026, 11, 24))
    ids = small.account_ids("x")
    content: dict[str, Any] = {
        "media": showing(small, old),
        "account_ids": ids,
        "local_at": "2026-11-27T10:00",
    }
    post_id = small.draft(TEXT, **content)
    ask_exception(
        desk.app, small.operador(), post_id, reason="Ficha oficial de búsqueda de la fiscalía."
    )
    resolve_exception(
        desk.app, small.directora, post_id, grant=True, reason="Procede: ficha oficial."
    )
    submit.submit(desk.app, small.operador(), post_id, version=small.post(post_id).version)
    review.give(
        desk.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=ids,
        local_at="2026-11-27T10:00",
    )
    approve.approve(desk.app, small.directora, post_id, digest=small.digest(post_id))
    small.clock.pass_(days=4, hours=1, minutes=1)
    desk.run(desk.engine())
    assert len(desk.networks.posts) == 1
