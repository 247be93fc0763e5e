from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from publisher import institution, notices, people
from publisher.app import SYSTEM, Actor
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Account, Delivery, Plantel, Post
from publisher.models.delivery import DELIVERY_STATES
from tests.support.house import House

FUTURE = ("scheduled", "retrying", "leased", "staging")


def deliver(house: House, state: str, account_id: int = 1) -> int:
    """Store a post of plantel 1 with one delivery in ``state``."""
    now = house.clock.now
    with house.app.write() as session:
        post = Post(
            plantel_id=1,
            author_id=1,
            last_editor_id=1,
            timezone="America/Matamoros",
            created_at=now,
            updated_at=now,
        )
        session.add(post)
        session.flush()
        assert post.id is not None
        delivery = Delivery(
            post_id=post.id,
            revision=1,
            account_id=account_id,
            network="facebook",
            state=state,
            due_at=now + timedelta(hours=1),
            local_at="2026-11-23T10:00",
            timezone="America/Matamoros",
            not_after=now + timedelta(hours=2),
            next_at=now + timedelta(hours=1),
            fence=3,
            owner="w1",
            updated_at=now,
        )
        session.add(delivery)
        session.flush()
        assert delivery.id is not None
        return delivery.id


def facts(house: House, delivery_id: int) -> tuple[str, str | None, int]:
    with house.app.read() as session:
        row = session.get_one(Delivery, delivery_id)
        return row.state, row.hold_reason, row.fence


CHANGES: dict[str, Callable[[House, Actor], object]] = {
    "close": lambda h, a: institution.close_plantel(h.app, a, 1, reason="Cierre"),
    "merge": lambda h, a: institution.merge_planteles(h.app, a, 1, 2, reason="Fusión"),
    "rename": lambda h, a: institution.rename_plantel(h.app, a, 1, name="Nuevo", reason="Oficio 7"),
    "replace": lambda h, a: institution.replace_account(
        h.app, a, 1, handle="@otra", external_id="77", reason="Robada"
    ),
    "pause": lambda h, a: institution.pause_account(h.app, a, 1, reason="Revisión"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("states", [("scheduled", "retrying", "leased"), ("staging",)])
def test_every_change_holds_what_is_not_sent(
    house: House, admin: Actor, change: str, states: tuple[str, ...]
) -> None:
    waiting = [deliver(house, state) for state in states]
    other = deliver(house, "scheduled", account_id=7)

    CHANGES[change](house, admin)

    assert [facts(house, one) for one in waiting] == [("held", "account", 4)] * len(states)
    assert facts(house, other) == ("scheduled", None, 3)


def test_what_may_be_public_or_is_decided_stays_as_it_was(house: House, admin: Actor) -> None:
    in_flight = {"sending": 1, "unknown": 2}
    settled = {
        state: deliver(house, state, account_id=in_flight.get(state, 1))
        for state in sorted(set(DELIVERY_STATES) - set(FUTURE))
    }

    institution.close_plantel(house.app, admin, 1, reason="Cierre")

    for state, delivery_id in settled.items():
        assert facts(house, delivery_id) == (state, None, 3)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_the_administration_s_and_has_a_reason(
    house: House, admin: Actor, change: str
) -> None:
    who = house.actor("AUD")

    with pytest.raises(Forbidden):
        CHANGES[change](house, who)
    for verb in (
        lambda: institution.close_plantel(house.app, admin, 1, reason=" "),
        lambda: institution.pause_account(house.app, admin, 1, reason=""),
    ):
        with pytest.raises(Invalid, match="motivo"):
            verb()


def test_the_custodians_hear_of_what_was_held(house: House, admin: Actor) -> None:
    told = [house.actor("OPER", 1), house.actor("DIRP", 1), house.actor("COOR")]
    untold = house.actor("OPER", 2)
    deliver(house, "scheduled")

    institution.close_plantel(house.app, admin, 1, reason="Cierre")

    for who in told:
        kinds = [row.kind for row in notices.list_for(house.app, who)]
        assert "delivery.held" in kinds
    assert "delivery.held" not in [row.kind for row in notices.list_for(house.app, untold)]


def test_a_closed_plantel_ends_its_accounts_and_designations(house: House, admin: Actor) -> None:
    operator = house.actor("OPER", 1)

    institution.close_plantel(house.app, admin, 1, reason="Cierre")

    assert people.actor_for(house.app, operator.person_id).grants == ()
    with house.app.read() as session:
        states = session.scalars(select(Account.state).where(Account.plantel_id == 1)).all()  # type: ignore[arg-type]
    assert states == ["closed"] * 3
    with pytest.raises(Conflict, match="ya no está activo"):
        institution.close_plantel(house.app, admin, 1, reason="Otra vez")
    with pytest.raises(Conflict):
        people.designate(house.app, SYSTEM, house.person(), "OPER", plantel_id=1)


def test_a_merged_plantel_names_where_it_went(house: House, admin: Actor) -> None:
    institution.merge_planteles(house.app, admin, 1, 2, reason="Fusión")

    with house.app.read() as session:
        gone = session.get_one(Plantel, 1)
        assert (gone.state, gone.merged_into_id, gone.code) == ("merged", 2, "P01")
    with pytest.raises(Invalid):
        institution.merge_planteles(house.app, admin, 2, 2, reason="x")
    with pytest.raises(Conflict):
        institution.merge_planteles(house.app, admin, 2, 1, reason="x")


def test_what_a_rename_held_is_released_by_whoever_decides(house: House, admin: Actor) -> None:
    waiting = deliver(house, "scheduled")
    institution.rename_plantel(house.app, admin, 1, name="Nuevo", reason="Oficio 7")

    with pytest.raises(Forbidden):
        institution.release_plantel(house.app, admin, 1, reason="Leído")
    assert institution.release_plantel(house.app, house.actor("COOR"), 1, reason="Leído") == 1
    assert facts(house, waiting)[:2] == ("scheduled", None)


def test_an_import_that_renames_holds_too(house: House, admin: Actor) -> None:
    waiting = deliver(house, "scheduled")
    head = "clave,nombre,tipo,municipio,clave_inegi"
    content = f"{head}\nP01,CECyTE Acuña «Nuevo»,CECyTE,Acuña,05002\n".encode()

    institution.apply(house.app, admin, "planteles", content, "a.csv")

    assert facts(house, waiting)[:2] == ("held", "account")


def test_a_paused_account_resumes_what_it_held_and_nothing_else(house: House, admin: Actor) -> None:
    by_pause, by_veda = deliver(house, "scheduled"), deliver(house, "scheduled")
    institution.pause_account(house.app, admin, 1, reason="Revisión")
    with house.app.write() as session:
        session.get_one(Delivery, by_veda).hold_reason = "veda"

    assert institution.resume_account(house.app, admin, 1) == 1

    assert facts(house, by_pause)[:2] == ("scheduled", None)
    assert facts(house, by_veda)[:2] == ("held", "veda")
    with pytest.raises(Conflict, match="no está detenida"):
        institution.resume_account(house.app, admin, 1)


def test_a_director_pauses_only_accounts_of_the_own_plantel(house: House) -> None:
    director = house.actor("DIRP", 1)

    institution.pause_account(house.app, director, 1, reason="Sospecha")
    with pytest.raises(Forbidden):
        institution.pause_account(house.app, director, 4, reason="Sospecha")
    with pytest.raises(NotFound):
        institution.pause_account(house.app, director, 9999, reason="Sospecha")


def test_a_replaced_account_keeps_its_history_and_names_the_new_one(
    house: House, admin: Actor
) -> None:
    new = institution.replace_account(
        house.app, admin, 1, handle="@otra", external_id="77", reason="Robada"
    )

    with house.app.read() as session:
        old, fresh = session.get_one(Account, 1), session.get_one(Account, new)
        assert (old.state, old.replaced_by_id) == ("replaced", new)
        assert (fresh.handle, fresh.network, fresh.plantel_id) == ("otra", old.network, 1)
    with pytest.raises(Conflict):
        institution.replace_account(house.app, admin, 1, handle="b", external_id="78", reason="x")
    with pytest.raises(Conflict, match="ya está registrada"):
        institution.replace_account(
            house.app, admin, new, handle="b", external_id="900100000002", reason="x"
        )


def test_a_replaced_account_comes_back_with_its_own_identifier(house: House, admin: Actor) -> None:
    with house.app.read() as session:
        first = session.get_one(Account, 1)
    replace = partial(institution.replace_account, house.app, admin)
    new = replace(1, handle="misma", external_id="77", reason="Vía no oficial")
    back = replace(new, handle="misma", external_id=first.external_id, reason="Vía oficial")
    assert back == 1
    with house.app.read() as session:
        old, other = session.get_one(Account, 1), session.get_one(Account, new)
        assert (old.state, old.replaced_by_id, old.url) == ("active", None, first.url)
        assert (other.state, other.replaced_by_id) == ("replaced", 1)
    assert replace(1, handle="misma", external_id="77", reason="Otra vez la no oficial") == new
    with pytest.raises(Invalid, match="identificador"):
        replace(new, handle="misma", external_id="no es", reason="x")
