from __future__ import annotations

import datetime as dt

from tests.publisher.manual.reviews import rules, severity, verdict

INSIDE, LAST, AFTER = dt.date(2026, 5, 20), dt.date(2026, 6, 7), dt.date(2026, 6, 8)
SERVICE = "Entrega de fichas en Control Escolar."
DEED = "El Gobierno del Estado entregó 300 uniformes a la escolta."


def test_inside_a_window_every_post_is_warned_and_after_it_none() -> None:
    assert severity(SERVICE, "7.3", date=INSIDE) == "advertencia"
    assert severity(SERVICE, "7.3", date=LAST) == "advertencia"
    assert verdict(SERVICE, date=AFTER) == "ok"


def test_inside_a_window_deeds_are_stopped() -> None:
    assert verdict(DEED, date=INSIDE) == "block"
    assert verdict(DEED, date=AFTER) == "ok"


def test_praise_of_a_public_servant_is_a_warning_and_in_a_window_stopped() -> None:
    praise = "Gracias, señor alcalde, por su gran labor."
    assert severity(praise, "7.2") == "advertencia"
    assert severity(praise, "7.2", date=INSIDE) == "bloqueo"


def test_an_unknown_date_is_in_no_window() -> None:
    assert "7.3" not in rules(DEED)


def test_an_acronym_is_a_party_only_in_capitals() -> None:
    assert verdict("Vota PAN este domingo.") == "block"
    assert verdict("El pan de muerto del taller estuvo listo.") == "ok"
