"""One call of a verb: what the tests of who may what share."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.app import Actor, App
from tests.support.house import SmallHouse


@dataclass
class Call:
    """Who acts, and on which plantel of a small house."""

    small: SmallHouse
    actor: Actor
    code: str

    @property
    def app(self) -> App:
        return self.small.app

    @property
    def plantel(self) -> int:
        return self.small.planteles[self.code]

    @property
    def account(self) -> int:
        return self.small.accounts[self.code, "facebook"]
