"""The outbox: plan, claim, stage, begin, settle and recover, each a guarded statement over a list.

Every change of state is one UPDATE that names the state and the fence it expects; the ids that it
returns are the ones that changed, and a stale lease changes nothing. Statements are Core or plain
SQL on one JSON parameter (``rows``), never ORM objects.

``begin`` is the point of no return: once it commits, an open Attempt says that a visible request
may have been made.
"""

from publisher.delivery.outbox.guarded import Lease
from publisher.delivery.outbox.intents import Intent, begin
from publisher.delivery.outbox.leases import (
    find_due,
    hand_over,
    hold,
    hold_late,
    keep_handle,
    next_due,
    release,
    renew,
    start_staging,
    take,
)
from publisher.delivery.outbox.planning import Planned, plan
from publisher.delivery.outbox.recovery import PROCESS_LOST, SILENT_HOST, reclaim, recover
from publisher.delivery.outbox.settling import Settlement, owners_of, settle, settle_stage

__all__ = [
    "PROCESS_LOST",
    "SILENT_HOST",
    "Intent",
    "Lease",
    "Planned",
    "Settlement",
    "begin",
    "find_due",
    "hand_over",
    "hold",
    "hold_late",
    "keep_handle",
    "next_due",
    "owners_of",
    "plan",
    "reclaim",
    "recover",
    "release",
    "renew",
    "settle",
    "settle_stage",
    "start_staging",
    "take",
]
