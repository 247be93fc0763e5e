"""Every verb that touches a credential, called as every role on its own plantel and on another."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from sqlalchemy import text

import publisher
import publisher.auditing
import publisher.custody
import publisher.keys
import publisher.kit
import publisher.people
from publisher import access, people
from publisher.app import SYSTEM, Actor
from publisher.documents import acta, sobre
from publisher.errors import Forbidden, NotFound, PublisherError
from publisher.institution import credentials
from tests.publisher.custody.verbs import CASES, Case, Scene
from tests.support.custody import keep
from tests.support.factors import proven
from tests.support.house import SmallHouse

FACTOR = ("factor", "enrolment", "codes")
"""The modules of people that this test answers for; the others have tests of their own."""

FOR_COMMANDS = {
    "publisher.auditing.anchors.anchor_due",
    "publisher.auditing.export.public_key",
    "publisher.auditing.places.keep",
    "publisher.custody.kept.credential",
    "publisher.custody.lapses.lapse",
    "publisher.custody.opening.given",
    "publisher.custody.opening.linked",
    "publisher.custody.upkeep.keep",
    "publisher.keys.list_keys",
    "publisher.keys.prepare",
    "publisher.keys.prove",
    "publisher.people.codes.seed_of",
    "publisher.people.factor.compulsory",
}
"""What nobody in particular calls: the worker and the installation's own commands.

``kept.credential`` opens nothing either: it hands on what its caller, a verb with a row of its own
or the worker, has opened already.
"""

ROLES = ("DIRV", "COOR", "COOR2", "DIRP.SAL", "OPER.SAL", "AUD", "ADM", "nobody", "SYSTEM")
"""``COOR2`` has the Directora's delegation; ``nobody`` signs in and has no role."""

OWN, OTHER = "SAL", "TOR"
TOUCHED = (
    "disclosure",
    "rotation_duty",
    "credential_change",
    "custody_envelope",
    "custody_transfer",
    "custody_term",
    "custody_confirmation",
    "custody_incident",
)


def modules() -> Iterator[ModuleType]:
    for package in (publisher.custody, publisher.auditing):
        for found in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{package.__name__}.{found.name}")
    yield from (publisher.keys, publisher.kit, credentials)
    for name in FACTOR:
        yield importlib.import_module(f"publisher.people.{name}")


def public() -> Iterator[tuple[FunctionType, list[str]]]:
    """Return the public functions of those modules, each with the names of its parameters."""
    for module in modules():
        for name, found in vars(module).items():
            own = inspect.isfunction(found) and found.__module__ == module.__name__
            if own and not name.startswith("_"):
                yield found, list(inspect.signature(found).parameters)


def name_of(verb: Callable[..., Any]) -> str:
    return f"{verb.__module__}.{verb.__qualname__}"


def test_no_verb_is_without_a_row_and_no_row_without_a_verb() -> None:
    verbs = {verb for verb, names in public() if names[:2] == ["app", "actor"]}
    assert sorted(map(name_of, verbs - set(CASES))) == []
    assert sorted(map(name_of, set(CASES) - verbs)) == []
    without = {name_of(verb) for verb, names in public() if names[:1] == ["app"]}
    assert sorted(without - {name_of(verb) for verb in verbs} - FOR_COMMANDS) == []


@pytest.fixture
def cast(small: SmallHouse) -> dict[str, Actor]:
    """One actor a role, each of whom has just proven a second factor."""
    for code in (OWN, OTHER):
        keep(small.app, small.accounts[code, "facebook"], plantel_id=small.planteles[code])
    ends = small.clock.now.replace(year=2027)
    coordinator = small.people["COOR2"].person_id
    people.delegate(small.app, small.directora, coordinator, ends_at=ends, reason="Comisión")
    plain = people.actor_for(small.app, small.person("Nadie"))
    known = small.people | {"nobody": plain}
    proof = {label: proven(small.app, known[label]) for label in ROLES if label != "SYSTEM"}
    return proof | {"SYSTEM": SYSTEM}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_role_may_exactly_what_the_table_says_of_every_verb(
    small: SmallHouse, cast: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    for document in (sobre, acta):
        monkeypatch.setattr(document, "render", lambda _sheet: b"")
    wrong: list[str] = []
    calls = allowed = 0
    for verb, cases in CASES.items():
        for one in cases:
            for label, actor in cast.items():
                for code in (OWN, OTHER):
                    if not one.actions and label == "SYSTEM":
                        continue
                    calls += 1
                    scene = Scene(small=small, actor=actor, code=code)
                    expected = may(one, scene, delegated=label == "COOR2")
                    allowed += expected
                    said = outcome(one, scene, expected=expected)
                    if said:
                        wrong.append(f"{name_of(verb)} {one.also} as {label} at {code}: {said}")
    assert wrong == []
    assert calls > 700
    assert 150 < allowed < calls / 2


def may(one: Case, scene: Scene, *, delegated: bool) -> bool:
    """Return what the table says; without an action, what is one's own is."""
    actor = scene.actor
    if actor is SYSTEM and one.system:
        return access.allows(actor, one.system)
    roles = {role for role, plantel in actor.grants if plantel in {None, scene.plantel}} or {""}
    if not one.only & roles and actor is not SYSTEM:
        return False
    if not one.actions:
        return True
    return bool(one.only) and any(
        access.allows(actor, action, plantel_id=scene.plantel, delegated=delegated)
        for action in one.actions
    )


def outcome(one: Case, scene: Scene, *, expected: bool) -> str:
    """Call it; return what was not as expected, or nothing. What is refused leaves no trace."""
    if expected:
        clean(scene)
    before = acts(scene)
    raised: PublisherError | None = None
    try:
        one.call(scene)
    except PublisherError as error:
        raised = error
    refused = isinstance(raised, Forbidden | NotFound)
    if expected:
        stopped = raised is not None and (refused or one.settles)
        return f"{type(raised).__name__}: {raised}" if stopped else ""
    if not refused:
        return "was not refused"
    return "" if acts(scene) == before else "was refused, and left something done"


def clean(scene: Scene) -> None:
    """Empty what earlier calls left, so that only what this one may decides."""
    with scene.app.write() as session:
        for table in TOUCHED:
            session.execute(text(f"DELETE FROM {table}"))


def acts(scene: Scene) -> int:
    """Return how many entries of the actor the audit holds."""
    asked = text("SELECT count(*) FROM audit_entry WHERE actor_id = :id")
    with scene.app.read() as session:
        return int(session.execute(asked, {"id": scene.actor.person_id}).scalar_one())


def test_a_value_is_opened_for_people_in_one_place_only() -> None:
    root = Path(publisher.__file__).parents[1]
    found = {
        str(path.relative_to(root))
        for package in ("publisher", "dashboard", "connectors")
        for path in (root / package).rglob("*.py")
        if re.search(r"\bstore\.reveal\b|import reveal\b", path.read_text(encoding="utf-8"))
    }
    assert found == {"publisher/custody/opening.py"}
