"""What else the accounts show: texts that were there lately, hours that are taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher.editorial import plan, submit
from publisher.editorial.checking import FindingView
from publisher.editorial.content import DraftContent
from publisher.editorial.echoes import Around, Other, repeated
from publisher.models import Finding
from tests.support.house import WALL, SmallHouse

LONG = (
    "El club de lectura del plantel se reúne en la biblioteca el jueves a las 10:00 h,"
    " con la maestra invitada de la universidad."
)


def found(small: SmallHouse, rule: str, content: DraftContent) -> list[FindingView]:
    checked = submit.check(small.app, small.operador(), small.planteles["SAL"], content)
    return [view for view in checked.findings if view.rule == rule]


def score(one: str, other: str) -> int:
    around = Around(recent=(Other(post_id=1, account_id=1, at=None, texts=(other,)),))
    echo = repeated([one], around)
    return echo.score if echo else 0


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (LONG, True),
        (LONG.upper() + " https://cecytec.edu.mx/a1", True),
        (LONG.replace("invitada", "visitante"), True),
        (
            "Con la maestra invitada de la universidad, " + LONG.split(",", maxsplit=1)[0] + ".",
            True,
        ),
        (LONG.replace("10:00", "12:00"), False),
        (
            "El taller de ajedrez del plantel se reúne en el patio a las 10:00 h cada viernes.",
            False,
        ),
        ("", False),
    ],
)
def test_texts_are_alike_by_their_words_and_never_where_their_numbers_differ(
    other: str, alike: bool
) -> None:
    assert (score(LONG, other) >= 90) is alike


def test_of_short_texts_only_the_same_one_counts() -> None:
    assert score("¡Buen inicio de semestre!", "Buen inicio de semestre") == 100
    assert score("¡Buen inicio de semestre!", "¡Buen fin de semestre!") == 0


def test_a_repeated_post_is_warned_with_its_link_while_it_counts(small: SmallHouse) -> None:
    only = small.account_ids("x")
    assert found(small, "2.6", small.content(account_ids=only)) == []
    post_id = small.approved(account_ids=only)
    (warning,) = found(small, "2.6", small.content(account_ids=only))
    assert warning.severity == "warn"
    assert f"/publicacion?id={post_id}" in warning.suggestion
    assert "x_sal" in warning.explanation
    # another account never showed it, another text is another post
    assert found(small, "2.6", small.content(account_ids=small.account_ids("facebook"))) == []
    assert found(small, "2.6", small.content("Otro aviso.", account_ids=only)) == []
    small.clock.pass_(days=40)
    assert found(small, "2.6", small.content(account_ids=only)) == []


def test_what_waits_for_a_decision_counts_too(small: SmallHouse) -> None:
    only = small.account_ids("x")
    small.submitted(account_ids=only)
    (warning,) = found(small, "2.6", small.content(account_ids=only))
    assert "espera" in warning.explanation


def test_a_post_does_not_repeat_itself(small: SmallHouse) -> None:
    post_id = small.reviewed(account_ids=small.account_ids("x"))
    with small.app.read() as session:
        rules = set(
            session.scalars(select(col(Finding.rule)).where(col(Finding.post_id) == post_id))
        )
    assert "2.6" not in rules


def test_two_posts_of_an_account_at_one_hour_are_told(small: SmallHouse) -> None:
    post_id = small.approved(account_ids=small.account_ids("x"), local_at=WALL)
    other = "Inscripciones abiertas en Servicios Escolares durante toda la semana."
    meet = small.content(other, local_at="2026-11-27T10:10", account_ids=small.account_ids("x"))
    (told,) = found(small, "2.7", meet)
    assert told.severity == "info"
    assert f"/publicacion?id={post_id}" in told.suggestion
    apart = small.content(other, local_at="2026-11-27T10:20", account_ids=small.account_ids("x"))
    assert found(small, "2.7", apart) == []
    plan.pull_back(small.app, small.coordinador, post_id, reason="Se suspendió la actividad.")
    assert found(small, "2.7", meet) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_posts_of_a_plantel_on_one_topic_meet_on_other_networks_too(small: SmallHouse) -> None:
    post_id = small.approved(account_ids=small.account_ids("x"), local_at=WALL)
    other = "Inscripciones abiertas en Servicios Escolares durante toda la semana."
    pages = small.account_ids("facebook")
    meet = small.content(other, local_at="2026-11-27T10:10", account_ids=pages)
    (told,) = found(small, "2.7", meet)
    assert "otra publicación del plantel, sobre el mismo tema" in told.explanation
    assert "x_sal (X) el 27 nov 2026, 10:00" in told.explanation
    assert f"/publicacion?id={post_id}" in told.suggestion
    assert found(small, "2.7", replace(meet, topic="educativo")) == []
    assert found(small, "2.7", replace(meet, local_at="2026-11-27T10:20")) == []
    of_another = replace(meet, account_ids=small.account_ids("facebook", code="TOR"))
    checked = submit.check(small.app, small.coordinador, small.planteles["TOR"], of_another)
    assert "2.7" not in {view.rule for view in checked.findings}
