"""An event to which somebody is invited is still to come."""

from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import line


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("Te esperamos el 10 de noviembre en la feria vocacional.", True),
        ("Te esperamos el 30 de noviembre en la feria vocacional.", False),
        ("Te esperamos el 10 de noviembre de 2027 en la feria vocacional.", False),
        ("El 10 de noviembre se realizó la feria; participaron 20 equipos. ¡No faltes!", False),
        ("Inscríbete del 10 de noviembre al 15 de diciembre.", False),
        ("El 10 de noviembre nació el plantel.", False),
        ("Inscríbete a la convocatoria emitida el 10 de noviembre.", False),
        ("El torneo se llevará a cabo el 2 de noviembre en el gimnasio.", True),
    ],
)
def test_an_invitation_to_a_day_that_passed_is_warned(text: str, warned: bool) -> None:
    found = line({"text": text, "date": "2026-11-23"})["findings"]
    assert any("ya habrá pasado" in one["explanation"] for one in found) is warned
    assert not any(
        "ya habrá pasado" in one["explanation"] for one in line({"text": text})["findings"]
    )
