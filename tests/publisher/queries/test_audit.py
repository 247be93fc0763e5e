from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import publisher
import vault
from publisher.access import TABLE
from publisher.app import Actor
from publisher.auditing import proving
from publisher.errors import Conflict, Forbidden, NotFound
from publisher.queries import audit, audit_lines, audit_search
from publisher.queries.audit_search import Filters
from publisher.sealing import seal
from publisher.texts import bitacora as texts
from tests.support.house import SmallHouse


def note(small: SmallHouse, action: str, **facts: Any) -> str:
    """Record one act of ``by`` (the system without one); return its id."""
    small.clock.pass_(seconds=1)
    by: Actor = facts.pop("by", small.people["ADM"])
    kind = facts.pop("kind", action.partition(".")[0])
    entry = small.app.entry(by, action, kind, facts.pop("of", 1), **facts)
    with small.app.write() as session:
        small.app.note(session, entry)
    return entry.id


def ids(small: SmallHouse, label: str, filters: Filters | None = None, **options: Any) -> list[str]:
    found = audit.page(small.app, small.people[label], filters or Filters(), **options)
    return [line.id for line in found.lines]


def test_each_role_reads_only_what_its_reach_says(small: SmallHouse) -> None:
    here, there = small.planteles["SAL"], small.planteles["TOR"]
    operator = small.operador()
    mine = note(small, "post.create", by=operator, plantel_id=here)
    beside = note(small, "post.save", by=small.people["DIRP.SAL"], plantel_id=here)
    other = note(small, "custody.assign", by=small.directora, plantel_id=there)
    technical = note(small, "backup.make")
    opened = note(small, "vault.secret.reveal", by=small.directora, plantel_id=there)
    fresh = {mine, beside, other, technical, opened}
    seen = {
        "DIRV": fresh,
        "COOR": fresh,
        "AUD": fresh,
        "DIRP.SAL": {mine, beside},
        "DIRP.TOR": {other, opened},
        "OPER.SAL": {mine},
        "OPER.TOR": set(),
        "ADM": {technical},
    }
    assert {label.partition(".")[0] for label in seen} == set(TABLE["audit.read"])
    for label, expected in seen.items():
        assert set(ids(small, label)) & fresh == expected, label
        for entry_id in fresh:
            if entry_id in expected:
                assert audit.sheet(small.app, small.people[label], entry_id).line.id == entry_id
            else:
                with pytest.raises(NotFound):
                    audit.sheet(small.app, small.people[label], entry_id)
    nobody = replace(operator, grants=())
    for read in (audit.page, audit.options):
        with pytest.raises(Forbidden):
            read(small.app, nobody)


def test_pages_follow_each_other_without_gap_or_repetition(small: SmallHouse) -> None:
    with small.app.write() as session:
        # of one instant: the order must hold there too
        small.app.note(
            session, *(small.app.entry(small.directora, "post.save", "post", n) for n in range(17))
        )
    every = ids(small, "AUD", limit=10_000)
    assert len(every) > 17
    walked, cursor = [], None
    while True:
        page = audit.page(small.app, small.people["AUD"], after=cursor, limit=4)
        walked += [line.id for line in page.lines]
        cursor = page.next
        if cursor is None:
            break
    assert walked == every


def test_filters_narrow_and_combine(small: SmallHouse) -> None:
    here = small.planteles["SAL"]
    small.clock.now = small.clock.now.replace(year=2027, month=3, day=5, hour=18)
    one = note(small, "credential.install", plantel_id=here, reason="Se perdió el 50%_celular")
    small.clock.pass_(days=1)
    two = note(small, "post.create", by=small.operador(), plantel_id=here, of=12, result="refused")
    small.clock.pass_(days=1)
    three = note(small, "backup.restore", result="failed", reason="Simulacro")
    day = date(2027, 3, 5)
    cases: dict[str, tuple[Filters, list[str]]] = {
        "from a day": (Filters(since=day + timedelta(days=1)), [three, two]),
        "a day": (Filters(since=day, until=day), [one]),
        "a person": (Filters(since=day, actor_id=small.operador().person_id), [two]),
        "a group": (Filters(since=day, group="custody"), [one]),
        "an object": (Filters(object_type="post", object_id="12"), [two]),
        "a plantel": (Filters(since=day, plantel_id=here), [two, one]),
        "a result": (Filters(since=day, result="failed"), [three]),
        "words": (Filters(since=day, words=" celular "), [one]),
        "marks that a database reads": (Filters(since=day, words="50%_c"), [one]),
        "such marks alone": (Filters(since=day, words="0_%"), []),
        "two at once": (Filters(since=day, plantel_id=here, words="simulacro"), []),
        "an unknown group": (Filters(since=day, group="nada"), []),
    }
    for name, (filters, expected) in cases.items():
        assert ids(small, "AUD", filters) == expected, name


def test_a_day_is_the_institutions_not_that_of_utc(small: SmallHouse) -> None:
    small.clock.now = small.clock.now.replace(year=2027, month=3, day=6, hour=4)
    late = note(small, "backup.make")  # 22:00 of the 5th in Monterrey
    on = date(2027, 3, 5)
    assert ids(small, "AUD", Filters(since=on, until=on)) == [late]
    assert ids(small, "AUD", Filters(since=on + timedelta(days=1))) == []


def test_a_search_looks_through_a_bounded_part_and_goes_on_from_there(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "SCAN", 10)
    wanted = [note(small, "backup.make", reason="Aguja") for _ in range(2)]
    for _ in range(25):
        note(small, "post.save")
    found, pages, cursor = [], 0, None
    while True:
        page = audit.page(small.app, small.people["AUD"], Filters(words="aguja"), after=cursor)
        found += [line.id for line in page.lines]
        pages += 1
        assert (page.looked_to is None) == (page.next is None)
        if page.next is None:
            break
        cursor = page.next
    assert found == wanted[::-1]
    assert pages > 2
    assert audit.page(small.app, small.people["AUD"]).looked_to is None


def test_an_entry_is_told_whole_and_names_what_it_touched(small: SmallHouse) -> None:
    account = small.account_ids("x")[0]
    entry_id = note(
        small,
        "vault.secret.rotate",
        by=small.operador(),
        kind="vault_secret",
        of=f"{account}/access_token",
        plantel_id=small.planteles["SAL"],
        before="a" * 64,
        after="b" * 64,
        detail=json.dumps({"version": 2, "who": ["a"]}),
    )
    assert audit.sheet(small.app, small.people["AUD"], entry_id).line.seq is None
    seal(small.app)
    found = audit.sheet(small.app, small.people["AUD"], entry_id)
    assert found.line.object == "Secreto x_sal"
    assert (found.line.plantel, found.line.roles) == ("CECyTE Saltillo", ("OPER",))
    assert (found.before, found.after) == ("a" * 64, "b" * 64)
    assert found.facts == (("version", "2"), ("who", '["a"]'))
    assert found.line.seq is not None
    assert found.linked_at == small.clock.now
    assert len(found.link) == 64


def test_a_detail_that_is_not_what_was_written_is_shown_as_it_is() -> None:
    assert audit_lines.facts_of("") == ()
    assert audit_lines.facts_of("no es json") == (("", "no es json"),)
    assert audit_lines.facts_of("[1]") == (("", "[1]"),)


def test_what_the_filters_offer_is_within_reach(small: SmallHouse) -> None:
    everything = audit.options(small.app, small.people["AUD"])
    assert set(everything.planteles) == set(small.planteles.values())
    assert len(everything.people) == len(small.people)
    assert everything.groups == tuple(texts.GROUPS)
    own = audit.options(small.app, small.people["DIRP.SAL"])
    assert own.planteles == {small.planteles["SAL"]: "CECyTE Saltillo"}
    assert own.codes == {"SAL": "CECyTE Saltillo"}
    assert set(own.people) == {small.people[f"{role}.SAL"].person_id for role in ("OPER", "DIRP")}
    assert audit.options(small.app, small.operador()).people == {}
    technical = audit.options(small.app, small.people["ADM"])
    assert "manual" not in technical.groups


_ACTION_AT = {"entry": 1, "note": 4}
"""Where an action stands among the arguments."""


def _actions() -> Iterator[str]:
    """Yield the actions that the sources hand to ``entry`` or to ``posts.note``."""
    for package in (publisher, vault):
        for path in Path(package.__path__[0]).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                for given in node.args[_ACTION_AT.get(name, len(node.args)) :][:1]:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        yield given.value


def test_every_action_belongs_to_a_group_that_can_be_filtered() -> None:
    found = set(_actions())
    assert len(found) > 40
    assert {
        action for action in {*found, *texts.ACTIONS} if not audit_lines.group_of(action)
    } == set()
    assert set(texts.PREFIXES) == set(texts.GROUPS)
    named = {audit_lines.words_of(action) for action in found}
    assert all(words and words[0].isupper() for words in named)
    assert (
        audit_lines.words_of("custody.algo.nuevo") == "Custodia y contraseñas: custody.algo.nuevo"
    )


def test_whoever_may_verify_hears_how_far_it_is_and_leaves_an_entry(small: SmallHouse) -> None:
    auditor = small.people["AUD"]
    told: list[int] = []
    found = proving.prove(small.app, auditor, progress=told.append)
    assert found.ok
    assert found.links == found.entries == proving.links(small.app, auditor)
    assert told[0] == 0
    line = audit.page(small.app, auditor, limit=1).lines[0]
    assert (line.action, line.result, line.actor) == ("audit.verified", "ok", auditor.name)
    for label in ("COOR", "DIRP.SAL", "OPER.SAL"):
        for verb in (proving.links, proving.prove):
            with pytest.raises(Forbidden):
                verb(small.app, small.people[label])


def test_only_one_verification_runs_at_a_time(small: SmallHouse) -> None:
    def meanwhile(_: int) -> None:
        with pytest.raises(Conflict, match="en este momento"):
            proving.prove(small.app, small.people["AUD"])

    assert proving.prove(small.app, small.people["AUD"], progress=meanwhile).ok
