from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.contract import Issue
from publisher import institution
from publisher.app import SYSTEM
from publisher.editorial import draft, review, submit
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import CheckRun, Finding
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import INSULT, PHONE, PRESS
from tests.support.house import TEXT, WALL, SmallHouse


def send(small: SmallHouse, post_id: int, by: str = "OPER.SAL") -> None:
    submit.submit(small.app, small.people[by], post_id, version=small.post(post_id).version)


def written_by(small: SmallHouse, by: str, text: str = TEXT, **changes: object) -> int:
    return draft.create(
        small.app,
        small.people[by],
        plantel_id=small.planteles["SAL"],
        content=small.content(text, **{"local_at": WALL, **changes}),
    )


def test_a_plantel_s_post_goes_to_consulta_with_its_findings(small: SmallHouse) -> None:
    post_id = small.draft(TEXT + " 844 555 01")
    send(small, post_id)
    post = small.post(post_id)
    assert (post.state, post.digest) == ("in_review", None)
    assert post.submitted_by_id == small.operador().person_id
    assert post.submitted_at == small.clock.now
    with small.app.read() as session:
        run = session.scalars(select(CheckRun)).one()
        assert run.verdict in {"ok", "flag"}
        assert len(run.manual_hash) == 64
    assert actions(small, post_id) == ["post.create", "post.submitted"]


@pytest.mark.parametrize(("text", "rule"), [(INSULT, "3.1"), (PHONE, "6.3"), (PRESS, "15.1")])
def test_a_bloqueo_stops_it_and_stores_nothing(small: SmallHouse, text: str, rule: str) -> None:
    post_id = small.draft(text)
    with pytest.raises(Invalid, match=f"regla {rule}"):
        send(small, post_id)
    assert small.post(post_id).state == "draft"
    with small.app.read() as session:
        assert session.scalars(select(col(Finding.id))).all() == []
    assert actions(small, post_id) == ["post.create"]


def test_a_network_s_refusal_stops_it(small: SmallHouse) -> None:
    small.networks.issues["x"] = (Issue(code="x.no", severity="block", sentence="Sobra texto."),)
    with pytest.raises(Invalid, match="Sobra texto"):
        send(small, small.draft())


@pytest.mark.parametrize("author", ["COOR", "DIRV"])
def test_what_the_centre_wrote_goes_straight_to_the_queue(small: SmallHouse, author: str) -> None:
    post_id = written_by(small, author, PRESS)
    send(small, post_id, by=author)
    post = small.post(post_id)
    assert post.state == "reviewed"
    assert len(post.digest or "") == 64


@pytest.mark.parametrize(
    ("author", "editor", "sender"),
    [
        ("OPER.SAL", None, "COOR"),
        ("OPER.SAL", "COOR", "COOR"),
        ("COOR", "OPER.SAL", "COOR"),
        ("COOR", None, "OPER.SAL"),
        ("DIRP.SAL", None, "DIRV"),
    ],
)
def test_what_a_plantel_touched_is_always_consulted(
    small: SmallHouse, author: str, editor: str | None, sender: str
) -> None:
    post_id = written_by(small, author)
    if editor:
        content = small.content(f"{TEXT} Bienvenidos.", local_at=WALL)
        draft.save(small.app, small.people[editor], post_id, version=1, content=content)
    send(small, post_id, by=sender)
    assert small.post(post_id).state == "in_review"


def test_a_plantel_s_comunicado_is_stopped_whoever_sends_it(small: SmallHouse) -> None:
    post_id = written_by(small, "OPER.SAL", PRESS)
    for sender in ("OPER.SAL", "COOR", "DIRV"):
        with pytest.raises(Invalid, match=r"15\.1"):
            send(small, post_id, by=sender)


def test_the_centre_s_post_needs_its_time(small: SmallHouse) -> None:
    post_id = written_by(small, "COOR", local_at=None)
    with pytest.raises(Invalid) as caught:
        send(small, post_id, by="COOR")
    assert caught.value.field == "local_at"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "texts"),
        ({"account_ids": ()}, "account_ids"),
        ({"local_at": "2026-11-23T08:59"}, "local_at"),
        ({"local_at": "2026-11-23T09:00"}, "local_at"),
        ({"code": "ACU", "local_at": "2027-03-14T02:30"}, "local_at"),
    ],
)
def test_what_cannot_be_sent_says_which_field(
    small: SmallHouse, changes: dict[str, object], field: str
) -> None:
    code = str(changes.get("code", "SAL"))
    post_id = small.draft(**changes)
    with pytest.raises(Invalid) as caught:
        send(small, post_id, by=f"OPER.{code}")
    assert caught.value.field == field


def test_an_account_that_stands_still_is_named(small: SmallHouse) -> None:
    post_id = small.draft()
    institution.pause_account(
        small.app, SYSTEM, small.accounts["SAL", "x"], reason="Cambio de contraseña"
    )
    with pytest.raises(Invalid, match="x_sal"):
        send(small, post_id)


def test_another_version_than_the_one_on_the_screen_is_a_conflict(small: SmallHouse) -> None:
    post_id = small.draft()
    draft.save(
        small.app, small.coordinador, post_id, version=1, content=small.content("Otro texto.")
    )
    with pytest.raises(Conflict):
        submit.submit(small.app, small.operador(), post_id, version=1)


def test_it_is_sent_once(small: SmallHouse) -> None:
    post_id = small.submitted()
    with pytest.raises(Conflict):
        send(small, post_id)


def test_only_who_reaches_every_account_sends_it(small: SmallHouse) -> None:
    post_id = written_by(small, "COOR", account_ids=tuple(small.accounts.values()))
    for sender in ("OPER.SAL", "OPER.TOR", "AUD", "ADM"):
        with pytest.raises(Forbidden):
            send(small, post_id, by=sender)
    send(small, post_id, by="COOR")


def test_findings_of_an_earlier_try_are_replaced(small: SmallHouse) -> None:
    small.networks.issues["x"] = (Issue(code="x.odd", severity="warn", sentence="Raro."),)
    post_id = small.submitted()
    with small.app.read() as session:
        assert session.scalars(select(col(Finding.rule))).all() == ["x.odd"]
        assert session.scalars(select(col(CheckRun.verdict))).all() == ["flag"]
    small.networks.issues.clear()
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at=WALL,
    )
    with small.app.read() as session:
        assert session.scalars(select(col(Finding.rule))).all() == []
        assert session.scalars(select(col(CheckRun.verdict))).all() == ["ok"]
