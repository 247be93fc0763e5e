"""``pregonero connectors``: the smoke test and the cap, as a person types them."""

from __future__ import annotations

from typing import Any

from publisher.delivery import spending
from publisher.texts import smoke as words
from tests.publisher.test_cli import say, stamped  # noqa: F401 - fixtures
from tests.support.house import SmallHouse

AS = ("--as", "DIRV@example.mx")


def test_a_sandbox_base_is_told_why_nothing_is_published(say: Any, stamped: SmallHouse) -> None:  # noqa: F811
    said = say("connectors", "smoke", "--network", "x", "--account", "x_sal", "--yes", *AS)
    assert said.status == 1
    assert said.err.strip() == words.SANDBOX
    said = say("connectors", "smoke", "--network", "instagram", "--account", "instagram_sal", *AS)
    assert (said.status, said.err.strip()) == (1, words.SANDBOX)


def test_the_cap_is_set_lifted_and_refused_in_words(say: Any, stamped: SmallHouse) -> None:  # noqa: F811
    why = ("--network", "x", "--reason", "Presupuesto de noviembre", *AS)
    said = say("connectors", "cap", "--usd", "40", *why)
    assert (said.status, said.out.strip()) == (0, "El tope mensual de x es ahora US$40.00.")
    (month,) = spending.months(stamped.app)
    assert month.cap == 40_000_000
    assert say("connectors", "cap", "--usd", "mucho", *why).status == 2
    assert say("connectors", "cap", "--usd", "sin", *why).status == 0
    (month,) = spending.months(stamped.app)
    assert month.cap is None
