"""The register as a screen shows it."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.consents.register import revoke
from publisher.errors import Forbidden, NotFound
from publisher.queries import consent_choices, consents
from tests.support.consents import registered, showing
from tests.support.house import SmallHouse


def test_each_consent_stands_where_its_dates_put_it(small: SmallHouse) -> None:
    now = registered(small)
    soon = registered(small, valid_until=date(2026, 12, 1))
    ahead = registered(small, valid_from=date(2027, 1, 7))
    gone = registered(small)
    revoke(small.app, small.operador(), gone, reason="La familia lo pidió.")
    small.clock.pass_(days=10)
    assert consents.counts(small.app, small.operador()) == {
        "active": 1,
        "soon": 0,
        "ahead": 1,
        "expired": 1,
        "revoked": 1,
    }
    for standing, folio in (("active", now), ("expired", soon), ("ahead", ahead)):
        page = consents.listed(small.app, small.coordinador, standing=standing)  # type: ignore[arg-type]
        assert [row.folio for row in page.rows] == [folio]
    assert consents.listed(small.app, small.coordinador, words=gone.lower()).total == 1
    assert consents.listed(small.app, small.coordinador, words="nadie").total == 0


def test_nobody_sees_another_plantel_s_register(small: SmallHouse) -> None:
    folio = registered(small)
    assert consents.listed(small.app, small.operador("TOR")).total == 0
    with pytest.raises(NotFound):
        consents.one(small.app, small.operador("TOR"), folio)
    with pytest.raises(Forbidden):
        consents.listed(small.app, small.people["ADM"])
    offered = consent_choices.choices(small.app, small.operador("TOR"), [small.planteles["SAL"]])
    assert offered == ()


def test_the_composer_is_offered_what_holds_and_shown_what_it_cites(small: SmallHouse) -> None:
    good, gone = registered(small), registered(small)
    revoke(small.app, small.operador(), gone, reason="La familia lo pidió.")
    other = registered(small, code="TOR")
    cited = f"{gone}, C-9"
    where = [small.planteles["SAL"]]
    offered = consent_choices.choices(small.app, small.operador(), where, cited=[cited])
    assert {one.folio: one.standing for one in offered} == {
        good: "active",
        gone: "revoked",
        "C-9": "unknown",
    }
    both = consent_choices.choices(small.app, small.coordinador, [*where, small.planteles["TOR"]])
    assert {one.folio for one in both} == {good, other}


def test_the_list_counts_what_cites_each(small: SmallHouse) -> None:
    folio = registered(small)
    small.approved(media=showing(small, folio), account_ids=small.account_ids("x", "facebook"))
    (row,) = consents.listed(small.app, small.operador()).rows
    assert (row.live, row.planned) == (0, 2)
