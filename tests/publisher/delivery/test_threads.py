"""Threads and first comments: each part with its own attempt and receipt, and none twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import OutcomeUnknown, Refused, Unavailable
from publisher.delivery import decide
from publisher.editorial import plan
from publisher.editorial.extras import Extras, Following
from publisher.errors import Conflict
from publisher.queries import decision_case, post
from publisher.timing import PRODUCTION
from tests.publisher.delivery.desk import Desk, lease_due
from tests.support.house import PLANTELES
from tests.support.networks import Fault

REASON = "Se revisó la cuenta con la operadora"
SECOND, THIRD = "El cupo es de 20 lugares.", "Informes en la biblioteca."
THREAD = {"x": Extras(following=tuple(Following(kind="reply", text=t) for t in (SECOND, THIRD)))}
VERBS = dict(zip(("resume", "discard", "confirm"), PLANTELES, strict=True))
COMMENT = {"facebook": Extras(following=(Following(kind="comment", text=THIRD),))}


def thread(desk: Desk) -> int:
    (id_,) = desk.due("x", extras=THREAD)
    return id_


def advance(desk: Desk, *, owner: str = "", parts: int = 4) -> None:
    """Let an engine work, and the spacing between parts pass, as often as a thread needs."""
    engine = desk.engine(owner)
    for _ in range(parts):
        desk.run(engine)
        desk.small.clock.pass_(seconds=desk.timing.part_spacing)


def chain(desk: Desk) -> list[tuple[str, str]]:
    """Return what is public: each text's beginning, and what it answers."""
    return [(shown.remote_id, shown.parent) for shown in desk.networks.posts]


def test_an_item_of_a_thread_answers_the_one_before_it_and_a_comment_the_post(desk: Desk) -> None:
    _, id_ = desk.due("facebook", "x", extras=THREAD | COMMENT)
    advance(desk)
    assert set(desk.states().values()) == {"published"}
    below = {shown.remote_id: (shown.text, shown.parent) for shown in desk.networks.posts}
    first = {shown.network: shown.remote_id for shown in desk.networks.posts if not shown.parent}
    second = next(at for at, (text, _) in below.items() if text == SECOND)
    assert below[second] == (SECOND, first["x"])
    thirds = {parent for text, parent in below.values() if text == THIRD}
    assert thirds == {second, first["facebook"]}
    assert [receipt.part for receipt in desk.receipts(id_)] == [0, 1, 2]
    assert [(one.part, one.outcome) for one in desk.attempts(id_)] == [
        (0, "published"),
        (1, "published"),
        (2, "published"),
    ]


def test_parts_follow_each_other_sooner_than_the_posts_of_an_account(desk: Desk) -> None:
    id_ = thread(desk)
    desk.run(desk.engine())
    assert len(desk.networks.posts) == 1
    assert desk.row(id_).next_at == desk.now + timedelta(seconds=desk.timing.part_spacing)
    desk.small.clock.pass_(seconds=PRODUCTION.part_spacing)

    def claim() -> list[int]:
        leases = desk.write(
            lambda s: lease_due(s.connection(), 9, owner="w1", now=desk.now, timing=PRODUCTION)
        )
        return [lease.part for lease in leases]

    assert PRODUCTION.part_spacing < PRODUCTION.spacing
    assert claim() == [1]


@pytest.mark.parametrize("step", range(3))
def test_a_crash_resumes_a_thread_where_it_stopped(desk: Desk, step: int) -> None:
    id_ = thread(desk)
    owner = desk.hire()
    engine = desk.engine(owner)
    desk.run(engine)
    desk.small.clock.pass_(seconds=desk.timing.part_spacing)
    # the first part has its receipt; the process dies before, while or after it sends the second
    for act in (engine.turn, engine.perform)[:step]:
        act()
    desk.bury(owner)
    desk.recover()
    advance(desk)
    desk.settle_doubts()
    advance(desk)
    assert desk.state(id_) == "published"
    assert chain(desk) == [("x-1", ""), ("x-2", "x-1"), ("x-3", "x-2")]
    assert [receipt.part for receipt in desk.receipts(id_)] == [0, 1, 2]


@pytest.mark.parametrize("visible", [True, False])
def test_a_lost_reply_in_the_middle_leaves_each_part_once(desk: Desk, visible: bool) -> None:
    id_ = thread(desk)
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.pass_(seconds=desk.timing.part_spacing)
    desk.networks.order("x", "publish", Fault(OutcomeUnknown("lost"), visible=visible))
    desk.run(engine)
    assert (desk.state(id_), desk.row(id_).part) == ("unknown", 1)
    desk.settle_doubts()
    advance(desk)
    assert desk.state(id_) == "published"
    assert [text for _, text in chain(desk)] == ["", "x-1", "x-2"]
    # another part's doubt has its own second try
    assert not desk.row(id_).resend_used


def test_a_comment_that_is_not_seen_is_never_sent_again_without_a_person(desk: Desk) -> None:
    (id_,) = desk.due("facebook", extras=COMMENT)
    desk.networks.needs["facebook"] = "person"
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.pass_(seconds=desk.timing.part_spacing)
    desk.networks.order("facebook", "publish", Fault(OutcomeUnknown("lost")))
    desk.run(engine)
    desk.settle_doubts(rounds=8)
    advance(desk)
    assert (desk.state(id_), desk.row(id_).part) == ("needs_decision", 1)
    assert len(desk.networks.called("publish")) == 2


def test_a_refused_part_waits_for_a_person_who_sees_what_is_public(desk: Desk) -> None:
    ids = {verb: desk.approve("x", code=code, extras=THREAD)[0] for verb, code in VERBS.items()}
    desk.small.clock.now = max(desk.row(id_).due_at for id_ in ids.values())
    engine = desk.engine()
    desk.run(engine)
    desk.small.clock.pass_(seconds=desk.timing.part_spacing)
    desk.networks.order("x", "publish", *[Fault(Refused(sentence="X no aceptó el enlace."))] * 3)
    desk.run(engine)
    for id_ in ids.values():
        row = desk.row(id_)
        assert (row.state, row.part) == ("needs_decision", 1)
        assert "La primera parte ya es pública" in row.reason
        assert "X no aceptó el enlace." in row.reason
        case = decision_case.case(desk.app, desk.small.coordinador, id_)
        assert [receipt.part for receipt in case.delivery.receipts] == [0]
        assert case.text == SECOND
    link = "https://x.com/i/web/status/77"
    decide.resume(desk.app, desk.small.coordinador, ids["resume"], reason=REASON)
    decide.discard(desk.app, desk.small.coordinador, ids["discard"], reason=REASON)
    decide.confirm(desk.app, desk.small.coordinador, ids["confirm"], permalink=link, reason=REASON)
    advance(desk)
    ends = {verb: (desk.state(id_), len(desk.receipts(id_))) for verb, id_ in ids.items()}
    assert ends == {
        "resume": ("published", 3),
        "discard": ("cancelled", 1),
        "confirm": ("published", 3),
    }
    # of the one that a person had published, the third part alone was still to come
    assert sum(shown.parent == "77" for shown in desk.networks.posts) == 1
    assert len(desk.networks.posts) == 3 + 2 + 1


def test_a_thread_that_is_late_in_the_middle_waits_and_is_no_draft_again(desk: Desk) -> None:
    id_ = thread(desk)
    desk.run(desk.engine())
    desk.small.clock.now = desk.row(id_).not_after + timedelta(seconds=1)
    desk.run(desk.engine())
    case = decision_case.case(desk.app, desk.small.coordinador, id_)
    assert (case.delivery.hold_reason, case.text) == ("late", SECOND)
    assert not case.returnable
    decide.resume(desk.app, desk.small.coordinador, id_, reason=REASON)
    advance(desk)
    assert [parent for _, parent in chain(desk)] == ["", "x-1", "x-2"]


def test_a_thread_whose_post_was_withdrawn_by_hand_ends_and_says_so(desk: Desk) -> None:
    id_ = thread(desk)
    engine = desk.engine()
    desk.run(engine)
    said = "X ya no muestra la publicación."
    gone = Unavailable(code="x.parent_gone", http_status=403, sentence=said)
    desk.networks.order("x", "publish", *[Fault(gone)] * (desk.timing.unsent_tries + 1))
    for _ in range(desk.timing.unsent_tries + 2):
        desk.small.clock.pass_(seconds=desk.timing.backoff_cap / 6)
        desk.run(engine)
    assert (desk.state(id_), desk.row(id_).reason) == ("dead", said)
    assert len(desk.networks.posts) == 1


def test_what_is_public_of_a_stopped_thread_keeps_its_post_from_going_out_again(
    desk: Desk,
) -> None:
    id_ = thread(desk)
    desk.run(desk.engine())
    post_id = desk.row(id_).post_id
    later = desk.row(id_).local_at[:-2] + "40"
    with pytest.raises(Conflict):
        plan.move(desk.app, desk.small.directora, post_id, local_at=later)
    pulled = plan.pull_back(desk.app, desk.small.coordinador, post_id, reason=REASON)
    assert (pulled.stopped, pulled.gone) == (1, 1)
    assert (desk.state(id_), desk.small.post(post_id).state) == ("cancelled", "approved")
    told = post.story(desk.app, desk.small.coordinador, post_id)
    assert (told.phase, told.deliveries[0].group) == ("published", "published")
    advance(desk)
    assert len(desk.networks.posts) == 1
