"""The comprobante tells what became of a delivery: by whom, by hand, corrected, taken down."""

from __future__ import annotations

from datetime import date

import pytest

from publisher import institution
from publisher.delivery import by_hand_answer, changes, removal
from publisher.errors import NotFound
from publisher.institution import Procedure
from publisher.queries.comprobante import comprobante
from tests.publisher.delivery.desk import Desk
from tests.publisher.delivery.test_by_hand import LINKS
from tests.publisher.delivery.test_correction import NEW, REASON, approved, by_rule, published
from tests.publisher.documents.test_comprobante import shown


def test_the_paper_of_a_corrected_post_shows_both_texts_and_who_answered(desk: Desk) -> None:
    id_ = published(desk)
    small = desk.small
    (first,) = (post.text for post in desk.networks.posts)
    paper = shown(comprobante(desk.app, small.operador(), id_))
    assert first in paper
    assert "orregida" not in paper
    assert desk.receipts(id_)[0].remote_id in paper
    approved(desk, id_)
    changes.change_due(desk.app)
    paper = shown(comprobante(desk.app, small.operador(), id_))
    for said in (first, NEW, REASON, small.directora.name, small.coordinador.name):
        assert said in paper
    removal.remove(desk.app, small.directora, [id_], reason=REASON)
    changes.change_due(desk.app)
    assert "Retirada de la red" in shown(comprobante(desk.app, small.people["AUD"], id_))


@by_rule
def test_what_was_published_by_hand_says_by_whom(desk: Desk) -> None:
    (id_,) = desk.due("x")
    desk.change_account(desk.row(id_).account_id, connector="x_assisted")
    desk.run(desk.engine())
    by_hand_answer.confirm(
        desk.app, desk.small.operador(), id_, link=LINKS["x"], insist=True, reason=REASON
    )
    new = Procedure(code="PI-DV-DI-02", version="01", until=date(2027, 1, 31))
    institution.set_procedure(desk.app, desk.small.people["ADM"], new)
    paper = shown(comprobante(desk.app, desk.small.directora, id_))
    assert f"Publicada a mano por {desk.small.operador().name}" in paper
    assert "Procedimiento PI-DV-DI-02, versión 01, vigencia 31/01/2027" in paper


@by_rule
def test_nothing_public_has_no_paper_and_another_plantel_sees_none(desk: Desk) -> None:
    (waiting,) = desk.approve("facebook")
    id_ = published(desk)
    for who, delivery in (("DIRV", waiting), ("OPER.TOR", id_), ("DIRV", 999_999)):
        with pytest.raises(NotFound):
            comprobante(desk.app, desk.small.people[who], delivery)
