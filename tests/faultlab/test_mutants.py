"""The scenario ``mutants`` names a fault that goes unseen, and a story that is not clean."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.faultlab import mutants, stories
from tests.faultlab.mutants import Mutant
from tests.faultlab.scenarios.mutants import is_seen
from tests.faultlab.stories import Stage


def test_what_goes_unseen_is_named(tmp_path: Path) -> None:
    goals: list[str] = []
    lab: Any = SimpleNamespace(require=lambda held, said: held or goals.append(said))
    stage = Stage(tmp_path / "escenario")
    harmless = Mutant(
        name="nothing is wrong",
        story=stories.a_post_is_sent,
        broken=lambda _scene: nullcontext(),
    )
    assert not is_seen(lab, stage, harmless)
    assert goals == ["«nothing is wrong» went unseen"]
    (real,) = [mutant for mutant in mutants.IN_PROCESS if mutant.name == "no intent is written"]
    assert is_seen(lab, stage, real)
    assert len(goals) == 1
