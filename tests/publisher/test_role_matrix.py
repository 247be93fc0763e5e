"""Every public verb, called as every role on its own plantel and on another, by the one table."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import Session, col

import publisher
from publisher import access, people
from publisher.app import SYSTEM, Actor
from publisher.errors import Forbidden, NotFound, PublisherError
from publisher.models import Delivery
from tests.publisher.scene import Case, Scene
from tests.publisher.verbs import CASES, OTHERWISE
from tests.support.house import WALL, SmallHouse

ROLES = ("DIRV", "COOR", "COOR2", "DIRP.SAL", "OPER.SAL", "AUD", "ADM", "nobody", "SYSTEM")
"""``COOR2`` has the Directora's delegation; ``nobody`` signs in and has no role."""

CODES = ("SAL", "TOR")
ELSEWHERE = (
    "publisher.cli",
    "publisher.demo",
    "publisher.migrations",
    "publisher.auditing",
    "publisher.custody",
    "publisher.keys",
    "publisher.kit",
    "publisher.institution.credentials",
    "publisher.people.enrolment",
    "publisher.people.factor",
    "publisher.notices",  # one's own list
    "publisher.queries.custody",
    "publisher.queries.disclosures",
    "publisher.queries.transfers",
)
"""What is no verb of people, or is called as every role by ``custody/test_authorization.py``."""


def verbs() -> Iterator[Any]:
    """Return every public function whose first parameters are ``app, actor``."""
    for found in pkgutil.walk_packages(publisher.__path__, "publisher."):
        if found.name.startswith(ELSEWHERE):
            continue
        module = importlib.import_module(found.name)
        for name, one in vars(module).items():
            own = inspect.isfunction(one) and one.__module__ == module.__name__
            if not own or name.startswith("_"):
                continue
            if list(inspect.signature(one).parameters)[:2] == ["app", "actor"]:
                yield one


def name_of(verb: Any) -> str:
    return f"{verb.__module__}.{verb.__qualname__}"


def test_every_verb_has_a_row_or_says_where_it_is_tried() -> None:
    known = set(CASES) | set(OTHERWISE)
    found = set(verbs())
    assert sorted(map(name_of, found - known)) == []
    assert sorted(map(name_of, known - found)) == []


def test_every_action_of_the_table_is_asked_for_by_some_verb() -> None:
    theirs = ("credential.", "custody.", "disclosure.", "audit.", "keys.")
    asked = {one.action for one in CASES.values()}
    mine = {action for action in access.TABLE if not action.startswith(theirs)}
    told = {
        "post.propose": "with the accounts of a draft",
        "designation.make": "by the role that is given",
        "delivery.read": "what Inicio counts",
        "comment.read": "the screen of comments",
        "consent.read": "the register's screen",
    }
    assert sorted(mine - asked - set(told)) == []


@pytest.fixture
def cast(small: SmallHouse) -> dict[str, Actor]:
    coordinator = small.people["COOR2"].person_id
    ends = small.clock.now.replace(year=2027)
    people.delegate(small.app, small.directora, coordinator, ends_at=ends, reason="Comisión")
    plain = people.actor_for(small.app, small.person("Nadie"))
    return small.people | {"nobody": plain, "SYSTEM": SYSTEM}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_role_may_exactly_what_the_table_says_of_every_verb(
    small: SmallHouse, cast: dict[str, Actor]
) -> None:
    posts: dict[str, int] = {}
    deliveries: dict[str, int] = {}
    for code in CODES:
        for state in ("draft", "submitted", "reviewed", "approved"):
            timed = {"local_at": WALL} if state == "draft" else {}
            posts[f"{code}.{state}"] = getattr(small, state)(code=code, **timed)
        with small.app.read() as session:
            deliveries[code] = first_delivery(session, posts[f"{code}.approved"])
    wrong: list[str] = []
    calls = allowed = 0
    for verb, one in CASES.items():
        for label in ROLES:
            for code in CODES:
                scene = Scene(small, cast[label], code, posts, deliveries)
                expected = may(one, scene, delegated=label == "COOR2")
                calls += 1
                allowed += expected
                said = outcome(one, scene, expected=expected)
                if said:
                    wrong.append(f"{name_of(verb)} as {label} at {code}: {said}")
    assert wrong == []
    assert calls > 1500
    assert calls / 5 < allowed < calls / 2


def first_delivery(session: Session, post_id: int) -> int:
    """Return a delivery of the post, on Facebook."""
    rows = session.scalars(
        select(Delivery).where(
            col(Delivery.post_id) == post_id, col(Delivery.network) == "facebook"
        )
    )
    return rows.one().id or 0


def may(one: Case, scene: Scene, *, delegated: bool) -> bool:
    """Return what the table says."""
    delegated = delegated and one.lent
    if one.where == "anywhere":
        return access.anywhere(scene.actor, one.action, delegated=delegated)
    plantel = scene.plantel if one.where == "plantel" else None
    return access.allows(scene.actor, one.action, plantel_id=plantel, delegated=delegated)


def outcome(one: Case, scene: Scene, *, expected: bool) -> str:
    """Call it; return what was not as expected, or nothing. What is refused leaves no trace."""
    before = acts(scene)
    raised: PublisherError | None = None
    try:
        one.call(scene)
    except PublisherError as error:
        raised = error
    hidden = isinstance(raised, NotFound) and one.hides
    refused = isinstance(raised, Forbidden) or hidden
    if expected:
        return f"{type(raised).__name__}: {raised}" if isinstance(raised, Forbidden) else ""
    if not refused:
        return f"was not refused ({raised!r})"
    return "" if acts(scene) == before else "was refused, and left something done"


def acts(scene: Scene) -> int:
    """Return how many entries of the actor the audit holds."""
    asked = text("SELECT count(*) FROM audit_entry WHERE actor_id = :id")
    with scene.app.read() as session:
        return int(session.execute(asked, {"id": scene.actor.person_id}).scalar_one())
