"""Who may decide on a post now, beside the person who asks: the Directora and her delegates."""

from __future__ import annotations

from sqlmodel import Session

from publisher import access
from publisher.app import App
from publisher.models import Post
from publisher.people import delegation_in_force


def approvers(app: App, session: Session, post: Post) -> frozenset[int]:
    """Return the persons who hold the power to approve and did not make the post."""
    now = app.clock()
    delegates = {
        person_id
        for person_id in access.persons_with(session, "COOR", now=now)
        if delegation_in_force(session, person_id, now) is not None
    }
    return (access.persons_with(session, "DIRV", now=now) | delegates) - makers(post)


def makers(post: Post) -> frozenset[int]:
    """Return who wrote, last edited or sent in the post."""
    hands = {post.author_id, post.last_editor_id, post.submitted_by_id}
    return frozenset(person for person in hands if person is not None)
