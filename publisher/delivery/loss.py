"""The loss of a sender process, told for as long as its worker goes on without one.

Each worker has an alarm of its own: the others of its host, with or without a sender process, say
nothing of this one. It ends when the worker is asked to end; where it was killed, others see to it.
"""

from __future__ import annotations

from publisher.app import App
from publisher.delivery import alarm, recovery
from publisher.delivery.alarm import Alarms
from publisher.delivery.process import this_process
from publisher.texts import delivery as texts

PREFIX = "sender:"


def keep_told(app: App, alarms: Alarms, owner: str, *, lost: bool) -> None:
    """Raise the alarm of the worker ``owner`` if it ``lost`` its process; end those of the ended.

    Asks first, without writing. One that was silent for long may have lost its alarm to the others:
    it raises it again.
    """
    with app.read() as session:
        told = {
            one.name.removeprefix(PREFIX)
            for one in alarm.standing(session)
            if one.name.startswith(PREFIX)
        }
        ended = recovery.ended(app, session, told - {owner})
    if lost and owner not in told:
        here = this_process()
        alarms.sound(
            PREFIX + owner,
            subject=texts.ALARM_SENDER,
            sentence=texts.SENDER_LOST.format(pid=here.pid, host=here.host),
            halts=False,
        )
    for other in sorted(ended):
        alarms.clear(PREFIX + other)


def end(alarms: Alarms, owner: str) -> None:
    """End the alarm of the worker ``owner``, which is about to end."""
    alarms.clear(PREFIX + owner)
