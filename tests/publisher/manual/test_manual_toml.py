"""Each rule's examples in the shipped manual, run."""

from __future__ import annotations

import pytest

from publisher.manual.document import Example, Rule, shipped
from tests.publisher.manual.reviews import line

EXAMPLES = [(rule, example) for rule in shipped().rules for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "example"),
    EXAMPLES,
    ids=[f"{rule.id}-{example.text[:30]}" for rule, example in EXAMPLES],
)
def test_an_example_is_judged_as_the_manual_says(rule: Rule, example: Example) -> None:
    found = line({"text": example.text, **example.facts})
    assert any(finding["rule"] == rule.id for finding in found["findings"]) == example.matches


def test_every_evaluated_rule_about_the_text_has_an_example_of_each_kind() -> None:
    by_facts = {"2.6", "2.7", "6.1", "11.4", "12.4", "14.1"}
    for rule in shipped().rules:
        if rule.kind != "human" and rule.id not in by_facts:
            assert {example.matches for example in rule.examples} == {True, False}, rule.id
