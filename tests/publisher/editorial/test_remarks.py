"""Comments anchored to a fragment, and findings that a reviewer calls false alarms."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from publisher.app import Actor
from publisher.editorial import approve, dismissals, remarks, review
from publisher.editorial.content import MediaUse
from publisher.editorial.remarks import anchor
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.models import FindingDismissal, Notice
from publisher.queries.findings import FindingRow
from publisher.queries.post import story
from tests.publisher.editorial.audit import actions
from tests.publisher.editorial.texts import REASON
from tests.support.house import TEXT, WALL, SmallHouse

LINK = "www.ejemplo.com/club"
LINKED = f"{TEXT} Más en {LINK}"
"""A text that rule 9.4 warns of, wherever a colloquial word would not be enough."""


def test_a_comment_keeps_the_fragment_that_it_is_about_and_its_author_hears_of_it(
    small: SmallHouse,
) -> None:
    post_id = small.reviewed()
    start = TEXT.index("jueves")
    remarks.add(
        small.app,
        small.directora,
        post_id,
        text=" ¿De qué fecha? ",
        fragment="jueves",
        start=start,
    )
    (found,) = story(small.app, small.operador(), post_id).remarks
    assert (found.place, found.start, found.end) == ("base", start, start + 6)
    assert (found.text, found.author, found.revision) == ("¿De qué fecha?", "Persona DIRV", 1)
    assert actions(small, post_id)[-1] == "post.remark"
    with small.app.read() as session:
        notice = session.scalars(select(Notice).where(col(Notice.kind) == "post.remark")).one()
    assert notice.person_id == small.operador().person_id
    assert notice.body == "Sobre «jueves»: ¿De qué fecha?"


def test_a_comment_may_be_on_an_alternative_text_or_on_the_whole_post(small: SmallHouse) -> None:
    alt = "Alumnas leen alrededor de una mesa en la biblioteca"
    use = MediaUse(media_id=small.medium(), alt_text=alt, credit="Plantel")
    post_id = small.submitted(media=(use,), local_at=WALL)
    remarks.add(
        small.app, small.coordinador, post_id, text="¿Cuántos?", place="alt:1", fragment="Alumnas"
    )
    remarks.add(small.app, small.operador(), post_id, text="Son seis, del turno matutino.")
    first, second = story(small.app, small.coordinador, post_id).remarks
    assert (first.place, first.start) == ("alt:1", 0)
    assert (second.start, second.fragment) == (None, "")


def test_a_fragment_that_is_not_in_the_text_is_refused(small: SmallHouse) -> None:
    post_id = small.submitted()
    with pytest.raises(Invalid, match="No se encuentra «sábado»"):
        remarks.add(small.app, small.coordinador, post_id, text="¿Cuál?", fragment="sábado")
    with pytest.raises(Invalid, match="letras"):
        remarks.add(small.app, small.coordinador, post_id, text=" ")
    with pytest.raises(Forbidden):
        remarks.add(small.app, small.operador("TOR"), post_id, text="No es mía")


@pytest.mark.parametrize(
    ("text", "fragment", "start", "found"),
    [
        ("a b a", "a", 4, (4, 5)),
        ("a b a", "a", 3, (4, 5)),
        ("nuevo a b", "a", 0, (6, 7)),
        ("nada", "x", 0, None),
        ("nada", "", 0, None),
    ],
)
def test_a_fragment_is_found_again_where_it_stood_or_nearest_to_it(
    text: str, fragment: str, start: int, found: tuple[int, int] | None
) -> None:
    assert anchor(text, fragment, start) == found


def test_who_corrects_the_post_marks_a_comment_as_dealt_with_once(small: SmallHouse) -> None:
    post_id = small.reviewed()
    remark_id = remarks.add(small.app, small.directora, post_id, text="¿De qué fecha?")
    approve.send_back(small.app, small.directora, post_id, reason=REASON)
    with pytest.raises(Forbidden):
        remarks.resolve(small.app, small.operador("TOR"), remark_id)
    remarks.resolve(small.app, small.operador(), remark_id)
    (found,) = story(small.app, small.directora, post_id).remarks
    assert (found.resolved_at, found.resolved_by) == (small.clock.now, "Persona OPER.SAL")
    with pytest.raises(Conflict):
        remarks.resolve(small.app, small.operador(), remark_id)
    with pytest.raises(NotFound):
        remarks.resolve(small.app, small.operador(), 999_999)


def dismiss(small: SmallHouse, person: Actor, post_id: int, reason: str) -> None:
    (found,) = story(small.app, small.coordinador, post_id).findings
    dismissals.dismiss(small.app, person, post_id, reason=reason, **named(found))


def named(found: FindingRow) -> dict[str, str]:
    return {"rule": found.rule, "place": found.network, "fragment": found.fragment}


def test_a_false_alarm_is_kept_with_its_rule_and_can_be_taken_back(small: SmallHouse) -> None:
    post_id = small.submitted(LINKED)
    (finding,) = story(small.app, small.coordinador, post_id).findings
    assert (finding.fragment, finding.start) == (LINK, LINKED.index(LINK))
    dismiss(small, small.coordinador, post_id, "Es el sitio del club.")
    (shown,) = story(small.app, small.directora, post_id).findings
    assert (shown.dismissed, shown.dismissed_by) == ("Es el sitio del club.", "Persona COOR")
    with small.app.read() as session:
        kept = session.scalars(select(FindingDismissal)).one()
    assert (kept.rule, kept.severity, kept.fragment) == ("9.4", "warn", LINK)
    with pytest.raises(Conflict):
        dismiss(small, small.coordinador, post_id, "Otra vez.")
    dismissals.reinstate(small.app, small.coordinador, post_id, **named(finding))
    (shown,) = story(small.app, small.directora, post_id).findings
    assert shown.dismissed == ""
    assert actions(small, post_id)[-2:] == ["post.finding.dismissed", "post.finding.reinstated"]
    with pytest.raises(Conflict):
        dismissals.reinstate(small.app, small.coordinador, post_id, **named(finding))


def test_a_false_alarm_outlives_the_check_of_the_dictamen(small: SmallHouse) -> None:
    post_id = small.submitted(LINKED)
    dismiss(small, small.coordinador, post_id, "Es el sitio del club.")
    review.give(
        small.app,
        small.coordinador,
        post_id,
        decision="reviewed",
        account_ids=small.account_ids(),
        local_at=WALL,
    )
    (again,) = story(small.app, small.directora, post_id).findings
    assert again.dismissed
    dismissals.reinstate(small.app, small.directora, post_id, **named(again))
    with pytest.raises(NotFound, match="se revisó de nuevo"):
        dismissals.reinstate(
            small.app, small.directora, post_id, rule="9.4", place="x", fragment=LINK
        )


def test_nobody_calls_a_false_alarm_what_is_theirs_or_not_for_them_to_judge(
    small: SmallHouse,
) -> None:
    post_id = small.submitted(LINKED)
    for person in (small.operador(), small.people["ADM"], small.people["AUD"]):
        with pytest.raises(Forbidden):
            dismiss(small, person, post_id, "No aplica.")
    with pytest.raises(Invalid, match="pocas palabras"):
        dismiss(small, small.coordinador, post_id, " ")
    with small.app.read() as session:
        assert session.scalars(select(col(FindingDismissal.id))).all() == []
