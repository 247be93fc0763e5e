"""What must never be broken, as functions over a database and what the sandbox saw.

The numbers are those of the protocol (I1–I14); each function returns the violations as sentences,
none if all is well. ``all_of`` runs them all once everything has ended; ``at_any_time`` runs those
that hold in the middle too. The recorder (``tests.support.transitions``) must have been installed
before the first delivery was claimed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from publisher import localtime
from publisher.delivery.evidence import PERSONS_WORD
from publisher.delivery.states import (
    DECIDABLE,
    IN_FLIGHT,
    INITIAL,
    SENT_IN,
    TERMINAL,
    WAITING,
    literals,
)
from publisher.editorial.snapshot import digest_of
from publisher.texts import delivery as texts
from tests.support import transitions
from tests.support.evidence import (
    Place,
    Seen,
    Shown,
    approved,
    content_of,
    moment,
    shown,
)

__all__ = ["Seen", "Shown", "all_of", "approved", "at_any_time", "content_of", "moment", "shown"]

Check = Callable[[Seen], list[str]]

_NOT_SENT, _REFUSED = ("not_sent", "throttled"), ("refused", "credential")
_DOUBT = ("sending", "unknown", "needs_decision")


def all_of(seen: Seen) -> list[str]:
    """Return the violations of every invariant below."""
    return _run((*_ALWAYS, i2_published_is_there, i3_no_orphans, i9_everything_ends), seen)


def at_any_time(seen: Seen) -> list[str]:
    """Return the violations of those that hold after every step, not only at the end."""
    return _run((*_ALWAYS, i2_published_is_there, i3_no_orphans), seen)


def i1_once(seen: Seen) -> list[str]:
    """No approved content is visible more often than it was approved."""
    extra = shown(seen) - approved(seen)
    return [f"{n} too many of {what[:3]}" for what, n in extra.items()]


def i2_published_is_there(seen: Seen) -> list[str]:
    """What is published exists on its account, and is what was approved.

    Of what a person confirmed only the person's word is asked for: the link may name another id.
    """
    visible = {(p["network"], p["account"], str(p["id"])): content_of(p) for p in seen.posts}
    problems = []
    for id_, row in seen.deliveries.items():
        approvals = seen.approvals.get((row.post_id, row.revision), [])
        if any(digest_of(approval.snapshot) != approval.digest for approval in approvals):
            problems.append(f"delivery {id_}: its approval's copy is not what was approved")
        for receipt in seen.receipts.get(id_, ()):
            found = visible.get((row.network, row.external_id, receipt.remote_id))
            if found is None and receipt.found_by not in PERSONS_WORD:
                problems.append(f"delivery {id_} has no post {receipt.remote_id}")
            elif found is not None and receipt.part == 0 and found != seen.expected.get(id_):
                problems.append(f"delivery {id_} shows what nobody approved: {found[2]!r}")
    return problems


def i3_no_orphans(seen: Seen) -> list[str]:
    """Each visible post belongs to exactly one delivery, or a delivery in doubt explains it."""
    doubtful: Counter[Shown] = Counter()
    for id_, content in seen.expected.items():
        row = seen.deliveries[id_]
        if len(seen.receipts.get(id_, ())) <= row.part and (
            row.state in _DOUBT or _is_persons_word(seen, id_)
        ):
            doubtful[content] += 1
    problems = []
    for post in seen.posts:
        n = len(seen.owners.get((post["network"], post["account"], str(post["id"])), ()))
        if n == 0 and doubtful[content_of(post)] > 0:
            doubtful[content_of(post)] -= 1
        elif n != 1:
            problems.append(f"post {post['id']} of {post['network']} belongs to {n} deliveries")
    return problems


def i4_intent_before_call(seen: Seen) -> list[str]:
    """Each visible request, and each visible post, has an attempt that was opened before it.

    What a person was asked to publish by hand counts like an attempt.
    """
    opened: dict[Any, list[datetime]] = defaultdict(list)
    for id_, attempts in seen.attempts.items():
        row = seen.deliveries[id_]
        for attempt in attempts:
            opened[row.network, row.external_id].append(attempt.opened_at)
            opened[seen.expected.get(id_)].append(attempt.opened_at)
    for id_, handed in seen.handovers.items():
        row = seen.deliveries[id_]
        for one in handed:
            opened[row.network, row.external_id].append(one.at)
            opened[seen.expected.get(id_)].append(one.at)
    calls: dict[Any, list[datetime]] = defaultdict(list)
    for post in seen.posts:
        calls[content_of(post)].append(moment(post["created"]))
    for request in seen.requests:
        if request.get("route") == "publish" and request.get("account"):
            place: Place = (request["network"], request["account"])
            calls[place].append(moment(request["time"]))
    problems = []
    for what, times in calls.items():
        tried = sorted(opened[what])
        # the n-th call is later than the n-th attempt
        if len(tried) < len(times) or any(
            made + seen.slack < at for made, at in zip(sorted(times), tried, strict=False)
        ):
            problems.append(f"{what[:3]}: {len(times)} calls, {len(tried)} attempts")
    return problems


def i5_doubt_ends_with_evidence(seen: Seen) -> list[str]:
    """Nothing leaves ``sending`` or doubt without evidence, or a named person with a reason."""
    problems = []
    for id_, row in seen.deliveries.items():
        receipts = seen.receipts.get(id_, ())
        if row.state == "published" and len(receipts) < seen.parts.get(id_, 1):
            problems.append(f"delivery {id_} is published without proof")
        moves = Counter((change.old, change.new) for change in seen.history.get(id_, ()))
        if moves:
            problems += [f"delivery {id_} {line}" for line in _unproven(seen, id_, moves)]
    return problems


def i6_one_in_flight(seen: Seen) -> list[str]:
    """At most one delivery of an account is in flight."""
    return _rows(
        seen,
        f"SELECT account_id FROM delivery WHERE state IN ({literals(IN_FLIGHT)})"
        " GROUP BY account_id HAVING COUNT(*) > 1",
    )


def i7_nothing_unallowed(seen: Seen) -> list[str]:
    """Nothing was sent or became visible early, late, stopped, in veda, or approved by its author.

    Limits are those that the delivery had when its attempt opened: people may have moved them.
    """
    sent = {
        (change.delivery_id, change.fence): change
        for changes in seen.history.values()
        for change in changes
        if change.new == SENT_IN
    }
    problems = []
    for id_, attempts in seen.attempts.items():
        row = seen.deliveries[id_]
        for attempt in attempts:
            change = sent.get((id_, attempt.fence))
            limits = (change.due_at, change.not_after) if change else None
            problems += [
                f"delivery {id_}: {line}" for line in _unallowed(seen, row, attempt, limits)
            ]
    given = {(id_, one.fence) for id_, handed in seen.handovers.items() for one in handed}
    problems += [
        f"delivery {id_} was handed over early or late"
        for id_, changes in seen.history.items()
        for change in changes
        if (id_, change.fence) in given
        and change.old in ("leased", "staging")
        and change.new == "needs_decision"
        and any(
            not change.due_at - seen.slack <= one.at <= change.not_after + seen.slack
            for one in seen.handovers[id_]
            if one.fence == change.fence
        )
    ]
    last = {id_: change.not_after for (id_, _), change in sorted(sent.items())}
    for post in seen.posts:
        owners = seen.owners.get((post["network"], post["account"], str(post["id"])), ())
        limits_of = [last[id_] for id_ in owners if id_ in last]
        if limits_of and moment(post["created"]) > max(limits_of) + seen.slack:
            problems.append(f"post {post['id']} of {post['network']} became visible late")
    return problems


def i8_stale_fences_write_nothing(seen: Seen) -> list[str]:
    """An attempt is opened and closed by the fence that its delivery has at that moment."""
    problems = [
        f"delivery {closing.delivery_id}: attempt of fence {closing.fence} was closed when the"
        f" fence was {closing.fence_now}"
        for closing in transitions.closings(seen.app.engine)
        if closing.fence != closing.fence_now
    ]
    for id_, changes in seen.history.items():
        begun = {change.fence: change.owner for change in changes if change.new == SENT_IN}
        tried = {attempt.fence: attempt.owner for attempt in seen.attempts.get(id_, ())}
        if begun != tried:
            problems.append(f"delivery {id_}: begun by {begun}, attempts of {tried}")
        problems += [
            f"delivery {id_}: {change.old} to {change.new} made the fence {change.fence}"
            for change in changes
            if change.fence - change.fence_before not in _fence_steps(change)
        ]
    return problems


def i9_everything_ends(seen: Seen) -> list[str]:
    """Every delivery whose time came has ended, or waits for a person."""
    now = seen.app.clock()
    return [
        f"delivery {id_} is stuck in {row.state}"
        for id_, row in seen.deliveries.items()
        if row.state not in TERMINAL | DECIDABLE and (row.state != INITIAL or row.due_at <= now)
    ]


def i10_tries_are_bounded(seen: Seen) -> list[str]:
    """One automatic re-send after doubt at most, and a bounded number of unsent tries.

    A person who lets a delivery go on gives it as many again.
    """
    problems = []
    most = seen.app.timing.unsent_tries + 1
    for id_, attempts in seen.attempts.items():
        rounds = 1 + seen.persons_acts(id_)
        outcomes = Counter(attempt.outcome for attempt in attempts)
        again = sum(
            (change.old, change.new) == ("unknown", "retrying")
            for change in seen.history.get(id_, ())
        )
        if again > 1:
            problems.append(f"delivery {id_}: {again} automatic re-sends")
        if outcomes["unknown"] > rounds + 1:
            problems.append(f"delivery {id_}: {outcomes['unknown']} doubts")
        if sum(outcomes[name] for name in _NOT_SENT) > most * rounds:
            problems.append(f"delivery {id_}: {dict(outcomes)} in {rounds} rounds")
    return problems


def i11_no_publication_while_a_breaker_is_open(seen: Seen) -> list[str]:
    """Between a breaker's opening and its closing only reads go out: no probe publishes.

    Whoever sent after an opening could know of it from some instant on: at the latest from its
    sender's second turn after it, by the database's order, because a turn's instant is taken after
    the turn before it was over. Until then, and for ``slack``, it may not have been known.
    """
    spans: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for cut in transitions.cuts(seen.app.engine):
        if cut.state != "closed":
            spans[cut.scope].append((cut.n, None))
        elif spans[cut.scope]:
            spans[cut.scope][-1] = (spans[cut.scope][-1][0], cut.n)
    if not spans:
        return []
    after = transitions.sends_after(seen.app.engine)
    turns: dict[int, dict[str, set[datetime]]] = defaultdict(lambda: defaultdict(set))
    for id_, attempts in seen.attempts.items():
        for attempt in attempts:
            for cut_n in after.get((id_, attempt.fence), ()):
                turns[cut_n][attempt.owner].add(attempt.opened_at)
    known = {
        cut_n: min(sorted(times)[1] for times in by_owner.values() if len(times) > 1)
        for cut_n, by_owner in turns.items()
        if any(len(times) > 1 for times in by_owner.values())
    }
    problems = []
    for id_, attempts in seen.attempts.items():
        row = seen.deliveries[id_]
        for scope in (row.connector, f"account:{row.account_id}"):
            problems += [
                f"delivery {id_} was sent while {scope} was cut off"
                for opened, closed in spans.get(scope, ())
                for attempt in attempts
                if opened in (cuts := after.get((id_, attempt.fence), set()))
                and closed not in cuts
                and opened in known
                and attempt.opened_at > known[opened] + seen.slack
            ]
    return problems


def i12_legal_history(seen: Seen) -> list[str]:
    """Each delivery's recorded changes are one path of the table, from its start to its state."""
    if not transitions.is_recording(seen.app.engine):
        return ["nobody recorded the changes of state"]
    changes = [change for path in seen.history.values() for change in path]
    problems = [
        str(stray) for stray in transitions.strays([(c.delivery_id, c.old, c.new) for c in changes])
    ]
    for id_, row in seen.deliveries.items():
        path = seen.history.get(id_, ())
        steps = [INITIAL, *(change.new for change in path)]
        if [change.old for change in path] != steps[:-1] or steps[-1] != row.state:
            problems.append(f"delivery {id_} is {row.state} after {' '.join(steps)}")
    return problems


def i13_sound_database(seen: Seen) -> list[str]:
    """The database is whole, no attempt is open of what is not being sent, no secret in a log."""
    problems = _rows(
        seen,
        "SELECT attempt.delivery_id FROM attempt JOIN delivery ON delivery.id = delivery_id"
        " WHERE attempt.outcome IS NULL AND delivery.state <> 'sending'",
    ) + _rows(
        seen,
        "SELECT id FROM delivery WHERE state = 'sending' AND NOT EXISTS (SELECT 1 FROM attempt"
        " WHERE attempt.delivery_id = delivery.id AND attempt.outcome IS NULL)",
    )
    if seen.logs:
        problems += [
            f"a secret of {len(secret)} characters is in a log"
            for secret in seen.secrets
            if any(secret in log for log in seen.logs)
        ]
    if seen.app.engine.dialect.name != "sqlite":
        return problems
    with seen.app.engine.connect() as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        keys = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return problems + ([] if whole == "ok" else [str(whole)]) + [str(key) for key in keys]


def i14_order_within_account(seen: Seen) -> list[str]:
    """Within an account, first attempts follow due times, but for what waited for a person."""
    queues: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for id_, attempts in seen.attempts.items():
        row = seen.deliveries[id_]
        queues[row.account_id].append((row.due_at, attempts[0].opened_at, id_))
    problems = []
    for queue in queues.values():
        latest: datetime | None = None
        pending: list[tuple[datetime, datetime]] = []
        for due, at, id_ in sorted(queue):
            while pending and pending[0][0] < due:
                first = pending.pop(0)[1]
                latest = first if latest is None else max(latest, first)
            if latest is not None and latest > at + seen.slack:
                problems.append(f"delivery {id_} went before an earlier one of its account")
            if not any(change.new in DECIDABLE for change in seen.history.get(id_, ())):
                pending.append((due, at))
    return problems


_ALWAYS: tuple[Check, ...] = (
    i1_once,
    i4_intent_before_call,
    i5_doubt_ends_with_evidence,
    i6_one_in_flight,
    i7_nothing_unallowed,
    i8_stale_fences_write_nothing,
    i10_tries_are_bounded,
    i11_no_publication_while_a_breaker_is_open,
    i12_legal_history,
    i13_sound_database,
    i14_order_within_account,
)


def _run(checks: Iterable[Check], seen: Seen) -> list[str]:
    return [f"{check.__name__}: {line}" for check in checks for line in check(seen)]


def _is_persons_word(seen: Seen, delivery_id: int) -> bool:
    """Tell whether a person ended a doubt without the network's own id."""
    row = seen.deliveries[delivery_id]
    return (
        seen.may_be_public(delivery_id)
        and seen.persons_acts(delivery_id) > 0
        and row.state
        in (
            "cancelled",
            "published",
        )
    )


def _unproven(seen: Seen, id_: int, moves: Counter[tuple[str, str]]) -> list[str]:
    """Return how the moves out of ``sending`` and doubt differ from what was written of them."""

    def count(old: str, *new: str) -> int:
        return sum(moves[old, state] for state in new)

    outcomes = Counter(attempt.outcome for attempt in seen.attempts.get(id_, ()))
    receipts = Counter(receipt.found_by for receipt in seen.receipts.get(id_, ()))
    absences = sum(
        act.action == "delivery.retrying" and act.reason == texts.ABSENT
        for act in seen.acts.get(id_, ())
    )
    person = seen.persons_acts(id_)
    confirmed = seen.persons_acts(id_, "delivery.confirm")
    claims = {
        "was sent again or given up without proof that nothing was sent": count(
            "sending", "retrying", "dead"
        )
        != sum(outcomes[name] for name in _NOT_SENT),
        "was refused without the network's word": count("sending", "rejected", "held")
        != sum(outcomes[name] for name in _REFUSED),
        "left sending without an outcome": count(
            "sending", "unknown", "needs_decision", "published", "scheduled"
        )
        != outcomes["unknown"] + outcomes["published"],
        "was concluded absent without evidence": count("unknown", "retrying") > absences,
        "went from doubt to published without a find": count("unknown", "published")
        > receipts["reconcile"] + receipts["reply"],
        "went to a person without a look": count("unknown", "needs_decision") > 0
        and seen.deliveries[id_].evidence is None,
        "left a person's hands without the person": count(
            "needs_decision", "scheduled", "cancelled", "published"
        )
        > person + receipts["reply"],
        "was confirmed by nobody": count("held", "published") > confirmed,
    }
    return [claim for claim, broken in claims.items() if broken]


def _unallowed(
    seen: Seen, row: Any, attempt: Any, limits: tuple[datetime, datetime] | None
) -> list[str]:
    """Return why the attempt should not have been opened."""
    at, slack = attempt.opened_at, seen.slack
    in_force = [
        approval
        for approval in seen.approvals.get((row.post_id, row.revision), ())
        if approval.digest == attempt.digest
        and approval.at <= at + slack
        and (approval.voided_at is None or approval.voided_at >= at - slack)
    ]
    stopped = [
        pause
        for pause in seen.pauses
        if pause.plantel_id in (None, row.plantel_id)
        and pause.at + slack < at
        and (pause.lifted_at is None or at < pause.lifted_at - slack)
    ]
    today = at.astimezone(localtime.zone(row.timezone)).date()
    veda = (row.post_id, row.revision) not in seen.judged_in_veda and any(
        first <= today <= last for first, last in seen.vedas
    )
    own = [a for a in in_force if a.approver_id in (row.author_id, row.last_editor_id)]
    claims = {
        "was attempted without an approval in force": not in_force,
        "was approved by its author": bool(own),
        "was attempted early": limits is not None and at < limits[0] - slack,
        "was attempted late": limits is not None and at > limits[1] + slack,
        "was attempted during a stop": bool(stopped),
        "was attempted in veda": veda,
    }
    return [claim for claim, broken in claims.items() if broken]


def _fence_steps(change: transitions.Change) -> Sequence[int]:
    """Return by how much the fence may grow with a change: a lease is new, a hold may take it."""
    taken = change.new == "leased" or (change.new == SENT_IN and change.old in WAITING)
    return (1,) if taken else (0, 1) if change.new == "held" else (0,)


def _rows(seen: Seen, query: str) -> list[str]:
    with seen.app.engine.connect() as connection:
        return [str(tuple(row)) for row in connection.execute(text(query))]
