from __future__ import annotations

from publisher.manual.findings import MediaFacts
from tests.publisher.manual.reviews import findings, rules, severity


def test_a_person_without_consent_is_stopped_and_unknown_is_not_judged() -> None:
    assert severity("Hola.", "6.1", media=(MediaFacts(person=True, consent=""),)) == "bloqueo"
    assert "6.1" not in rules("Hola.", media=(MediaFacts(person=True, consent="C-1"),))
    assert "6.1" not in rules("Hola.", media=(MediaFacts(person=True),))
    assert "6.1" not in rules("Hola.", media=(MediaFacts(person=False, consent=""),))


def test_credit_and_captions() -> None:
    assert severity("Hola.", "14.1", media=(MediaFacts(credit=" "),)) == "bloqueo"
    assert "14.1" not in rules("Hola.", media=(MediaFacts(credit="Ana R."), MediaFacts()))
    assert (
        severity("Hola.", "12.4", media=(MediaFacts(kind="video", captions=False),))
        == "advertencia"
    )
    assert "12.4" not in rules("Hola.", media=(MediaFacts(kind="image", captions=False),))


def test_each_image_is_told_by_its_number() -> None:
    found = findings("Hola.", media=(MediaFacts(credit="Ana"), MediaFacts(credit="")))
    assert "imagen 2" in found[0].explanation
