from __future__ import annotations

import itertools

import pytest

from publisher import access
from publisher.app import SYSTEM, Actor
from publisher.errors import Forbidden
from publisher.texts import access as texts

OWN, OTHER = 7, 8
ROLES = ("DIRV", "COOR", "DIRP", "OPER", "AUD", "ADM")

# Procedure §c, transcribed here by hand in its own marks: ✔ everywhere, ● own plantel only,
# d by delegation only, – no. Columns: DIRV COOR DIRP OPER AUD ADM.
PROCEDURE = """
post.draft          ✔ ✔ ● ● – –
post.submit         ✔ ✔ ● ● – –
post.review         ✔ ✔ – – – –
post.clear          – – ● – – –
clearance.switch    ✔ – – – – –
post.approve        ✔ d – – – –
post.exception      ✔ – – – – –
post.propose        ✔ ✔ ● ● – –
post.schedule       ✔ ✔ – – – –
post.cancel         ✔ ✔ ● ● – –
post.remove         ✔ ✔ ● – – –
post.ratify         ✔ – – – – –
post.correct        ✔ ✔ ● ● – –
comment.read        ✔ ✔ ● ● – –
consent.keep        – – ● ● – –
consent.read        ✔ ✔ ● ● ✔ –
spending.cap        ✔ – – – – ✔
queue.pause         ✔ ✔ ● – – ✔
delivery.decide     ✔ ✔ – – – –
delivery.by_hand    ✔ ✔ ● ● – –
delivery.read       ✔ ✔ ● ● ✔ ✔
activity.read       ✔ ✔ ● ● ✔ –
calendar.read       ✔ ✔ ● ● ✔ –
credential.install  – – ● ● – ✔
credential.rotate   – – ● ● – –
credential.reveal   ✔ d ● ● – –
custody.read        ✔ ✔ ● ● ✔ –
custody.keep        – – ● ● – –
custody.direct      – – ● – – –
custody.acknowledge ✔ ✔ – – – –
custody.transfer    ✔ – ● – – –
disclosure.request  ✔ d – – – –
disclosure.decide   ✔ ✔ ● – – –
disclosure.break_glass ✔ – – – – –
disclosure.review   – ✔ – – ✔ –
account.verify      ✔ ✔ ● ● – ✔
account.risk        – – ● – – –
people.manage       – – – – – ✔
designation.make    – – ● – – –
delegation.make     ✔ – – – – –
institution.manage  – – – – – ✔
institution.read    ✔ ✔ ● ● ✔ ✔
manual.edit         ✔ ✔ – – – –
manual.approve      ✔ – – – – –
manual.read         ✔ ✔ ✔ ✔ ✔ –
phrase.manage       ✔ ✔ – – – –
learning.read       ✔ ✔ ● – ✔ –
audit.read          ✔ ✔ ● – ✔ –
audit.verify        ✔ – – – ✔ ✔
keys.manage         – – – – – ✔
"""
EXPECTED = {
    line.split()[0]: dict(zip(ROLES, line.split()[1:], strict=True))
    for line in PROCEDURE.strip().splitlines()
}


def actor(role: str) -> Actor:
    plantel = OWN if role in {"DIRP", "OPER"} else None
    return Actor(person_id=1, name="X", email="x@example.mx", grants=((role, plantel),))


def test_the_procedure_and_the_table_name_the_same_actions() -> None:
    assert set(EXPECTED) == set(access.TABLE) == set(texts.ACTIONS)


@pytest.mark.parametrize(("action", "role"), [*itertools.product(EXPECTED, ROLES)])
@pytest.mark.parametrize("plantel", [OWN, OTHER, None])
@pytest.mark.parametrize("delegated", [False, True])
def test_each_role_may_exactly_what_the_procedure_says(
    action: str, role: str, plantel: int | None, delegated: bool
) -> None:
    mark = EXPECTED[action][role]
    expected = mark == "✔" or (mark == "●" and plantel == OWN) or (mark == "d" and delegated)

    assert access.allows(actor(role), action, plantel_id=plantel, delegated=delegated) is expected
    if expected:
        access.authorize(actor(role), action, plantel_id=plantel, delegated=delegated)
    else:
        with pytest.raises(Forbidden, match=r"\.$"):
            access.authorize(actor(role), action, plantel_id=plantel, delegated=delegated)


@pytest.mark.parametrize("action", EXPECTED)
def test_nobody_without_a_role_may_anything(action: str) -> None:
    assert not access.allows(Actor(person_id=1, name="X", email=""), action, plantel_id=OWN)
    assert access.scope(Actor(person_id=1, name="X", email=""), action) == frozenset()


def test_an_unknown_action_is_a_mistake_of_the_program() -> None:
    with pytest.raises(LookupError, match=r"post\.aprove"):
        access.allows(actor("DIRV"), "post.aprove")


def test_a_role_held_at_two_planteles_reaches_both_and_no_third() -> None:
    both = Actor(person_id=1, name="X", email="", grants=(("OPER", 1), ("OPER", 2)))

    assert access.scope(both, "post.draft") == {1, 2}
    assert not access.allows(both, "post.draft", plantel_id=3)


def test_a_role_reaches_only_the_planteles_where_it_is_held() -> None:
    mixed = Actor(person_id=1, name="X", email="", grants=(("DIRP", 1), ("OPER", 2)))

    assert access.scope(mixed, "designation.make") == {1}


def test_a_plantel_role_without_plantel_reaches_nothing() -> None:
    broken = Actor(person_id=1, name="X", email="", grants=(("OPER", None),))

    assert access.scope(broken, "post.draft") == frozenset()
    assert not access.allows(broken, "post.draft")


def test_the_installation_itself_neither_writes_nor_judges_nor_reveals() -> None:
    refused = {action for action in access.TABLE if not access.allows(SYSTEM, action)}

    assert {"post.draft", "post.approve", "post.review", "post.exception"} <= refused
    assert {"credential.reveal", "delegation.make", "delivery.decide"} <= refused


def test_reach_tells_own_acts_and_technical_events_apart() -> None:
    assert access.reach(actor("OPER"), "audit.read") == {"self"}
    assert access.reach(actor("ADM"), "audit.read") == {"technical"}
    assert access.anywhere(actor("OPER"), "audit.read")
    assert not access.anywhere(actor("OPER"), "people.manage")


def test_the_sentence_says_whether_it_is_the_plantel_or_the_role_or_a_delegation() -> None:
    with pytest.raises(Forbidden, match="otro plantel"):
        access.authorize(actor("OPER"), "post.draft", plantel_id=OTHER)
    with pytest.raises(Forbidden, match="no permite autorizar publicaciones"):
        access.authorize(actor("OPER"), "post.approve", plantel_id=OWN)
    with pytest.raises(Forbidden, match="delegación vigente"):
        access.authorize(actor("COOR"), "post.approve")


def test_nobody_judges_what_they_wrote_edited_or_submitted() -> None:
    def judge(who: int) -> bool:
        return access.may_judge(who, author_id=1, last_editor_id=2, submitter_ids=(3,))

    assert [judge(who) for who in (1, 2, 3, 4)] == [False, False, False, True]
    assert not judge(SYSTEM.person_id)
