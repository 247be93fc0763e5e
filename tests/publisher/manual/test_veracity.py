from __future__ import annotations

import datetime as dt

import pytest

from publisher.manual.veracity import host_of
from tests.publisher.manual.reviews import findings, fragments, rules, severity


@pytest.mark.parametrize(
    "text",
    [
        "Más en https://www.cecytec.edu.mx/becas.",
        "Registro en gob.mx/becas y en sep.gob.mx",
        "Síguenos en facebook.com/cecyte",
    ],
)
def test_allowed_domains_pass(text: str) -> None:
    assert "9.4" not in rules(text)


def test_other_domains_are_a_warning_and_shorteners_are_stopped() -> None:
    assert severity("Regístrate en https://becas-gratis.com/x", "9.4") == "advertencia"
    assert severity("Regístrate en bit.ly/3xYz", "9.4") == "bloqueo"
    assert fragments("Regístrate en (bit.ly/3xYz).", "9.4") == ["bit.ly/3xYz"]


def test_a_domain_that_only_ends_like_an_allowed_one_is_not_allowed() -> None:
    assert severity("Entra a https://cecytec.edu.mx.premios.top/a", "9.4") == "advertencia"
    assert severity("Entra a https://nocecytec-edu.mx/a", "9.4") == "advertencia"


def test_weekday_and_date_must_agree_where_the_year_is_known() -> None:
    assert severity("Nos vemos el lunes 24 de febrero de 2026.", "9.3") == "advertencia"
    assert "9.3" not in rules("Nos vemos el martes 24 de febrero de 2026.")
    assert "9.3" not in rules("Nos vemos el lunes 24 de febrero.")
    assert "9.3" in rules("Nos vemos el lunes 24 de febrero.", date=dt.date(2026, 2, 20))


@pytest.mark.parametrize("text", ["La entrega es el 31 de junio.", "Inicia a las 25:00 h."])
def test_what_cannot_be_is_a_warning(text: str) -> None:
    assert severity(text, "9.3") == "advertencia"


def test_a_commemoration_said_to_be_today_on_another_day_is_a_warning() -> None:
    text = "Hoy celebramos el Día de la Bandera."
    (found,) = [f for f in findings(text, date=dt.date(2026, 2, 20)) if f.rule == "2.2"]
    assert "martes 24 de febrero de 2026" in found.explanation
    assert "2.2" not in rules(text, date=dt.date(2026, 2, 24))
    assert "2.2" not in rules(text)


def test_a_host_is_read_with_and_without_scheme() -> None:
    assert host_of("HTTPS://Www.Gob.mx:443/x") == "www.gob.mx"
    assert host_of("gob.mx/x") == "gob.mx"
    assert host_of("http://[") == ""
