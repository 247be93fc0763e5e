"""Any life of the outbox, by Hypothesis: the real engine, scripted networks, a fake clock.

Every promise is judged after every step, and at the end of each life everything must come to rest.
``make test`` runs a few lives; the long run (2,000 lives of 60 steps on SQLite) is

    PREGONERO_STATEFUL=long python -m pytest --timeout 0 -m stateful

and ``PREGONERO_STATEFUL=examples:steps`` any other size (a failure is then told as it was found).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, update
from sqlmodel import col

from publisher.db import make_engine
from publisher.delivery import decide, probe, stopping
from publisher.delivery import engine as engine_module
from publisher.delivery.engine import Engine as Worker
from publisher.delivery.reconcile import reconcile
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.editorial import plan
from publisher.editorial.content import MediaUse
from publisher.errors import PublisherError
from publisher.models import Variant
from tests.publisher.delivery.desk import Desk
from tests.support import invariants, memory, postgres, transitions
from tests.support.house import SmallHouse, reopen_small
from tests.support.sea import FATES, Died, Sea

REASON = "Motivo suficiente de la prueba"
SIZES = {"": (7, 25), "long": (2000, 60)}
POSTGRES_SIZE = (2, 20)


@dataclass
class Crew:
    """A worker of the machine: its engine, its row, and whether another host took it for dead."""

    engine: Worker
    owner: str


def prepare(small: SmallHouse) -> None:
    """Plan what the lives are about: two planteles, three networks, one minute between posts."""
    transitions.record(small.app.engine)
    desk = Desk(small=small, networks=small.networks)  # type: ignore[arg-type]
    photo = (MediaUse(media_id=small.medium(code="TOR"), alt_text="Patio", credit="Propia"),)
    for minute in range(3):
        desk.approve("x", "facebook", local_at=f"2026-11-23T09:{10 + minute}")
    for minute in range(2):
        wall = f"2026-11-23T09:{11 + minute}"
        desk.approve("x", "instagram", code="TOR", media=photo, local_at=wall)


class Life(RuleBasedStateMachine):
    """One life: two workers, a sea, people who decide honestly."""

    open_house: Callable[[], SmallHouse]

    def __init__(self) -> None:
        super().__init__()
        self.small = type(self).open_house()
        self.sea = Sea(clock=self.small.clock)
        numbers = count(1)
        app = replace(
            self.small.app,
            connect=self.sea,
            settings=self.small.app.settings.model_copy(update={"profile": "production"}),
            new_id=lambda: f"00000000-0000-4000-9000-{next(numbers):012d}",
        )
        self.desk = Desk(small=replace(self.small, app=app), networks=self.sea)  # type: ignore[arg-type]
        self.desk._numbers = count(90)
        self.small.clock.now += timedelta(minutes=9)
        self.crew = [self._hire(), self._hire()]
        self.stale: list[Crew] = []
        self.planned = 0

    # -- time and workers ---------------------------------------------------------------------

    @rule(seconds=st.sampled_from((5, 61, 61, 61, 185, 600, 2000)))
    def time_passes(self, seconds: int) -> None:
        self.small.clock.pass_(seconds=seconds)

    @rule(who=st.integers(0, 1))
    def turn(self, who: int) -> None:
        self._tick()
        self.crew[who].engine.turn()

    @rule(who=st.integers(0, 1), fate=st.sampled_from(("ok", *FATES)))
    def perform(self, who: int, fate: str) -> None:
        self._tick()
        self._perform(who, fate)

    @rule(who=st.integers(0, 1), fate=st.sampled_from(("ok", *FATES)))
    def turn_and_perform(self, who: int, fate: str) -> None:
        """The usual way, so that lives get somewhere."""
        self.turn(who)
        self.perform(who, fate)
        self.turn(who)

    @rule(who=st.integers(0, 1))
    def crash(self, who: int) -> None:
        self._tick()
        self._crash(who)

    @rule(who=st.integers(0, 1))
    def fall_silent(self, who: int) -> None:
        """A worker of another host stops beating, and lives on."""
        self._tick()
        lost = self.crew[who]
        self.desk.change_worker(lost.owner, host="otra")
        self.desk.age(lost.owner)
        self.stale.append(lost)
        self.crew[who] = self._hire()

    @rule(fate=st.sampled_from(FATES[:5]))
    def the_silent_goes_on(self, fate: str) -> None:
        self._tick()
        for lost in self.stale:
            self.sea.fates = [fate]
            with suppress(Died):
                lost.engine.perform()
            self.sea.fates = []
            lost.engine.turn()

    @rule(who=st.integers(0, 1))
    def recover(self, who: int) -> None:
        self._tick()
        self.desk.recover(self.crew[who].owner)

    # -- looks --------------------------------------------------------------------------------

    @rule()
    def reconcile(self) -> None:
        self._tick()
        reconcile(self.desk.app)

    @rule()
    def wait_and_reconcile(self) -> None:
        self.small.clock.pass_(seconds=self.desk.timing.settle)
        reconcile(self.desk.app)

    @rule(listing=st.sampled_from(("whole", "whole", "partial", "down")))
    def listings_change(self, listing: str) -> None:
        self._tick()
        self.sea.listing = listing

    @rule(share=st.floats(0, 1))
    def listings_lag(self, share: float) -> None:
        self._tick()
        self.sea.lag = timedelta(seconds=share * self.desk.timing.listing_lag)

    @rule(seconds=st.sampled_from((200, 400, 1200, 7200)))
    def listings_lag_longer_than_it_settles(self, seconds: int) -> None:
        """What was listed before still is, as ever."""
        self._tick()
        self.sea.lag = timedelta(seconds=seconds)

    @rule()
    def probe(self) -> None:
        self._tick()
        probe.probe_due(self.desk.app)

    # -- people -------------------------------------------------------------------------------

    @rule()
    def plan_one_more(self) -> None:
        self._tick()
        if self.planned < 2:
            self.planned += 1
            self.desk.approve("x", local_at=self._wall(minutes=2))

    @rule(which=st.integers(1, 12))
    def move(self, which: int) -> None:
        self._tick()
        with suppress(PublisherError):
            plan.move(self.desk.app, self.small.coordinador, which, local_at=self._wall(minutes=30))

    @rule(which=st.integers(1, 12))
    def pull_back(self, which: int) -> None:
        self._tick()
        with suppress(PublisherError):
            plan.pull_back(self.desk.app, self.small.directora, which, reason=REASON)

    @rule(which=st.integers(0, 11))
    def change_the_text(self, which: int) -> None:
        """Behind everybody's back: what was approved is no longer what the rows say."""
        self._tick()
        with self.desk.app.write() as session:
            session.execute(
                update(Variant)
                .where(col(Variant.post_id) == 1 + which % 5)
                .values(text="Otra cosa, que nadie aprobó")
            )

    @rule(code=st.sampled_from((None, "SAL", "TOR")))
    def stop(self, code: str | None) -> None:
        self._tick()
        with suppress(PublisherError):
            stopping.stop(
                self.desk.app,
                self.small.directora,
                plantel_id=self.small.planteles[code] if code else None,
                reason=REASON,
            )

    @rule(code=st.sampled_from((None, "SAL", "TOR")))
    def lift(self, code: str | None) -> None:
        self._tick()
        with suppress(PublisherError):
            stopping.lift(
                self.desk.app,
                self.small.directora,
                plantel_id=self.small.planteles[code] if code else None,
                reason=REASON,
            )

    @rule()
    def renew_credentials(self) -> None:
        self._tick()
        for account_id in self.small.accounts.values():
            self.desk.change_account(account_id, state="active")

    @rule(which=st.integers(0, 11), give_up=st.booleans())
    def decide(self, which: int, give_up: bool) -> None:
        """A person looks at the account, and says what is true."""
        self._tick()
        waiting = [id_ for id_, state in self.desk.states().items() if state in DECIDABLE]
        if not waiting:
            return
        id_ = waiting[which % len(waiting)]
        app, person = self.desk.app, self.small.directora
        with suppress(PublisherError):
            if give_up:
                decide.discard(app, person, id_, reason=REASON)
            elif link := self._public(id_):
                decide.confirm(app, person, id_, permalink=link, reason=REASON)
            else:
                decide.resume(app, person, id_, reason=REASON)

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self) -> None:
        assert invariants.at_any_time(self.desk.seen()) == []

    def teardown(self) -> None:
        try:
            self._come_to_rest()
        finally:
            self.small.app.engine.dispose()

    def _come_to_rest(self) -> None:
        """With faults off, everything ends or waits for a person, and every promise holds."""
        for code in (None, "SAL", "TOR"):
            self.lift(code)
        self.renew_credentials()
        self.sea.listing, self.sea.fates, self.sea.lag = "whole", [], timedelta(0)
        for _ in range(60):
            if not set(self.desk.states().values()) - TERMINAL - DECIDABLE:
                break
            self.small.clock.pass_(seconds=300)
            probe.probe_due(self.desk.app)
            self.recover(0)
            reconcile(self.desk.app)
            for who in (0, 1):
                self.desk.run(self.crew[who].engine)
        assert invariants.all_of(self.desk.seen()) == []

    # -- means --------------------------------------------------------------------------------

    def _tick(self) -> None:
        """No two things happen at one instant, so that the judges can tell which came first."""
        self.small.clock.pass_(seconds=1)

    def _hire(self) -> Crew:
        owner = self.desk.hire()
        return Crew(engine=self.desk.engine(owner), owner=owner)

    def _perform(self, who: int, fate: str) -> None:
        self.sea.fates = [fate]
        try:
            self.crew[who].engine.perform()
        except Died:
            self._crash(who)
        self.sea.fates = []

    def _crash(self, who: int) -> None:
        self.desk.bury(self.crew[who].owner)
        self.crew[who] = self._hire()

    def _wall(self, *, minutes: int) -> str:
        local = self.small.clock.now - timedelta(hours=6) + timedelta(minutes=minutes)
        return local.strftime("%Y-%m-%dT%H:%M")

    def _public(self, delivery_id: int) -> str:
        """Return the link of the delivery's post if it is public, listed or not."""
        seen = self.desk.seen()
        for post in seen.posts:
            place = (post["network"], post["account"], str(post["id"]))
            if seen.expected.get(delivery_id) == invariants.content_of(post) and not (
                seen.owners.get(place)
            ):
                return f"https://red.invalid/{post['id']}"
        return ""


def machine(open_house: Callable[[], SmallHouse]) -> type[Life]:
    """Return the machine whose lives begin in a house that ``open_house`` gives."""
    return type("Life", (Life,), {"open_house": staticmethod(open_house)})


def sized(default: tuple[int, int]) -> settings:
    """Return the profile: ``default`` (examples, steps), or what the environment asks for."""
    asked = os.environ.get("PREGONERO_STATEFUL", "")
    examples, steps = SIZES.get(asked) or tuple(map(int, asked.split(":")))
    if not asked:
        examples, steps = default
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not asked,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if asked == "long" else [Phase.generate],
        print_blob=False,
    )


@pytest.fixture
def fake_time(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let the engine's deadlines count on the fake clock of the life that runs."""
    clocks: list[Any] = []
    monotonic = SimpleNamespace(monotonic=lambda: clocks[-1]().timestamp(), sleep=lambda _: None)
    monkeypatch.setattr(engine_module, "time", monotonic)
    return clocks


@pytest.mark.stateful
def test_any_life_on_sqlite_keeps_every_promise(
    sqlite_model: SmallHouse, fake_time: list[Any]
) -> None:
    with tempfile.TemporaryDirectory(dir=memory.folder()) as made:
        model, life = Path(made) / "modelo", Path(made) / "vida"
        model.mkdir()
        shutil.copy(sqlite_model.app.engine.url.database or "", model / "pregonero.db")
        start = reopen_small(sqlite_model, make_engine(f"sqlite:///{model}/pregonero.db"), model)
        start_now = start.clock.now
        prepare(start)
        start.app.engine.dispose()

        def open_house() -> SmallHouse:
            shutil.rmtree(life, ignore_errors=True)
            shutil.copytree(model, life)
            (life / "kek.key").unlink()
            small = reopen_small(start, make_engine(f"sqlite:///{life}/pregonero.db"), life)
            small.clock.now = start_now
            fake_time.append(small.clock)
            return small

        run_state_machine_as_test(machine(open_house), settings=sized(SIZES[""]))


@pytest.mark.stateful
@pytest.mark.postgres
def test_any_life_on_postgres_keeps_every_promise(
    postgres_model: SmallHouse,
    postgres_server: postgres.PostgresServer,
    fake_time: list[Any],
    tmp_path: Path,
) -> None:
    name = postgres_server.create_database("modelo")
    model, life = tmp_path / "modelo", tmp_path / "vida"
    model.mkdir()
    start = reopen_small(postgres_model, make_engine(postgres_server.url(name)), model)
    start_now = start.clock.now
    prepare(start)
    start.app.engine.dispose()
    engines: list[Engine] = []

    def open_house() -> SmallHouse:
        for engine in engines:
            engine.dispose()
        postgres_server.drop_database("vida")
        postgres_server.create_database(name, name="vida")
        engine = make_engine(postgres_server.url("vida"))
        engines[:] = [engine]
        shutil.rmtree(life, ignore_errors=True)
        shutil.copytree(model, life)
        (life / "kek.key").unlink()
        small = reopen_small(start, engine, life)
        small.clock.now = start_now
        fake_time.append(small.clock)
        return small

    run_state_machine_as_test(machine(open_house), settings=sized(POSTGRES_SIZE))
