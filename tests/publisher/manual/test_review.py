from __future__ import annotations

import dataclasses

from publisher.manual.document import shipped
from publisher.manual.findings import Facts
from publisher.manual.review import TEXT_MAX, review
from tests.publisher.manual.reviews import findings, verdict


def test_the_gravest_finding_makes_the_verdict_and_comes_first() -> None:
    text = "La neta, qué mierda de dia!"
    found = findings(text)
    assert verdict(text) == "block"
    assert [f.severity for f in found] == sorted(
        (f.severity for f in found), key=["bloqueo", "advertencia", "informativa"].index
    )


def test_informative_findings_alone_leave_a_post_ok() -> None:
    assert verdict("Que bonita mañana!") == "ok"
    assert findings("Que bonita mañana!")


def test_the_manual_caps_the_severity_and_a_rule_taken_out_is_silent() -> None:
    text = "Qué mierda."
    softer = tuple(
        dataclasses.replace(rule, severity="advertencia") if rule.id == "3.1" else rule
        for rule in shipped().rules
    )
    assert review(text, Facts(), dataclasses.replace(shipped(), rules=softer)).verdict == "flag"
    without = tuple(rule for rule in shipped().rules if rule.id != "3.1")
    assert review(text, Facts(), dataclasses.replace(shipped(), rules=without)).verdict == "ok"


def test_what_judged_is_recorded() -> None:
    found = review("Hola.", Facts(), shipped())
    assert found.manual_hash == shipped().hash
    assert found.manual_version == "1.0"
    assert len(found.lexicon_hash) == 64


def test_a_text_too_long_to_read_is_stopped_and_says_so() -> None:
    found = review("hola " * 2_001, Facts(), shipped())
    assert found.verdict == "block"
    assert any(f.rule == "11.4" and f.start == TEXT_MAX for f in found.findings)


def test_an_empty_text_is_ok() -> None:
    assert verdict("") == "ok"


def test_the_same_text_gives_the_same_review() -> None:
    text = "Qué p1nche frío, llamen a la mamá de Luis al 844 555 0101."
    assert review(text, Facts(), shipped()) == review(text, Facts(), shipped())
