"""Short stories of one small house, in which a fault of ours must be seen by a promise.

Each drives the real engine a step at a time against scripted networks (``tests.support.sea``) and
returns; ``Scene.judge`` then says what was broken. On the product as it is, every story is clean.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import SessionTransaction

from publisher.db import make_engine
from publisher.delivery import engine as engines
from publisher.delivery import recovery, stopping
from publisher.delivery.engine import Engine
from publisher.delivery.reconcile import reconcile
from publisher.editorial.content import MediaUse
from publisher.logs import configure_logs
from tests.publisher.delivery.desk import Desk
from tests.support import invariants, transitions
from tests.support.house import SmallHouse, make_small, reopen_small
from tests.support.sea import Sea

REASON = "Motivo suficiente de la prueba"


@dataclass
class Scene:
    """A house of its own, with a first worker."""

    desk: Desk
    sea: Sea

    def hire(self) -> tuple[Engine, str]:
        """Return a new worker and its row's id."""
        owner = self.desk.hire()
        return self.desk.engine(owner), owner

    def send(self, engine: Engine, *fates: str) -> None:
        """Let a worker do a turn, one call with each fate, and a turn."""
        engine.turn()
        self.sea.fates = list(fates)
        while engine.perform():
            pass
        engine.turn()

    def doubt(self, engine: Engine, fate: str = "lost, shown") -> None:
        """Let the first of an account's posts end in doubt."""
        self.desk.due("facebook")
        self.send(engine, fate)

    def look(self, *, rounds: int = 4, seconds: float | None = None) -> None:
        """Let the time of looks come, and look."""
        for _ in range(rounds):
            self.desk.small.clock.pass_(seconds=seconds or self.desk.timing.settle)
            reconcile(self.desk.app)

    def photo(self) -> None:
        """Let a post with a picture come due, which is uploaded before anything is begun."""
        media = (MediaUse(media_id=self.desk.small.medium(), alt_text="Patio", credit="Propia"),)
        self.desk.due("instagram", media=media)

    def judge(self) -> list[str]:
        """Return the promises that are broken by now."""
        return invariants.at_any_time(self.desk.seen())


class Stage:
    """Where the scenes are made: each from a copy of one house."""

    def __init__(self, folder: Path) -> None:
        configure_logs("CRITICAL")
        self._folder = folder
        self._model = folder / "modelo"
        self._model.mkdir(parents=True)
        engine = make_engine(f"sqlite:///{self._model / 'pregonero.db'}")
        self._small: SmallHouse = make_small(engine, self._model)
        transitions.record(engine)
        engine.dispose()
        self._numbers = count(1)

    @contextmanager
    def scene(self) -> Iterator[Scene]:
        """Open a new house on its own database."""
        here = self._folder / f"escena{next(self._numbers)}"
        here.mkdir()
        shutil.copy(self._model / "pregonero.db", here)
        engine = make_engine(f"sqlite:///{here / 'pregonero.db'}")
        small = reopen_small(self._small, engine, here)
        sea = Sea(clock=small.clock)
        app = replace(small.app, connect=sea)
        desk: Any = Desk(small=replace(small, app=app), networks=sea)  # type: ignore[arg-type]
        # deadlines count on the story's clock
        fake = SimpleNamespace(monotonic=lambda: small.clock().timestamp())
        try:
            with patch.object(engines, "time", fake):
                yield Scene(desk=desk, sea=sea)
        finally:
            engine.dispose()
            shutil.rmtree(here, ignore_errors=True)


Story = Callable[[Scene], None]


def a_commit_fails(scene: Scene) -> None:
    engine, _ = scene.hire()
    engine.turn()
    scene.desk.due("x")
    with no_commit(), suppress(OperationalError):
        engine.turn()
    while engine.perform():
        pass


def an_old_answer_comes_back(scene: Scene) -> None:
    """A process taken for dead answers while another one sends the same delivery again."""
    old, owner = scene.hire()
    scene.desk.due("facebook")
    old.turn()
    scene.sea.fates = ["not sent"]
    old.perform()
    scene.desk.bury(owner)
    new, name = scene.hire()
    scene.desk.recover(name)
    scene.desk.due("facebook", code="TOR")
    scene.send(new)
    scene.look()
    new.turn()
    old.turn()


def a_paused_process_wakes_up(scene: Scene) -> None:
    """A worker was paused between its check and its send, past its lease."""
    _paused(scene, host={})


def a_silent_host_wakes_up(scene: Scene) -> None:
    """A worker of another host is only cut off, and sends later."""
    _paused(scene, host={"host": "otra"})


def _paused(scene: Scene, *, host: dict[str, str]) -> None:
    old, owner = scene.hire()
    scene.desk.due("facebook")
    old.turn()

    def others_go_on() -> None:
        if host:
            scene.desk.change_worker(owner, **host)
        scene.desk.age(owner)
        others_take_over(scene)

    scene.sea.meanwhile = others_go_on
    old.perform()


def others_take_over(scene: Scene) -> None:
    """Let another worker recover a page's post, look, and send again what is not there."""
    new, name = scene.hire()
    scene.desk.recover(name)
    # another page's post, younger and listed: the absence is conclusive
    scene.desk.due("facebook", code="TOR")
    scene.send(new)
    scene.look()
    scene.send(new)


def a_listing_is_partial(scene: Scene) -> None:
    engine, _ = scene.hire()
    scene.sea.listing = "partial"
    scene.doubt(engine)
    scene.look(rounds=8)
    scene.send(engine)


def a_listing_lags(scene: Scene) -> None:
    engine, _ = scene.hire()
    settle = scene.desk.timing.settle
    scene.sea.lag = timedelta(seconds=settle / 2)
    scene.doubt(engine)
    scene.look(rounds=3, seconds=settle / 10)
    scene.send(engine)


def a_late_listing_shows_older_posts(scene: Scene) -> None:
    """Another account's post is listed, but it went out before the doubtful one."""
    engine, _ = scene.hire()
    scene.desk.due("facebook", code="TOR")
    scene.send(engine)
    scene.sea.lag = timedelta(hours=1)
    scene.doubt(engine)
    scene.look()
    scene.send(engine)


def every_answer_is_lost(scene: Scene) -> None:
    engine, _ = scene.hire()
    scene.doubt(engine, "lost")
    for _ in range(4):
        scene.look()
        scene.send(engine, "lost")


def two_of_one_account_are_due(scene: Scene) -> None:
    engine, _ = scene.hire()
    scene.desk.due("x")
    scene.desk.due("x")
    engine.turn()
    engine.turn()


def it_is_late_once_uploaded(scene: Scene) -> None:
    _prepared(scene, lambda: scene.desk.small.clock.pass_(hours=3))


def the_approval_is_voided_once_uploaded(scene: Scene) -> None:
    _prepared(scene, lambda: scene.desk.void(max(scene.desk.states())))


def a_stop_comes_once_uploaded(scene: Scene) -> None:
    person = scene.desk.small.directora
    _prepared(
        scene,
        lambda: stopping.stop(scene.desk.app, person, plantel_id=None, reason=REASON),
    )


def _prepared(scene: Scene, happens: Callable[[], object]) -> None:
    engine, _ = scene.hire()
    scene.photo()
    engine.turn()
    engine.perform()
    happens()
    scene.desk.small.clock.pass_(seconds=1)
    engine.turn()


def too_many_requests_but_it_is_live(scene: Scene) -> None:
    engine, _ = scene.hire()
    scene.photo()
    engine.turn()
    engine.perform()
    scene.send(engine, "429 instagram, shown")
    scene.desk.small.clock.pass_(hours=2)
    scene.desk.change(max(scene.desk.states()), not_after=scene.desk.now + timedelta(hours=1))
    scene.desk.run(engine)


def a_platform_is_down(scene: Scene) -> None:
    engine, _ = scene.hire()
    failures = scene.desk.timing.breaker_failures
    for code in ("SAL", "TOR", "ACU"):
        scene.desk.due("x", code=code)
    scene.send(engine, *["not sent"] * 3)
    for _ in range(failures):
        scene.desk.small.clock.pass_(seconds=20)
        scene.send(engine, *["not sent"] * 3)


def a_post_is_sent(scene: Scene) -> None:
    engine, _ = scene.hire()
    scene.desk.due("x")
    scene.send(engine)


def its_worker_dies_once_it_is_public(scene: Scene) -> None:
    engine, owner = scene.hire()
    scene.desk.due("facebook")
    engine.turn()
    with suppress(BaseException):
        scene.sea.fates = ["dies, shown"]
        engine.perform()
    scene.desk.bury(owner)
    new, name = scene.hire()
    recovery.recover(scene.desk.app, name)
    scene.send(new)


@contextmanager
def no_commit() -> Iterator[None]:
    """Let each COMMIT of a transaction fail before it happens."""
    plain = SessionTransaction.commit

    def commit(self: SessionTransaction, *args: Any, **named: Any) -> None:
        if self.nested:
            return plain(self, *args, **named)
        raise OperationalError("COMMIT", {}, Exception("connection lost"))

    with patch.object(SessionTransaction, "commit", commit):
        yield
