"""Posts of mixed kinds, deterministic by seed: what an operador of each plantel could write."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from publisher.texts import samples as texts

Kind = Literal["text", "photo", "carousel", "link"]
KINDS: tuple[Kind, ...] = ("photo", "text", "carousel", "link")
NETWORKS: dict[Kind, tuple[str, ...]] = {
    "photo": ("facebook", "instagram", "x"),
    "carousel": ("facebook", "instagram", "x"),
    "text": ("facebook", "x"),
    "link": ("facebook", "x"),
}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One post to be made: for which plantel (index), its text and how many photos."""

    plantel: int
    kind: Kind
    topic: str
    text: str
    photos: int
    alt_texts: tuple[str, ...]
    picture_seed: int

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that can show this kind; Instagram needs a photo."""
        return NETWORKS[self.kind]


def approved(n: int, *, seed: int, planteles: Sequence[str]) -> list[Sample]:
    """Return ``n`` posts that the manual lets through, each with a different text."""
    dice = random.Random(seed)  # noqa: S311 - sample texts, not secrets
    order = list(range(len(planteles)))
    dice.shuffle(order)
    samples = []
    for number in range(n):
        plantel = order[number % len(order)]
        kind = KINDS[number % len(KINDS)]
        topic, body = dice.choice(texts.BODIES)
        text = body.format(
            plantel=_short(planteles[plantel]),
            group=dice.randint(1, 6),
            hour=dice.randint(8, 17),
            place=dice.choice(texts.PLACES),
            count=dice.randint(12, 90),
        )
        text = f"{text} {texts.CLOSING.format(number=number + 1, code=f'{seed:x}')}"
        if kind == "link":
            text = f"{text} {texts.LINK}"
        photos = {"photo": 1, "carousel": 2 + number % 3}.get(kind, 0)
        samples.append(
            Sample(
                plantel=plantel,
                kind=kind,
                topic=topic,
                text=text,
                photos=photos,
                alt_texts=tuple(dice.sample(texts.ALT_TEXTS, photos)),
                picture_seed=dice.randrange(2**31),
            )
        )
    return samples


def blocked(n: int, *, seed: int, planteles: Sequence[str]) -> list[Sample]:
    """Return ``n`` posts that the manual refuses."""
    return _plain(texts.BLOCKED, n, seed=seed, planteles=planteles)


def returned(n: int, *, seed: int, planteles: Sequence[str]) -> list[Sample]:
    """Return ``n`` posts that pass the manual and that a person sends back."""
    return _plain(texts.RETURNED, n, seed=seed, planteles=planteles)


def _plain(
    bodies: Sequence[tuple[str, str]], n: int, *, seed: int, planteles: Sequence[str]
) -> list[Sample]:
    dice = random.Random(seed)  # noqa: S311 - sample texts, not secrets
    chosen = [bodies[number % len(bodies)] for number in range(n)]
    return [
        Sample(
            plantel=dice.randrange(len(planteles)),
            kind="text",
            topic=topic,
            text=body,
            photos=0,
            alt_texts=(),
            picture_seed=0,
        )
        for topic, body in chosen
    ]


def _short(name: str) -> str:
    return name.partition(" (")[0]
