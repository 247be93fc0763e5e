"""A call of a public verb, and what it asks of the table of who may what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.scene import Call

REASON = "Lo pide la coordinación para el acto del viernes"
Where = Literal["plantel", "anywhere", "all"]


@dataclass
class Scene(Call):
    """One call: who acts, on which plantel, and the rows that stand there."""

    posts: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)

    @property
    def handle(self) -> str:
        return f"facebook_{self.code}".lower()

    @property
    def delivery(self) -> int:
        return self.deliveries[self.code]

    def at(self, state: str) -> int:
        """Return the scene's post that was brought to ``state``."""
        return self.posts[f"{self.code}.{state}"]

    def content(self) -> Any:
        return self.small.content(code=self.code)

    def version(self, state: str) -> int:
        return self.small.post(self.at(state)).version


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a verb asks of the table, and a call of it.

    ``where`` says of which place it asks: a ``plantel`` (the scene's), ``anywhere`` the actor has
    it, or ``all`` planteles. ``hides`` is for verbs that answer as if the thing did not exist,
    ``lent`` is False where a delegation lends nothing.
    """

    action: str
    call: Callable[[Scene], object]
    where: Where = "plantel"
    hides: bool = False
    lent: bool = True


def case(
    action: str,
    call: Callable[[Scene], object],
    where: Where = "plantel",
    *,
    hides: bool = False,
    lent: bool = True,
) -> Case:
    return Case(action=action, call=call, where=where, hides=hides, lent=lent)


NOBODY = 999_999
"""No row has this id: what is allowed answers that it does not exist, and changes nothing."""
