"""One answer of a person for many held deliveries, as a downtime leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import col

from publisher import localtime
from publisher.app import Actor, App
from publisher.delivery import decide
from publisher.delivery.evidence import require_reason
from publisher.delivery.states import DOUBTFUL
from publisher.errors import Conflict, Invalid, PublisherError
from publisher.models import Delivery
from publisher.texts import deciding as texts

Verb = Literal["resume", "reschedule", "discard"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A delivery that somebody chose in a list, with the digest of what the list showed of it."""

    id: int
    seen: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one chosen delivery; ``sentence`` tells why where it was refused."""

    id: int
    ok: bool
    sentence: str = ""


def decide_many(
    app: App,
    actor: Actor,
    chosen: Sequence[Choice],
    verb: Verb,
    *,
    reason: str,
    local_at: str = "",
    fold: int | None = None,
) -> tuple[Answer, ...]:
    """Decide alike on several held deliveries, each in a transaction of its own.

    One that cannot be decided so (somebody else was first, another plantel, its approval) stops no
    other. Doubtful ones are refused: each needs its own evidence. Raises ``Invalid`` where the
    answer itself is no good for any.
    """
    require_reason(reason)
    if not chosen:
        raise Invalid(texts.NONE_CHOSEN, field="chosen")
    act: Any = {"resume": decide.resume, "discard": decide.discard}.get(verb)
    if act is None:
        localtime.parse_wall(local_at)
        act = partial(decide.reschedule, local_at=local_at, fold=fold)
    answers = []
    for choice in chosen:
        try:
            _require_held(app, choice.id)
            act(app, actor, choice.id, reason=reason, seen=choice.seen)
        except PublisherError as error:
            answers.append(Answer(id=choice.id, ok=False, sentence=str(error)))
        else:
            answers.append(Answer(id=choice.id, ok=True))
    return tuple(answers)


def _require_held(app: App, delivery_id: int) -> None:
    with app.read() as session:
        state = session.scalar(select(col(Delivery.state)).where(col(Delivery.id) == delivery_id))
    if state in DOUBTFUL:
        raise Conflict(texts.MANY_DOUBTFUL)
