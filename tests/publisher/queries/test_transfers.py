from __future__ import annotations

import pytest

from publisher import people
from publisher.app import SYSTEM
from publisher.custody import transfers as verbs
from publisher.errors import Forbidden, NotFound
from publisher.queries import transfers
from tests.support.house import SmallHouse


def opened(small: SmallHouse) -> int:
    """Let the director of Saltillo take over an account from its operator."""
    return verbs.open_transfer(
        small.app,
        small.directora,
        small.planteles["SAL"],
        small.people["DIRP.SAL"].person_id,
        small.account_ids("x"),
        cause="Licencia de quien la custodia",
        witness="Ana Luz Cid",
    )


def test_an_acta_waits_for_one_person_at_a_time(small: SmallHouse) -> None:
    made = opened(small)
    everyone = ("OPER.SAL", "DIRP.SAL", "DIRV", "COOR", "AUD")
    seen = {who: transfers.one(small.app, small.people[who], made).step for who in everyone}
    assert {who for who, step in seen.items() if step} == {"OPER.SAL"}
    verbs.deliver(small.app, small.operador(), made)
    seen = {who: transfers.one(small.app, small.people[who], made).step for who in everyone}
    assert {who: step for who, step in seen.items() if step} == {"DIRP.SAL": "receive"}
    row = transfers.one(small.app, small.directora, made)
    assert [(one.handle, one.changed, one.after) for one in row.accounts] == [("x_sal", False, "")]
    assert (row.live, row.may_cancel) == (True, True)


def test_for_a_giver_who_left_the_directora_signs(small: SmallHouse) -> None:
    made = opened(small)
    people.disable_person(small.app, SYSTEM, small.operador().person_id)
    assert transfers.one(small.app, small.directora, made).step == "deliver"
    assert transfers.one(small.app, small.people["DIRP.SAL"], made).step == ""


def test_an_acta_of_another_plantel_is_not_there(small: SmallHouse) -> None:
    made = opened(small)
    assert [row.id for row in transfers.listed(small.app, small.people["AUD"])] == [made]
    assert transfers.listed(small.app, small.people["DIRP.TOR"]) == ()
    with pytest.raises(NotFound):
        transfers.one(small.app, small.people["DIRP.TOR"], made)
    with pytest.raises(Forbidden):
        transfers.listed(small.app, small.people["ADM"])
    with pytest.raises(Forbidden):
        transfers.keepers(small.app, small.people["DIRP.TOR"], small.planteles["SAL"])


def test_only_who_works_at_the_plantel_may_receive(small: SmallHouse) -> None:
    found = transfers.keepers(small.app, small.directora, small.planteles["SAL"])
    assert [(one.name, one.role) for one in found] == [
        ("Persona OPER.SAL", "OPER"),
        ("Persona DIRP.SAL", "DIRP"),
    ]
