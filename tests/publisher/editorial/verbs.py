"""The verbs of a post before it is due, and how to call each."""

from __future__ import annotations

from publisher.editorial import (
    approve,
    by_mail,
    clear,
    dismissals,
    draft,
    exception,
    phrases,
    plan,
    remarks,
    review,
    seen,
    spelled,
    submit,
    undo,
)
from publisher.editorial import examples as good_examples
from tests.publisher.scene import NOBODY, REASON, case
from tests.support.house import WALL

EDITORIAL = {
    draft.create: case(
        "post.draft",
        lambda s: draft.create(s.app, s.actor, plantel_id=s.plantel, content=s.content()),
    ),
    draft.save: case(
        "post.draft",
        lambda s: draft.save(
            s.app, s.actor, s.at("draft"), version=s.version("draft"), content=s.content()
        ),
    ),
    draft.load: case("post.draft", lambda s: draft.load(s.app, s.actor, s.at("draft"))),
    draft.discard: case("post.draft", lambda s: draft.discard(s.app, s.actor, s.at("approved"))),
    submit.check: case(
        "post.draft", lambda s: submit.check(s.app, s.actor, s.plantel, s.content())
    ),
    spelled.look: case(
        "post.draft", lambda s: spelled.look(s.app, s.actor, s.plantel, s.content())
    ),
    submit.submit: case(
        "post.submit", lambda s: submit.submit(s.app, s.actor, s.at("approved"), version=1)
    ),
    exception.ask_exception: case(
        "post.submit",
        lambda s: exception.ask_exception(s.app, s.actor, s.at("draft"), reason=REASON),
    ),
    exception.resolve_exception: case(
        "post.exception",
        lambda s: exception.resolve_exception(
            s.app, s.actor, s.at("draft"), grant=False, reason=REASON
        ),
    ),
    clear.clear: case(
        "post.clear", lambda s: clear.clear(s.app, s.actor, s.at("submitted"), digest="0" * 64)
    ),
    clear.object_to: case(
        "post.clear",
        lambda s: clear.object_to(
            s.app, s.actor, s.at("submitted"), digest="0" * 64, reason=REASON
        ),
    ),
    clear.switch: case("clearance.switch", lambda s: clear.switch(s.app, s.actor, on=False), "all"),
    review.give: case(
        "post.review",
        lambda s: review.give(s.app, s.actor, s.at("approved"), decision="returned", reason=REASON),
    ),
    review.withdraw: case(
        "post.cancel", lambda s: review.withdraw(s.app, s.actor, s.at("approved"), reason=REASON)
    ),
    approve.approve: case(
        "post.approve",
        lambda s: approve.approve(s.app, s.actor, s.at("reviewed"), digest="0" * 64),
    ),
    approve.send_back: case(
        "post.approve",
        lambda s: approve.send_back(s.app, s.actor, s.at("approved"), reason=REASON),
    ),
    approve.reject: case(
        "post.approve", lambda s: approve.reject(s.app, s.actor, s.at("approved"), reason=REASON)
    ),
    by_mail.ask: case("post.review", lambda s: by_mail.ask(s.app, s.actor, s.at("approved"))),
    plan.move: case(
        "post.schedule", lambda s: plan.move(s.app, s.actor, s.at("draft"), local_at=WALL)
    ),
    plan.pull_back: case(
        "post.cancel", lambda s: plan.pull_back(s.app, s.actor, s.at("draft"), reason=REASON)
    ),
    undo.undo: case("post.approve", lambda s: undo.undo(s.app, s.actor, [s.at("draft")])),
    remarks.listed: case("post.draft", lambda s: remarks.listed(s.app, s.actor, s.at("approved"))),
    dismissals.dismiss: case(
        "post.approve",
        lambda s: dismissals.dismiss(
            s.app, s.actor, s.at("draft"), rule="3.1", place="base", fragment="", reason=REASON
        ),
    ),
    dismissals.reinstate: case(
        "post.approve",
        lambda s: dismissals.reinstate(
            s.app, s.actor, s.at("draft"), rule="3.1", place="base", fragment=""
        ),
    ),
    phrases.add: case(
        "phrase.manage",
        lambda s: phrases.add(s.app, s.actor, text=f"Falta el dato {s.app.new_id()}"),
        "all",
    ),
    phrases.retire: case("phrase.manage", lambda s: phrases.retire(s.app, s.actor, NOBODY), "all"),
    good_examples.choose: case(
        "manual.edit", lambda s: good_examples.choose(s.app, s.actor, s.at("draft")), "all"
    ),
    good_examples.drop: case(
        "manual.edit", lambda s: good_examples.drop(s.app, s.actor, NOBODY), "all"
    ),
    seen.look: case(
        "calendar.read", lambda s: seen.look(s.app, s.actor, s.at("reviewed")), hides=True
    ),
}
