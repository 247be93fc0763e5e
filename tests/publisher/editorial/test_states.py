"""Procedure §d: each state of a post before its hour is reached, each other step is refused.

``ARROWS`` is the life cycle, transcribed by hand; everything that it does not name is tried too.
``clearing`` is a post in consulta that waits for the visto bueno of its plantel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from publisher.editorial import approve, by_mail, clear, draft, plan, review, submit
from publisher.errors import Conflict, Invalid
from publisher.models import Approval, Delivery
from publisher.models.content import POST_STATES
from publisher.queries import post
from tests.publisher.editorial.texts import REASON
from tests.support.house import TEXT, WALL, SmallHouse

ARROWS: dict[str, dict[str, str]] = {
    "save": {"draft": "draft", "returned": "draft"},
    "submit": {"draft": "in_review", "returned": "in_review"},
    "discard": {"draft": "cancelled", "returned": "cancelled"},
    "clear": {"clearing": "in_review"},
    "object_to": {"clearing": "returned"},
    "dictamen": {"in_review": "reviewed"},
    "return": {"in_review": "returned"},
    "refuse": {"in_review": "rejected"},
    "withdraw": {"clearing": "returned", "in_review": "returned", "reviewed": "returned"},
    "approve": {"reviewed": "approved"},
    "send_back": {"reviewed": "returned"},
    "reject": {"reviewed": "rejected"},
    "ask_by_mail": {"reviewed": "reviewed"},
    "move": {"approved": "approved"},
    "pull_back": {"approved": "draft"},
}
STATES = (*POST_STATES, "clearing")

Verb = Callable[[SmallHouse, int], Any]


def give(decision: str) -> Verb:
    return lambda s, id_: review.give(
        s.app,
        s.coordinador,
        id_,
        decision=decision,  # type: ignore[arg-type]
        reason=REASON,
        account_ids=s.account_ids(),
        local_at=WALL,
    )


VERBS: dict[str, Verb] = {
    "save": lambda s, id_: draft.save(
        s.app,
        s.operador(),
        id_,
        version=s.post(id_).version,
        content=s.content(f"{TEXT} Traigan su libro."),
    ),
    "submit": lambda s, id_: submit.submit(s.app, s.operador(), id_, version=s.post(id_).version),
    "discard": lambda s, id_: draft.discard(s.app, s.operador(), id_),
    "clear": lambda s, id_: clear.clear(s.app, director(s), id_, digest=content(s, id_)),
    "object_to": lambda s, id_: clear.object_to(
        s.app, director(s), id_, digest=content(s, id_), reason=REASON
    ),
    "dictamen": give("reviewed"),
    "return": give("returned"),
    "refuse": give("rejected"),
    "withdraw": lambda s, id_: review.withdraw(s.app, s.operador(), id_),
    "approve": lambda s, id_: approve.approve(s.app, s.directora, id_, digest=s.digest(id_)),
    "send_back": lambda s, id_: approve.send_back(s.app, s.directora, id_, reason=REASON),
    "reject": lambda s, id_: approve.reject(s.app, s.directora, id_, reason=REASON),
    "ask_by_mail": lambda s, id_: by_mail.ask(s.app, s.coordinador, id_),
    "move": lambda s, id_: plan.move(s.app, s.coordinador, id_, local_at="2026-11-27T10:30"),
    "pull_back": lambda s, id_: plan.pull_back(s.app, s.directora, id_, reason=REASON),
}


def director(small: SmallHouse) -> Any:
    return small.people["DIRP.SAL"]


def content(small: SmallHouse, post_id: int) -> str:
    return post.story(small.app, director(small), post_id).content_digest or "0" * 64


def state_of(small: SmallHouse, post_id: int) -> str:
    row = small.post(post_id)
    return "clearing" if row.awaits_clearance else row.state


def brought_to(small: SmallHouse, state: str) -> int:
    """Return a post in ``state``, by the arrows themselves."""
    if state == "clearing":
        clear.switch(small.app, small.directora, on=True)
        post_id = small.submitted()
        with small.app.engine.begin() as connection:  # the option goes off, this one still waits
            connection.execute(text("UPDATE institution SET clearance = false"))
        return post_id
    ways = {
        "draft": (),
        "in_review": ("submit",),
        "reviewed": ("submit", "dictamen"),
        "approved": ("submit", "dictamen", "approve"),
        "returned": ("submit", "return"),
        "rejected": ("submit", "dictamen", "reject"),
        "cancelled": ("discard",),
    }
    post_id = small.draft()
    for verb in ways[state]:
        VERBS[verb](small, post_id)
    return post_id


def picture(small: SmallHouse, post_id: int) -> tuple[Any, ...]:
    """Return everything that a refused step must leave as it was."""
    with small.app.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Approval, Delivery)
        ]
        entries = session.scalar(text("SELECT count(*) FROM audit_entry"))
    return (small.post(post_id).model_dump(), *counts, entries)


def test_each_state_is_reached_and_every_step_leads_where_the_procedure_says(
    small: SmallHouse,
) -> None:
    assert ARROWS.keys() == VERBS.keys()
    wrong, reached = [], set()
    for verb, arrows in ARROWS.items():
        for state, following in arrows.items():
            post_id = brought_to(small, state)
            reached.add(state_of(small, post_id))
            VERBS[verb](small, post_id)
            reached.add(state_of(small, post_id))
            if state_of(small, post_id) != following:
                wrong.append((verb, state, state_of(small, post_id)))
    assert wrong == []
    assert reached == set(STATES)


def test_every_other_step_is_refused_and_changes_nothing(small: SmallHouse) -> None:
    wrong, tried = [], 0
    for state in STATES:
        post_id = brought_to(small, state)
        for verb, act in VERBS.items():
            if state in ARROWS[verb]:
                continue
            tried += 1
            before = picture(small, post_id)
            try:
                act(small, post_id)
            except Conflict as error:
                if picture(small, post_id) != before or not str(error):
                    wrong.append((verb, state, "was refused and left something changed"))
            else:
                wrong.append((verb, state, f"led to {state_of(small, post_id)}"))
    assert wrong == []
    assert tried == len(STATES) * len(VERBS) - sum(map(len, ARROWS.values()))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_vencida_is_approved_by_nobody_and_goes_on_only_with_another_hour(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    shown = small.digest(post_id)
    small.clock.pass_(days=5)
    for by in ("DIRV", "DIRV2"):
        with pytest.raises(Invalid, match="ya pasó"):
            approve.approve(small.app, small.people[by], post_id, digest=shown)
    with pytest.raises(Conflict, match="ya pasó"):
        by_mail.ask(small.app, small.coordinador, post_id)
    with small.app.read() as session:
        assert session.scalars(select(col(Delivery.id))).all() == []
    review.withdraw(small.app, small.operador(), post_id)
    with pytest.raises(Invalid, match="ya pasó"):
        VERBS["submit"](small, post_id)
    draft.save(
        small.app,
        small.operador(),
        post_id,
        version=small.post(post_id).version,
        content=small.content(local_at="2026-12-02T10:00"),
    )
    VERBS["submit"](small, post_id)
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at="2026-12-02T10:00",
    )
    approve.approve(small.app, small.directora, post_id, digest=small.digest(post_id))
    assert small.post(post_id).state == "approved"
