from __future__ import annotations

import pytest

from publisher.editorial import plan, review
from publisher.errors import NotFound
from publisher.queries import post
from tests.support.posts import TEXT, Newsroom


def test_the_story_tells_who_did_what_and_shows_the_proof(room: Newsroom) -> None:
    post_id = room.approved(networks=("x", "facebook"))
    room.settle(post_id)
    story = post.story(room.app, room.oper, post_id)
    assert [step.what for step in story.steps] == ["created", "submitted", "reviewed", "approved"]
    assert story.phase == "published"
    assert story.settled
    assert story.text("x") == TEXT
    assert story.approval is not None
    assert story.approval.digest == story.digest == room.post(post_id).digest
    for delivery in story.deliveries:
        assert delivery.group == "published"
        assert delivery.receipts[0].permalink.endswith(f"/{delivery.receipts[0].remote_id}")
        assert delivery.attempts[0].outcome == "published"


def test_a_post_of_another_plantel_does_not_exist_for_an_operator(room: Newsroom) -> None:
    post_id = room.submitted()
    with pytest.raises(NotFound):
        post.story(room.app, room.house.actor("OPER", 2), post_id)
    with pytest.raises(NotFound):
        post.story(room.app, room.coor, post_id + 1000)


def test_what_may_be_done_depends_on_state_role_and_hands(room: Newsroom) -> None:
    post_id = room.submitted()
    allowed = lambda actor: post.story(room.app, actor, post_id).allowed  # noqa: E731
    assert allowed(room.coor).review
    assert not allowed(room.oper).review
    assert allowed(room.oper).withdraw
    assert not allowed(room.oper).edit
    mine = room.submitted(author=room.dirv)
    assert not post.story(room.app, room.dirv, mine).allowed.approve


def test_an_older_revision_keeps_its_deliveries(room: Newsroom) -> None:
    post_id = room.approved()
    plan.pull_back(room.app, room.oper, post_id, reason="Cambió la sede del evento")
    story = post.story(room.app, room.oper, post_id)
    assert (story.phase, story.revision) == ("draft", 2)
    assert [(row.revision, row.group) for row in story.deliveries] == [(1, "cancelled")]
    assert story.approval is None
    assert story.steps[-1].what == "pulled_back"


def test_reasons_are_told(room: Newsroom) -> None:
    post_id = room.submitted()
    review.give(room.app, room.coor, post_id, decision="returned", reason="Falta la sede....")
    story = post.story(room.app, room.oper, post_id)
    assert (story.steps[-1].what, story.steps[-1].reason) == ("returned", "Falta la sede....")
