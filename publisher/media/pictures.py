"""Run the decoder in a child process, and say which pictures each network gets.

A child costs about 100 ms and its death costs nothing: a file that exhausts memory, time or luck is
refused as damaged, and whoever uploaded it reads one sentence.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from connectors.limits import limits_for, value
from publisher.errors import Invalid
from publisher.media import child, decoder
from publisher.media.decoder import Picture, Recipe
from publisher.texts import media as texts

MAX_BYTES: Final = 25 * 1000 * 1000
MASTER: Final = "master"
SECONDS: Final = 40.0
_SIDE_SHOWN: Final = 4096
"""The longest side worth sending to X and Facebook, which show no more than that."""


@cache
def recipes() -> tuple[Recipe, ...]:
    """Return the master's recipe and one a network, from the platforms' dated limits.

    Nothing is cropped: a ratio that Instagram refuses stays, and its connector's check says so.
    """
    instagram = limits_for("instagram")
    width = instagram.image_width or (0, decoder.MAX_SIDE)
    return (
        Recipe(name=MASTER, max_bytes=MAX_BYTES),
        Recipe(
            name="facebook",
            max_bytes=value("facebook", "image_bytes_advised"),
            max_side=_SIDE_SHOWN,
        ),
        Recipe(name="x", max_bytes=value("x", "image_bytes_max"), max_side=_SIDE_SHOWN),
        Recipe(
            name="instagram",
            max_bytes=value("instagram", "image_bytes_max"),
            max_width=width[1],
        ),
    )


def process(data: bytes) -> tuple[Picture, ...]:
    """Return the clean master of ``data`` and its renditions, in the order of ``recipes``.

    Raises ``Invalid`` with the sentence for who uploads; ``Unready`` if no child can run here.
    """
    if len(data) > MAX_BYTES:
        raise refusal("too_large", size=len(data))
    try:
        decoder.sniff(data)  # spares a child for what is plainly no image
        return _in_child(data)
    except decoder.Refused as refused:
        raise refusal(refused.reason) from None


def refusal(reason: str, *, size: int = 0) -> Invalid:
    """Return the error that says why a file is not taken."""
    sentence = texts.REFUSALS[reason].format(
        megabytes=-(-size // 1_000_000),
        limit=MAX_BYTES // 1_000_000,
        pixels=decoder.MAX_PIXELS // 1_000_000,
        side=decoder.MAX_SIDE,
    )
    return Invalid(sentence, field="file")


def _in_child(data: bytes) -> tuple[Picture, ...]:
    argument = decoder.to_json(recipes())
    try:
        with child.answer_of(decoder.__file__, argument, given=data, seconds=SECONDS) as answer:
            return decoder.read_answer(answer)
    except child.Died:
        raise decoder.Refused("damaged") from None
