"""What is learned from returns, from dismissed findings and from what went well."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from publisher.documents import calidad
from publisher.editorial import approve, dismissals, examples, phrases, review, undo
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.manual import texts as manual_texts
from publisher.queries import examples as rows
from publisher.queries import learning
from tests.publisher.editorial.texts import REASON
from tests.support.house import SmallHouse
from tests.support.posts import Newsroom

FLAGGED = "Güey, el club de lectura del plantel se reúne en la biblioteca el jueves a las 10:00 h."


def send_back(small: SmallHouse, reason: str, code: str = "SAL", **options: object) -> int:
    post_id = small.submitted(code=code)
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="returned",
        reason=reason,
        **options,  # type: ignore[arg-type]
    )
    return post_id


def test_returns_are_counted_by_plantel_and_by_the_rules_that_they_cite(small: SmallHouse) -> None:
    cited = phrases.listed(small.app)[0]
    send_back(small, "Revise la regla 3.4 y la regla 9.3, por favor.")
    send_back(small, "", phrases=[cited.id])
    send_back(small, REASON, code="TOR")
    small.approved()
    found = learning.quality(small.app, small.directora)
    assert [(row.plantel, row.submitted, row.returned) for row in found.planteles] == [
        ("CECyTE Saltillo", 3, 2),
        ("CECyTE Torreón", 1, 1),
    ]
    saltillo = dict(found.planteles[0].rules)
    assert saltillo.keys() == {"3.4", "9.3", cited.rule}
    assert found.planteles[1].rules == ()
    assert (found.total.submitted, found.total.returned, found.total.share) == (4, 3, 0.75)


def test_a_return_taken_back_and_one_of_last_year_do_not_count(small: SmallHouse) -> None:
    send_back(small, REASON)
    small.clock.pass_(days=100)
    post_id = send_back(small, REASON)
    undo.undo(small.app, small.coordinador, [post_id])
    found = learning.quality(small.app, small.directora, days=30)
    assert (found.total.submitted, found.total.returned) == (1, 0)
    assert learning.quality(small.app, small.directora, days=365).total.returned == 1


def test_false_alarms_are_shares_of_what_the_rule_found_with_their_interval(
    small: SmallHouse,
) -> None:
    ids = [small.submitted(FLAGGED) for _ in range(4)]
    dismissals.dismiss(
        small.app,
        small.coordinador,
        ids[0],
        rule="3.4",
        place="base",
        fragment="Güey",
        reason="Es el título del libro",
    )
    found = learning.quality(small.app, small.coordinador)
    rule = next(row for row in found.rules if row.rule == "3.4")
    assert (rule.found, rule.dismissed, rule.share) == (4, 1, 0.25)
    assert rule.low == pytest.approx(0.0456, abs=1e-3)
    assert rule.high == pytest.approx(0.6994, abs=1e-3)
    alarm = found.dismissals[0]
    assert (alarm.fragment, alarm.reason, alarm.likeness) == (
        "Güey",
        "Es el título del libro",
        False,
    )


def test_findings_by_likeness_are_told_apart(small: SmallHouse) -> None:
    for reason in ("parecido", "posible_parecido"):
        assert learning.LIKENESS in manual_texts._REASONS[reason][0]
    others = {
        name: said[0] for name, said in manual_texts._REASONS.items() if "parecido" not in name
    }
    assert not [name for name, said in others.items() if learning.LIKENESS in said]
    post_id = small.submitted(FLAGGED)
    with small.app.engine.begin() as connection:
        connection.execute(
            text("UPDATE finding SET explanation = :said WHERE rule = '3.4'"),
            {"said": f"Regla 3.4: el texto se parece {learning.LIKENESS}."},
        )
    dismissals.dismiss(
        small.app,
        small.coordinador,
        post_id,
        rule="3.4",
        place="base",
        fragment="Güey",
        reason="Es el título",
    )
    found = learning.quality(small.app, small.directora)
    rule = next(row for row in found.rules if row.rule == "3.4")
    assert (rule.likeness, rule.likeness_dismissed) == (1, 1)
    assert found.dismissals[0].likeness


def test_a_director_learns_of_the_own_plantel_only_and_an_operator_of_none(
    small: SmallHouse,
) -> None:
    send_back(small, REASON)
    send_back(small, REASON, code="TOR")
    found = learning.quality(small.app, small.people["DIRP.SAL"])
    assert [row.plantel for row in found.planteles] == ["CECyTE Saltillo"]
    assert found.total.submitted == 1
    for label in ("OPER.SAL", "ADM"):
        with pytest.raises(Forbidden):
            learning.quality(small.app, small.people[label])


def test_each_table_leaves_as_csv_and_as_a_workbook(small: SmallHouse) -> None:
    send_back(small, "Revise la regla 3.4, por favor.")
    sheet = calidad.export(small.app, small.coordinador, "planteles", "csv")
    assert sheet.content.decode("utf-8-sig").splitlines()[1] == "CECyTE Saltillo,1,1,0,1.0,3.4 (1)"
    for table in ("planteles", "reglas", "alarmas"):
        made = calidad.export(small.app, small.coordinador, table, "xlsx")
        assert load_workbook(io.BytesIO(made.content)).active is not None
    with pytest.raises(NotFound):
        calidad.export(small.app, small.coordinador, "otra", "csv")


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (0, 500), (250, 500)])
def test_the_interval_holds_the_share_and_stays_within_nought_and_one(hits: int, of: int) -> None:
    low, high = learning.interval(hits, of)
    assert 0 <= low <= hits / of <= high <= 1


@pytest.fixture
def published(small: SmallHouse) -> int:
    post_id = small.approved()
    Newsroom.settle(_Room(small), post_id)  # type: ignore[arg-type]
    return post_id


class _Room:
    """What ``Newsroom.settle`` needs of a newsroom, on a small house."""

    def __init__(self, small: SmallHouse) -> None:
        self.house, self.app = small, small.app


def test_the_office_holds_a_published_post_up_and_whoever_writes_sees_it_by_topic(
    small: SmallHouse, published: int
) -> None:
    assert [row.post_id for row in rows.suggested(small.app, small.coordinador)] == [published]
    with pytest.raises(Forbidden):
        examples.choose(small.app, small.operador(), published)
    with pytest.raises(Invalid):
        examples.choose(small.app, small.coordinador, published, note="x" * 301)
    examples.choose(small.app, small.coordinador, published, note="Dice lugar y hora")
    with pytest.raises(Conflict, match="ya está"):
        examples.choose(small.app, small.coordinador, published)
    assert rows.suggested(small.app, small.coordinador) == ()
    for label in ("OPER.TOR", "DIRP.ACU", "DIRV"):
        shown = rows.chosen(small.app, small.people[label], topic="institucional")
        assert [(row.post_id, row.note) for row in shown] == [(published, "Dice lugar y hora")]
        assert shown[0].permalink
        assert rows.chosen(small.app, small.people[label], topic="educativo") == ()
    examples.drop(small.app, small.coordinador, published)
    assert rows.chosen(small.app, small.operador()) == ()
    with pytest.raises(NotFound):
        examples.drop(small.app, small.coordinador, published)


def test_what_is_not_public_or_came_back_once_is_not_suggested(small: SmallHouse) -> None:
    waiting = small.approved()
    with pytest.raises(Conflict, match="publicado"):
        examples.choose(small.app, small.coordinador, waiting)
    flagged = small.reviewed(FLAGGED)
    approve.approve(small.app, small.directora, flagged, digest=small.digest(flagged))
    Newsroom.settle(_Room(small), flagged)  # type: ignore[arg-type]
    assert rows.suggested(small.app, small.coordinador) == ()
    with pytest.raises(Forbidden):
        rows.suggested(small.app, small.operador())
