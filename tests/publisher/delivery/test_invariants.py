"""The invariants: silent where all is well, and each one speaks when its promise is broken."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import OutcomeUnknown, Refused, Unavailable
from publisher.db import make_engine
from publisher.delivery import decide, pace
from publisher.delivery.breaker import Breaker
from tests.publisher.delivery.desk import Desk, make_desk
from tests.publisher.delivery.test_jobs import add_window
from tests.support import invariants, transitions
from tests.support.house import SmallHouse, reopen_small
from tests.support.networks import Fault, Shown

REASON = "Motivo suficiente de la prueba"


def live(desk: Desk) -> None:
    """Let a house live through all kinds of endings, judged after each.

    Deliveries 1 and 2 are published, 3 is lost and found, 4 absent and sent again, 5 refused, 6
    is confirmed by a person, and 7 was proven not sent before it went out.
    """
    engine, orders = desk.engine(), desk.networks.order

    def go(*networks: str, **options: str) -> int:
        (id_,) = desk.due(*networks, **options)
        desk.run(engine)
        assert invariants.at_any_time(desk.seen()) == []
        return id_

    go("x")
    go("x")
    orders("facebook", "publish", Fault(OutcomeUnknown("lost"), visible=True))
    go("facebook")
    desk.settle_doubts()
    orders("instagram", "publish", Fault(OutcomeUnknown("lost")))
    go("instagram")
    desk.settle_doubts()
    desk.run(engine)
    orders("x", "publish", Fault(Refused("no")))
    go("x", code="TOR")
    orders("facebook", "publish", Fault(OutcomeUnknown("lost"), visible=True))
    desk.networks.trustworthy = False
    orders("facebook", "find", *[Fault(Unavailable("down"))] * 40)
    doubtful = go("facebook", code="TOR")
    desk.settle_doubts(rounds=8)
    assert invariants.at_any_time(desk.seen()) == []
    decide.confirm(
        desk.app,
        desk.small.directora,
        doubtful,
        permalink=f"https://red.invalid/{desk.networks.posts[-1].remote_id}",
        reason=REASON,
    )
    desk.networks.trustworthy = True
    desk.run(engine)
    orders("instagram", "publish", Fault(Unavailable("busy")))
    go("instagram", code="TOR")
    desk.small.clock.pass_(minutes=1)
    desk.run(engine)


def test_a_house_that_lived_through_everything_breaks_nothing(desk: Desk) -> None:
    live(desk)
    assert invariants.all_of(desk.seen()) == []
    assert sorted(desk.states().values()) == ["published"] * 6 + ["rejected"]


@pytest.fixture(scope="module")
def lived(sqlite_model: SmallHouse, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A house after ``live``, on a file that each test gets a copy of."""
    folder = tmp_path_factory.mktemp("vida")
    shutil.copy(sqlite_model.app.engine.url.database or "", folder / "pregonero.db")
    engine = make_engine(f"sqlite:///{folder / 'pregonero.db'}")
    transitions.record(engine)
    desk = make_desk(reopen_small(sqlite_model, engine, folder))
    live(desk)
    engine.dispose()
    return desk


@pytest.fixture
def scene(lived: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A copy of ``lived`` to break."""
    shutil.copy(lived.app.engine.url.database or "", tmp_path / "pregonero.db")
    shutil.copytree(lived.app.settings.data_dir, tmp_path, dirs_exist_ok=True)
    engine = make_engine(f"sqlite:///{tmp_path / 'pregonero.db'}")
    small = reopen_small(lived.small, engine, tmp_path)
    small.clock.now = lived.now
    networks = replace(lived.networks, posts=[*lived.networks.posts])
    app = replace(small.app, connect=networks)
    yield Desk(small=replace(small, app=app, networks=networks), networks=networks)
    engine.dispose()


def sql(*statements: str) -> Callable[[Desk], None]:
    """Return a break: these statements, behind everybody's back."""

    def act(desk: Desk) -> None:
        with closing(sqlite3.connect(desk.app.engine.url.database or "")) as database:
            database.executescript(";".join(statements))

    return act


def unseen(*statements: str) -> Callable[[Desk], None]:
    """Return a break that not even the recorder sees."""
    names = ("prueba_transicion_0", "prueba_cierre_0")
    return sql(*(f"DROP TRIGGER {name}" for name in names), *statements)


def again(index: int) -> Callable[[Desk], None]:
    """Return a break: a post is public twice, the second time without a receipt."""

    def act(desk: Desk) -> None:
        post = desk.networks.posts[index]
        desk.networks.posts.append(replace(post, remote_id="otra"))

    return act


def vanish(desk: Desk) -> None:
    desk.networks.posts.pop(0)


def reword(desk: Desk) -> None:
    desk.networks.posts[0] = replace(desk.networks.posts[0], text="Otra cosa")


def stranger(desk: Desk) -> None:
    desk.networks.posts.append(
        Shown(network="x", account="x100", text="Hola", media=(), alt_texts=(), remote_id="99")
    )


def linger(desk: Desk) -> None:
    post = desk.networks.posts[0]
    desk.networks.posts[0] = replace(post, created=post.created + timedelta(hours=2))


def pause(plantel: str, lifted: str = "NULL") -> str:
    return (
        "INSERT INTO pause (plantel_id, reason, by, at, lifted_at)"
        f" SELECT {plantel}, 'Paro', 1, datetime(opened_at, '-1 hour'), {lifted}"
        " FROM attempt WHERE delivery_id = 1"
    )


def cut(scope: str, *, after: str) -> Callable[[Desk], None]:
    """Return a break: a breaker's opening ``after`` so many recorded changes, dated long before."""
    return sql(
        "INSERT OR REPLACE INTO breaker (scope, state, reason, failures, window_at, window_calls,"
        " window_failures, open_seconds, updated_at) SELECT "
        f"{scope}, 'open', '', 5, opened_at, 0, 0, 60, datetime(opened_at, '-1 hour')"
        " FROM attempt WHERE delivery_id = 1",
        f"UPDATE prueba_corte SET tras = {after}",
    )


EARLIER = "datetime(opened_at, '-3 hours')"
DIGEST = "(SELECT digest FROM approval JOIN delivery USING (post_id, revision) WHERE delivery.id"

BREAKS: dict[str, tuple[str, Callable[[Desk], None]]] = {
    "a second copy": ("i1_once: 1 too many", again(0)),
    "a copy of what was cancelled": (
        "i1_once: 1 too many",
        unseen(
            "DELETE FROM receipt WHERE delivery_id = 1",
            "DELETE FROM attempt WHERE delivery_id = 1",
            "UPDATE delivery SET state = 'cancelled' WHERE id = 1",
        ),
    ),
    "a published post that is not there": ("i2_published_is_there: delivery 1 has no post", vanish),
    "a published post that says something else": (
        "i2_published_is_there: delivery 1 shows what nobody approved",
        reword,
    ),
    "an approval whose copy was changed": (
        "i2_published_is_there: delivery 1: its approval's copy",
        sql("UPDATE approval SET snapshot = replace(snapshot, 'taller', 'curso')"),
    ),
    "a post that nobody planned": ("i3_no_orphans: post 99 of x belongs to 0", stranger),
    "a post of two deliveries": (
        "i3_no_orphans: post x-1 of x belongs to 2",
        sql(
            "INSERT INTO receipt (delivery_id, part, account_id, remote_id, permalink,"
            " published_at, found_by) SELECT 5, 0, 99, remote_id, permalink, published_at, found_by"
            " FROM receipt WHERE delivery_id = 1",
            "UPDATE delivery SET account_id = (SELECT account_id FROM delivery WHERE id = 1)"
            " WHERE id = 5",
        ),
    ),
    "a call before its intent": (
        "i4_intent_before_call",
        sql("UPDATE attempt SET opened_at = datetime(opened_at, '+1 hour') WHERE delivery_id = 2"),
    ),
    "a call without any intent": (
        "i4_intent_before_call: ('x', 'x",
        unseen("DELETE FROM attempt WHERE delivery_id = 2"),
    ),
    "published without a receipt": (
        "i5_doubt_ends_with_evidence: delivery 1 is published without proof",
        sql("DELETE FROM receipt WHERE delivery_id = 1"),
    ),
    "sent again without proof that nothing was sent": (
        "i5_doubt_ends_with_evidence: delivery 7 was sent again",
        unseen("UPDATE attempt SET outcome = 'unknown' WHERE delivery_id = 7 AND fence = 1"),
    ),
    "refused without the network's word": (
        "i5_doubt_ends_with_evidence: delivery 5 was refused without",
        unseen("UPDATE attempt SET outcome = 'not_sent' WHERE delivery_id = 5"),
    ),
    "absent without evidence": (
        "i5_doubt_ends_with_evidence: delivery 4 was concluded absent",
        sql(
            "DROP TRIGGER audit_entry_no_update",
            "UPDATE audit_entry SET reason = '' WHERE action = 'delivery.retrying'",
        ),
    ),
    "found without a find": (
        "i5_doubt_ends_with_evidence: delivery 3 went from doubt to published",
        sql("UPDATE receipt SET found_by = 'person' WHERE delivery_id = 3"),
    ),
    "given to a person without a look": (
        "i5_doubt_ends_with_evidence: delivery 6 went to a person without a look",
        sql("UPDATE delivery SET evidence = NULL WHERE id = 6"),
    ),
    "decided by nobody": (
        "i5_doubt_ends_with_evidence: delivery 6 left a person's hands",
        sql(
            "DROP TRIGGER audit_entry_no_update",
            "UPDATE audit_entry SET actor_id = NULL WHERE action = 'delivery.confirm'",
        ),
    ),
    "two in flight on one account": (
        "i6_one_in_flight",
        sql(
            "DROP INDEX delivery_one_in_flight",
            "UPDATE delivery SET state = 'leased' WHERE id IN (1, 2)",
        ),
    ),
    "sent late": (
        "i7_nothing_unallowed: delivery 1: was attempted late",
        sql("UPDATE attempt SET opened_at = datetime(opened_at, '+3 hours')"),
    ),
    "sent early": (
        "i7_nothing_unallowed: delivery 1: was attempted early",
        sql(f"UPDATE attempt SET opened_at = {EARLIER}"),
    ),
    "visible late": ("i7_nothing_unallowed: post x-1 of x became visible late", linger),
    "approved by its author": (
        "i7_nothing_unallowed: delivery 1: was approved by its author",
        sql("UPDATE approval SET approver_id = (SELECT author_id FROM post WHERE id = post_id)"),
    ),
    "another content than approved": (
        "i7_nothing_unallowed: delivery 1: was attempted without an approval",
        sql("UPDATE attempt SET digest = 'otro' WHERE delivery_id = 1"),
    ),
    "an approval voided before the send": (
        "i7_nothing_unallowed: delivery 1: was attempted without an approval",
        sql("UPDATE approval SET voided_at = at"),
    ),
    "sent during a stop of everything": (
        "i7_nothing_unallowed: delivery 1: was attempted during a stop",
        sql(pause("NULL")),
    ),
    "sent during a stop of its plantel, lifted since": (
        "i7_nothing_unallowed: delivery 1: was attempted during a stop",
        sql(
            pause("(SELECT plantel_id FROM post LIMIT 1)", "datetime(opened_at, '+1 hour')"),
        ),
    ),
    "sent in veda": (
        "i7_nothing_unallowed: delivery 1: was attempted in veda",
        lambda desk: add_window(desk, first=-2, last=2),
    ),
    "an attempt closed by a later fence": (
        "i8_stale_fences_write_nothing: delivery 1: attempt of fence 1 was closed when",
        sql(
            "UPDATE delivery SET fence = 2 WHERE id = 1",
            "UPDATE attempt SET outcome = 'published' WHERE delivery_id = 1",
        ),
    ),
    "an attempt of a fence that never began": (
        "i8_stale_fences_write_nothing: delivery 1: begun by",
        sql("UPDATE attempt SET fence = 9 WHERE delivery_id = 1"),
    ),
    "a lease without a fence of its own": (
        "i8_stale_fences_write_nothing: delivery 1: scheduled to sending made the fence",
        sql("UPDATE prueba_transicion SET fence_before = fence WHERE new = 'sending'"),
    ),
    "one that stays where it was": (
        "i9_everything_ends: delivery 1 is stuck in retrying",
        sql("UPDATE delivery SET state = 'retrying' WHERE id = 1"),
    ),
    "a second automatic re-send": (
        "i10_tries_are_bounded: delivery 4: 2 automatic re-sends",
        sql(
            "UPDATE delivery SET state = 'unknown' WHERE id = 4",
            "UPDATE delivery SET state = 'retrying' WHERE id = 4",
        ),
    ),
    "too many unsent tries": (
        "i10_tries_are_bounded: delivery 7: {'not_sent'",
        sql(
            "INSERT INTO attempt (delivery_id, part, fence, owner, opened_at, outcome, code,"
            " detail, digest) SELECT delivery_id, part, fence + 10 * value, owner, opened_at,"
            " 'not_sent', code, detail, digest FROM attempt, json_each('[1,2,3,4,5,6]')"
            " WHERE delivery_id = 7 AND fence = 1"
        ),
    ),
    "a publication while its platform is cut off": (
        "i11_no_publication_while_a_breaker_is_open: delivery 7 was sent while instagram",
        cut("'instagram'", after="0"),
    ),
    "a publication while its account is cut off": (
        "i11_no_publication_while_a_breaker_is_open: delivery 7 was sent while account:",
        cut("'account:' || (SELECT account_id FROM delivery WHERE id = 7)", after="0"),
    ),
    "a change that the table lacks": (
        "i12_legal_history: (1, 'published', 'scheduled')",
        sql("UPDATE delivery SET state = 'scheduled' WHERE id = 1"),
    ),
    "a path with a hole": (
        "i12_legal_history: delivery 1 is published after scheduled published",
        sql("DELETE FROM prueba_transicion WHERE delivery_id = 1 AND new = 'sending'"),
    ),
    "a change that nobody saw": (
        "i12_legal_history: delivery 1 is rejected after",
        unseen("UPDATE delivery SET state = 'rejected' WHERE id = 1"),
    ),
    "a recorder that is not there": (
        "i12_legal_history: nobody recorded",
        unseen("DROP TABLE prueba_transicion"),
    ),
    "an open attempt of what is not being sent": (
        "i13_sound_database: (1,)",
        sql("UPDATE attempt SET outcome = NULL WHERE delivery_id = 1"),
    ),
    "something being sent without an open attempt": (
        "i13_sound_database: (1,)",
        unseen("UPDATE delivery SET state = 'sending' WHERE id = 1"),
    ),
    "a row that refers to nothing": (
        "i13_sound_database: ('delivery_part'",
        sql("INSERT INTO delivery_part (delivery_id, position, kind) VALUES (999, 0, 'post')"),
    ),
    "a later one before an earlier one": (
        "i14_order_within_account: delivery 2 went before an earlier one",
        sql("UPDATE attempt SET opened_at = datetime(opened_at, '+1 hour') WHERE delivery_id = 1"),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_promise_is_named(scene: Desk, name: str) -> None:
    expected, act = BREAKS[name]
    act(scene)
    found = invariants.all_of(scene.seen())
    assert [line for line in found if line.startswith(expected)], found


def test_a_cut_counts_from_when_others_could_know_of_it_whatever_its_writer_says(
    scene: Desk,
) -> None:
    cut("'instagram'", after="(SELECT MAX(n) FROM prueba_transicion)")(scene)
    assert invariants.all_of(scene.seen()) == []


def test_each_database_tells_which_sends_came_between_a_breakers_opening_and_its_closing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(state: str) -> None:
        known = replace(Breaker(scope="x", window_at=desk.now), state=state)
        with desk.app.write() as session:
            pace.write_breaker(session, known, now=desk.now)

    def go(network: str, code: str) -> int:
        desk.small.clock.pass_(seconds=5)
        (id_,) = desk.due(network, code=code)
        desk.run(engine)
        return id_

    engine = desk.engine()
    go("x", "SAL")
    write("open")
    go("facebook", "SAL")
    go("facebook", "TOR")
    assert invariants.at_any_time(desk.seen()) == []
    monkeypatch.setattr(pace.Pace, "spared", lambda *_: {})
    wrong = go("x", "TOR")
    expected = f"i11_no_publication_while_a_breaker_is_open: delivery {wrong} was sent while x was"
    write("closed")
    go("x", "ACU")
    assert invariants.at_any_time(desk.seen()) == [f"{expected} cut off"]
