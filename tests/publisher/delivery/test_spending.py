"""What posts cost is told, summed, and held at the institution's cap until a person raises it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors import prices
from publisher.delivery import spending
from publisher.errors import Forbidden, Invalid
from publisher.queries import post as queries
from publisher.queries.costs import costs
from publisher.texts import spending as texts
from tests.publisher.delivery.desk import Desk

NOW = date(2026, 11, 23)
REASON = "Campaña de inscripciones de enero"


def cap(desk: Desk, usd: str | None, who: str = "DIRV") -> int:
    amount = None if usd is None else Decimal(usd)
    return spending.set_cap(desk.app, desk.small.people[who], "x", amount, reason=REASON)


def month(desk: Desk) -> spending.Month:
    (found,) = spending.months(desk.app)
    return found


def test_a_link_costs_what_x_bills_for_it_on_the_day() -> None:
    linked = prices.cost("x", ["Inscríbase en https://example.mx/a"], NOW)
    assert linked is not None
    assert (linked.micros, linked.without_links) == (200_000, 15_000)
    thread = prices.cost("x", ["Uno", "Dos en example.com", "Tres"], NOW)
    assert thread is not None
    assert thread.micros == 230_000
    assert prices.cost("x", ["Hola"], date(2026, 4, 19)) is None
    assert prices.cost("facebook", ["https://example.mx"], NOW) is None


def test_every_price_has_a_source_and_a_date() -> None:
    for row in prices.rows():
        assert row.source
        assert row.since <= row.date
        assert row.micros > 0


def test_the_author_reads_what_it_costs_and_what_it_would_without_the_link() -> None:
    (row,) = costs({"x": ["Vea https://example.mx"], "facebook": ["a"]}, {"x": 1}, NOW)
    assert row.sentence("X") == (
        "Este envío costará US$0.20 en X por llevar enlace; US$0.015 sin él."
    )
    (many,) = costs({"x": ["Hola"]}, {"x": 60}, NOW)
    assert many.sentence("X") == (
        "Este envío costará US$0.015 en X. Son 60 cuentas: US$0.90 en total."
    )


def test_the_approver_sees_the_cost_and_the_month_sums_what_went_out(desk: Desk) -> None:
    (id_,) = desk.due("x")
    (told,) = queries.story(desk.app, desk.small.people["DIRV"], desk.row(id_).post_id).costs
    assert (told.cost.micros, told.accounts) == (15_000, 1)
    assert desk.row(id_).cost == 15_000
    assert month(desk).spent == 0
    desk.run(desk.engine())
    assert (month(desk).spent, month(desk).posts) == (15_000, 1)
    desk.small.clock.pass_(days=31)
    assert month(desk).spent == 0


def test_beyond_the_cap_sends_wait_for_a_person_and_go_on_when_it_is_raised(desk: Desk) -> None:
    cap(desk, "0.03")
    ids = [desk.due("x", code=code)[0] for code in ("SAL", "TOR", "ACU")]
    engine = desk.engine()
    desk.run(engine)
    states = [desk.state(id_) for id_ in ids]
    assert sorted(states) == ["held", "published", "published"]
    (held,) = [id_ for id_ in ids if desk.state(id_) == "held"]
    assert desk.row(held).reason == texts.CAP_REACHED
    assert month(desk).spent == 30_000
    assert cap(desk, "0.02") == 0
    assert cap(desk, "0.05", "ADM") == 1
    desk.run(engine)
    assert desk.state(held) == "published"
    assert month(desk).cap == 50_000


def test_a_free_network_goes_on_at_any_cap(desk: Desk) -> None:
    cap(desk, "0")
    ids = desk.due("x", "facebook")
    desk.run(desk.engine())
    assert {desk.row(id_).network: desk.state(id_) for id_ in ids} == {
        "x": "held",
        "facebook": "published",
    }
    assert cap(desk, None) == 1


def test_what_may_be_public_counts_already(desk: Desk) -> None:
    first = desk.due("x")
    desk.lose(*first)
    engine = desk.engine()
    desk.run(engine)
    assert month(desk).spent == 15_000
    cap(desk, "0.02")
    (second,) = desk.due("x", code="TOR")
    desk.run(engine)
    assert desk.state(second) == "held"


def test_what_is_held_for_another_reason_stays_held(desk: Desk) -> None:
    cap(desk, "0")
    (id_,) = desk.due("x")
    desk.run(desk.engine())
    desk.change(id_, reason="Falta otra cosa.")
    assert cap(desk, "5") == 0
    assert desk.state(id_) == "held"


def test_only_whoever_may_sets_a_cap_that_is_an_amount(desk: Desk) -> None:
    for who in ("COOR", "DIRP.SAL", "OPER.SAL", "AUD"):
        with pytest.raises(Forbidden):
            cap(desk, "5", who)
    for usd in ("-1", "NaN", "Infinity"):
        with pytest.raises(Invalid):
            cap(desk, usd)
    with pytest.raises(Invalid):
        spending.set_cap(desk.app, desk.small.people["DIRV"], "facebook", Decimal(1), reason=REASON)
    assert "spending.cap" not in desk.acts("spending")
    cap(desk, "5")
    assert desk.acts("spending") == ["spending.cap"]


def test_dollars_are_written_with_the_digits_they_need() -> None:
    assert [texts.dollars(n) for n in (0, 15_000, 200_000, 1_234_500_000)] == [
        "0.00",
        "0.015",
        "0.20",
        "1,234.50",
    ]


def test_what_passed_its_margin_meanwhile_is_not_sent_late(desk: Desk) -> None:
    cap(desk, "0")
    (id_,) = desk.due("x")
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.now = desk.row(id_).not_after + timedelta(seconds=1)
    assert cap(desk, "5") == 1
    desk.run(engine)
    assert (desk.state(id_), desk.row(id_).hold_reason) == ("held", "late")
