"""What a worker does at intervals beside publishing, as one list.

A worker imports this module once its engine runs: nothing here is needed for what is due now, and
importing it would keep that waiting. Each chore first asks, without writing, whether there is
anything to do; an index answers, however much is planned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from publisher import notices
from publisher.app import App
from publisher.auditing.anchors import anchor_due
from publisher.connections.upkeep import keep_up
from publisher.consents import upkeep as consent_upkeep
from publisher.custody import upkeep as custody_upkeep
from publisher.custody.lapses import lapse
from publisher.delivery import by_hand, recovery
from publisher.delivery.changes import change_due
from publisher.delivery.probe import probe_due
from publisher.delivery.reconcile import reconcile
from publisher.delivery.survey import survey_due
from publisher.editorial import reminders
from publisher.editorial.recheck import recheck

MINUTE: Final = 60.0
TEN_MINUTES: Final = 600.0


@dataclass(frozen=True, kw_only=True)
class Chore:
    """``act`` is done each ``every`` seconds; with ``in_doubt`` also by a clock in doubt."""

    every: float
    act: Callable[[], object]
    in_doubt: bool = False


def chores(
    app: App, *, owner: str, wake: Callable[[], None], stopping: Callable[[], bool]
) -> tuple[Chore, ...]:
    """Return every chore of the worker ``owner``; ``wake`` makes its engine look.

    ``stopping`` tells a long one to end early.
    """
    timing = app.timing

    def waking(act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            if act():
                wake()

        return run

    return (
        Chore(every=timing.recover_every, act=lambda: recovery.recover(app, owner)),
        Chore(every=timing.upkeep_every, act=lambda: by_hand.escalate(app)),
        Chore(every=timing.upkeep_every, act=lambda: survey_due(app)),
        # by a clock in doubt no version of the manual has come into force
        Chore(every=timing.upkeep_every, act=lambda: recheck(app)),
        # absence is proven by looks apart in time: by a clock in doubt nothing is proven
        Chore(
            every=timing.reconcile_every,
            act=waking(lambda: reconcile(app, stopping=stopping)),
        ),
        Chore(every=timing.reconcile_every, act=waking(lambda: probe_due(app))),
        Chore(every=timing.change_every, act=lambda: change_due(app), in_doubt=True),
        Chore(
            every=timing.tick,
            act=lambda: notices.send_due(app, app.clock()),
            in_doubt=True,
        ),
        # by a clock in doubt no credential is renewed and nobody is warned
        Chore(every=MINUTE, act=lambda: keep_up(app, stopping=stopping)),
        Chore(every=MINUTE, act=lambda: custody_upkeep.keep(app)),
        # a day that a clock in doubt has counted is no day
        Chore(every=MINUTE, act=lambda: anchor_due(app)),
        # by a clock in doubt no request to see a credential has passed
        Chore(every=MINUTE, act=lambda: lapse(app)),
        # a clock in doubt knows no hour that comes near
        Chore(every=MINUTE, act=lambda: reminders.remind(app)),
        Chore(every=TEN_MINUTES, act=lambda: consent_upkeep.remind(app), in_doubt=True),
    )
