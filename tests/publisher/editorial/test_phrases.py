"""Reasons that are used again and again, and the rules that they cite."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import rulebook
from publisher.editorial import approve, phrases
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import Review
from tests.support.house import SmallHouse


def test_the_shipped_phrases_are_there_from_the_first_look_and_cite_rules_of_the_manual(
    small: SmallHouse,
) -> None:
    found = phrases.listed(small.app)
    assert len(found) > 20
    assert phrases.listed(small.app) == found
    known = {rule.id for rule in rulebook.in_force(small.app).rules}
    assert {phrase.rule for phrase in found} <= known
    numbers = [tuple(map(int, phrase.rule.split("."))) for phrase in found]
    assert numbers == sorted(numbers)


def test_a_return_may_be_said_in_phrases_alone_and_keeps_the_rules_that_they_cite(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    by_rule = {phrase.rule: phrase for phrase in phrases.listed(small.app)}
    chosen = [by_rule["9.3"].id, by_rule["6.3"].id]
    approve.send_back(
        small.app, small.directora, post_id, reason=" Es el viernes. ", phrases=chosen
    )
    with small.app.read() as session:
        row = session.scalars(select(Review).where(col(Review.decision) == "returned")).one()
    assert row.cites == "6.3,9.3"
    assert row.reason.splitlines() == [
        f"{by_rule['6.3'].text} (regla 6.3)",
        f"{by_rule['9.3'].text} (regla 9.3)",
        "Es el viernes.",
    ]


def test_nothing_is_returned_without_a_reason_or_with_a_phrase_that_was_retired(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    with pytest.raises(Invalid, match="motivo"):
        approve.send_back(small.app, small.directora, post_id)
    gone = phrases.listed(small.app)[0]
    phrases.retire(small.app, small.coordinador, gone.id)
    assert gone not in phrases.listed(small.app)
    with pytest.raises(Conflict, match="ya no está en uso"):
        approve.send_back(small.app, small.directora, post_id, phrases=[gone.id])
    with pytest.raises(NotFound):
        phrases.retire(small.app, small.coordinador, gone.id)


def test_the_office_keeps_its_own_phrases(small: SmallHouse) -> None:
    before = phrases.listed(small.app)
    made = phrases.add(small.app, small.directora, text="Diga en qué  salón será.", rule="9.3")
    (new,) = set(phrases.listed(small.app)) - set(before)
    assert (new.id, new.text, new.rule) == (made, "Diga en qué salón será.", "9.3")
    with pytest.raises(Conflict):
        phrases.add(small.app, small.directora, text="Diga en qué salón será.", rule="9.3")
    with pytest.raises(Invalid, match=r"99\.9"):
        phrases.add(small.app, small.directora, text="Diga en qué salón será.", rule="99.9")
    with pytest.raises(Invalid, match="letras"):
        phrases.add(small.app, small.directora, text="Mal.")
    with pytest.raises(Forbidden):
        phrases.add(small.app, small.operador(), text="Diga en qué salón será.")
