"""From draft to version: one draft, proved by its examples, approved by somebody else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher import rulebook
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.manual import document
from publisher.models import Notice
from publisher.rulebook import adopting
from tests.publisher.rulebook.acts import SUMMARY, TODAY, adopted, drafted, proposed
from tests.support.house import SmallHouse
from vault.audit_tables import AuditEntry


def acts(small: SmallHouse) -> list[str]:
    table = AuditEntry.__table__
    with small.app.read() as session:
        return list(
            session.scalars(
                select(table.c.action)
                .where(table.c.object_type == "manual", table.c.actor_id != 0)
                .order_by(table.c.id)
            )
        )


def told(small: SmallHouse, label: str, kind: str) -> list[str]:
    with small.app.read() as session:
        return list(
            session.scalars(
                select(col(Notice.subject)).where(
                    col(Notice.person_id) == small.people[label].person_id,
                    col(Notice.kind) == kind,
                )
            )
        )


def test_a_version_goes_from_draft_to_force_by_two_persons(small: SmallHouse) -> None:
    lock = proposed(small, date(2026, 12, 1))
    assert told(small, "DIRV", "manual.proposed")
    made = adopting.approve(small.app, small.directora, lock=lock)
    assert told(small, "OPER.SAL", "manual.approved") == ["Versión 1.1 del manual de contenidos"]
    assert rulebook.in_force(small.app).version == "1.0"
    newest = rulebook.versions(small.app, small.operador())[0]
    assert (newest.id, newest.future, newest.summary) == (made, True, SUMMARY)
    small.clock.pass_(days=8)
    manual = rulebook.in_force(small.app)
    assert (manual.version, manual.valid_from) == ("1.1", date(2026, 12, 1))
    rule = manual.rule("3.4")
    assert rule is not None
    assert rule.title == "Tono del plantel"
    assert rulebook.draft(small.app, small.coordinador) is None
    assert acts(small) == [
        "manual.draft.open", "manual.draft.save", "manual.propose", "manual.approve",
    ]  # fmt: skip


def test_nobody_approves_what_they_edited_or_proposed(small: SmallHouse) -> None:
    lock = rulebook.open_draft(small.app, small.directora)
    held = rulebook.draft(small.app, small.directora)
    assert held is not None
    changed = document.from_data(document.to_data(held.manual) | {"title": "Otro título"})
    lock = rulebook.save_draft(small.app, small.directora, changed, lock=lock)
    lock = rulebook.propose(
        small.app, small.coordinador, lock=lock, in_force_from=TODAY, summary=SUMMARY
    )
    with pytest.raises(Forbidden):
        adopting.approve(small.app, small.directora, lock=lock)
    with pytest.raises(Forbidden):
        adopting.approve(small.app, small.coordinador, lock=lock)
    adopting.approve(small.app, small.people["DIRV2"], lock=lock)
    assert rulebook.in_force(small.app).title == "Otro título"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plantel_reads_the_manual_and_edits_none(small: SmallHouse) -> None:
    assert len(rulebook.versions(small.app, small.operador())) == 1
    with pytest.raises(Forbidden):
        rulebook.open_draft(small.app, small.operador())
    with pytest.raises(Forbidden):
        rulebook.draft(small.app, small.operador())


def test_only_one_draft_is_open_and_its_lock_is_asked(small: SmallHouse) -> None:
    lock = drafted(small)
    with pytest.raises(Conflict):
        rulebook.open_draft(small.app, small.directora)
    held = rulebook.draft(small.app, small.directora)
    assert held is not None
    with pytest.raises(Conflict):
        rulebook.save_draft(small.app, small.directora, held.manual, lock=lock - 1)
    rulebook.discard(small.app, small.coordinador, lock=lock, reason="Ya no hace falta")
    with pytest.raises(NotFound):
        rulebook.discard(small.app, small.coordinador, lock=lock)
    drafted(small)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rule_whose_example_fails_is_not_proposed(small: SmallHouse) -> None:
    lock = drafted(small, examples=[{"text": "El torneo reunió a seis equipos.", "matches": True}])
    with pytest.raises(Invalid, match=r"La regla 3\.4 debería señalar «El torneo"):
        rulebook.propose(
            small.app, small.coordinador, lock=lock, in_force_from=TODAY, summary=SUMMARY
        )
    held = rulebook.draft(small.app, small.coordinador)
    assert held is not None
    assert held.state == "open"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("on", "summary", "said"),
    [
        (date(2026, 11, 22), SUMMARY, "ya pasó"),
        (TODAY, "corto", "frase"),
    ],
)
def test_a_proposal_without_date_or_summary_is_refused(
    small: SmallHouse, on: date, summary: str, said: str
) -> None:
    lock = drafted(small)
    with pytest.raises(Invalid, match=said):
        rulebook.propose(small.app, small.coordinador, lock=lock, in_force_from=on, summary=summary)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_says_the_same_is_not_proposed(small: SmallHouse) -> None:
    lock = rulebook.open_draft(small.app, small.coordinador)
    with pytest.raises(Invalid, match="lo mismo"):
        rulebook.propose(
            small.app, small.coordinador, lock=lock, in_force_from=TODAY, summary=SUMMARY
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_date_before_an_approved_version_is_refused(small: SmallHouse) -> None:
    adopted(small, date(2026, 12, 10))
    lock = drafted(small, title="Otra cosa")
    with pytest.raises(Invalid, match="Elija ese día"):
        rulebook.propose(
            small.app, small.coordinador, lock=lock, in_force_from=TODAY, summary=SUMMARY
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_proposal_is_sent_back_with_its_reason_and_can_be_edited_again(
    small: SmallHouse,
) -> None:
    lock = proposed(small)
    held = rulebook.draft(small.app, small.coordinador)
    assert held is not None
    with pytest.raises(Conflict):
        rulebook.save_draft(small.app, small.coordinador, held.manual, lock=lock)
    with pytest.raises(Invalid):
        rulebook.send_back(small.app, small.directora, lock=lock, reason="no")
    lock = rulebook.send_back(
        small.app, small.directora, lock=lock, reason="Falta citar la fuente."
    )
    assert told(small, "COOR", "manual.sent_back")
    lock = rulebook.save_draft(small.app, small.coordinador, held.manual, lock=lock)
    held = rulebook.draft(small.app, small.coordinador)
    assert held is not None
    assert (held.state, held.reason) == ("open", "Falta citar la fuente.")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_becomes_the_draft_and_a_faulty_one_says_why(small: SmallHouse) -> None:
    text = document.dump(rulebook.in_force(small.app)).replace('version = "1.0"', 'version = "9"')
    rulebook.import_draft(small.app, small.coordinador, text)
    held = rulebook.draft(small.app, small.coordinador)
    assert held is not None
    assert held.manual.version == "9"
    assert document.load(document.dump(held.manual)).hash == held.manual.hash
    with pytest.raises(Invalid, match="no se puede leer"):
        rulebook.import_draft(small.app, small.coordinador, "esto = [")
    with pytest.raises(Invalid, match="periodos"):
        rulebook.import_draft(
            small.app, small.coordinador, text.replace("2026-05-05", "2026-07-05")
        )


def test_operators_owe_their_word_until_they_give_it(small: SmallHouse) -> None:
    operador = small.operador()
    assert rulebook.owes(small.app, operador) is None
    version = adopted(small)
    due = rulebook.owes(small.app, operador)
    assert due is not None
    assert due.id == version
    assert rulebook.owes(small.app, small.directora) is None
    rulebook.acknowledge(small.app, operador, version)
    assert rulebook.owes(small.app, operador) is None
    with pytest.raises(Conflict):
        rulebook.acknowledge(small.app, operador, version)
    rows = rulebook.owing(small.app, small.coordinador)
    assert [row.person_id for row in rows if row.at] == [operador.person_id]
    assert len(rows) == 3
    assert rows[0].at is None
    assert len(rulebook.owing(small.app, small.people["DIRP.SAL"])) == 1
