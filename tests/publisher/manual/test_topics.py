from __future__ import annotations

import pytest

from tests.publisher.manual.reviews import rules, severity


@pytest.mark.parametrize("topic", ["institucional", "Conmemoración cívica", "conmemoracion_civica"])
def test_permitted_topics_pass_however_they_are_written(topic: str) -> None:
    assert "1.2" not in rules("Hola.", topic=topic)


@pytest.mark.parametrize("topic", ["", "  ", "deportes de mi equipo"])
def test_no_topic_or_another_is_stopped(topic: str) -> None:
    assert severity("Hola.", "1.2", topic=topic) == "bloqueo"


def test_an_unknown_topic_is_not_judged() -> None:
    assert "1.2" not in rules("Hola.")
