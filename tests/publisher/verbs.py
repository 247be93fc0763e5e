"""Every public verb outside custody: the action of the table that it asks for, and how to call it.

Custody, credentials, keys and second factors have a list of their own (``custody/verbs.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from publisher import people, rulebook
from publisher.connections import choosing, connect, held, login, session_login, x_login
from publisher.consents import register
from publisher.delivery import batch, correction, listening, smoke
from publisher.documents import calidad
from publisher.editorial import approve, by_mail, rejudging, remarks
from publisher.editorial import batch as on_many
from publisher.people import delegations, designations, elsewhere, persons, renewal
from publisher.queries import (
    accounts,
    activity,
    audit,
    calendar,
    changes,
    comments,
    comprobante,
    consent_choices,
    decision_case,
    decisions,
    examples,
    inbox,
    learning,
    obstacles,
    pictures,
    places,
    post,
    queue,
    reach,
    rechecks,
    staff,
    stops,
)
from publisher.queries import by_hand as by_hand_rows
from publisher.queries import consents as consent_rows
from publisher.rulebook import acknowledging, adopting, drafts, printing, proposals
from publisher.rulebook.versions import versions
from tests.publisher.delivery.verbs import DELIVERY
from tests.publisher.editorial.verbs import EDITORIAL
from tests.publisher.institution.verbs import HOUSE
from tests.publisher.scene import NOBODY, REASON, Case, case

PEOPLE = {
    delegations.delegate: case(
        "delegation.make",
        lambda s: people.delegate(
            s.app, s.actor, NOBODY, ends_at=s.app.clock() + timedelta(days=1), reason=REASON
        ),
        "all",
    ),
    delegations.revoke_delegation: case(
        "delegation.make", lambda s: people.revoke_delegation(s.app, s.actor, NOBODY), "all"
    ),
    elsewhere.unlink: case(
        "people.manage", lambda s: elsewhere.unlink(s.app, s.actor, NOBODY), "all"
    ),
    persons.create_person: case(
        "people.manage",
        lambda s: people.create_person(
            s.app, s.actor, email=f"{s.app.new_id()}@example.mx", name="N", issue_password=False
        ),
        "all",
    ),
    persons.disable_person: case(
        "people.manage", lambda s: people.disable_person(s.app, s.actor, NOBODY), "all"
    ),
    persons.enable_person: case(
        "people.manage", lambda s: people.enable_person(s.app, s.actor, NOBODY), "all"
    ),
    persons.list_people: case("people.manage", lambda s: people.list_people(s.app, s.actor), "all"),
    renewal.reset_password: case(
        "people.manage", lambda s: people.reset_password(s.app, s.actor, NOBODY), "all"
    ),
}

MANUAL = {
    acknowledging.acknowledge: case(
        "manual.read", lambda s: acknowledging.acknowledge(s.app, s.actor, NOBODY), "all"
    ),
    drafts.draft: case("manual.edit", lambda s: drafts.draft(s.app, s.actor), "all"),
    drafts.open_draft: case("manual.edit", lambda s: drafts.open_draft(s.app, s.actor), "all"),
    drafts.import_draft: case(
        "manual.edit", lambda s: drafts.import_draft(s.app, s.actor, "no es un manual"), "all"
    ),
    drafts.discard: case("manual.edit", lambda s: drafts.discard(s.app, s.actor, lock=0), "all"),
    drafts.save_draft: case(
        "manual.edit",
        lambda s: drafts.save_draft(s.app, s.actor, rulebook.in_force(s.app), lock=0),
        "all",
    ),
    proposals.propose: case(
        "manual.edit",
        lambda s: proposals.propose(
            s.app, s.actor, lock=0, in_force_from=date(2026, 12, 1), summary=REASON
        ),
        "all",
    ),
    proposals.recall: case(
        "manual.edit", lambda s: proposals.recall(s.app, s.actor, lock=0), "all"
    ),
    proposals.send_back: case(
        "manual.approve",
        lambda s: proposals.send_back(s.app, s.actor, lock=0, reason=REASON),
        "all",
    ),
    adopting.approve: case(
        "manual.approve", lambda s: adopting.approve(s.app, s.actor, lock=0), "all"
    ),
    versions: case("manual.read", lambda s: versions(s.app, s.actor), "all"),
    printing.printed: case(
        "manual.read", lambda s: printing.printed(s.app, s.actor, NOBODY), "all"
    ),
    rejudging.see: case("post.review", lambda s: rejudging.see(s.app, s.actor, s.at("submitted"))),
}

READING = {
    accounts.lines: case("institution.read", lambda s: accounts.lines(s.app, s.actor), "anywhere"),
    accounts.sheet: case(
        "institution.read", lambda s: accounts.sheet(s.app, s.actor, s.account), hides=True
    ),
    accounts.picture: case(
        "institution.read", lambda s: accounts.picture(s.app, s.actor, s.account), hides=True
    ),
    activity.by_plantel: case(
        "activity.read", lambda s: activity.by_plantel(s.app, s.actor), "anywhere"
    ),
    activity.recent: case(
        "activity.read", lambda s: activity.recent(s.app, s.actor, s.plantel), hides=True
    ),
    audit.page: case("audit.read", lambda s: audit.page(s.app, s.actor), "anywhere"),
    audit.options: case("audit.read", lambda s: audit.options(s.app, s.actor), "anywhere"),
    by_hand_rows.due: case(
        "delivery.by_hand", lambda s: by_hand_rows.due(s.app, s.actor), "anywhere"
    ),
    by_hand_rows.count: case(
        "delivery.by_hand", lambda s: by_hand_rows.count(s.app, s.actor), "anywhere"
    ),
    calendar.visible: case(
        "calendar.read",
        lambda s: calendar.visible(
            s.app, s.actor, first=date(2026, 11, 23), last=date(2026, 11, 30)
        ),
        "anywhere",
    ),
    changes.public_texts: case(
        "post.correct", lambda s: changes.public_texts(s.app, s.actor, s.delivery)
    ),
    decisions.waiting: case(
        "delivery.decide", lambda s: decisions.waiting(s.app, s.actor), "anywhere"
    ),
    decision_case.case: case(
        "delivery.decide", lambda s: decision_case.case(s.app, s.actor, NOBODY), "anywhere"
    ),
    places.accounts: case(
        "calendar.read", lambda s: places.accounts(s.app, s.actor, [s.plantel]), "anywhere"
    ),
    places.planteles: case("calendar.read", lambda s: places.planteles(s.app, s.actor), "anywhere"),
    learning.quality: case("learning.read", lambda s: learning.quality(s.app, s.actor), "anywhere"),
    calidad.export: case(
        "learning.read", lambda s: calidad.export(s.app, s.actor, "reglas", "csv"), "anywhere"
    ),
    examples.chosen: case("manual.read", lambda s: examples.chosen(s.app, s.actor), "all"),
    examples.suggested: case("manual.edit", lambda s: examples.suggested(s.app, s.actor), "all"),
    comprobante.comprobante: case(
        "calendar.read",
        lambda s: comprobante.comprobante(s.app, s.actor, s.delivery),
        hides=True,
    ),
    consent_rows.counts: case(
        "consent.read", lambda s: consent_rows.counts(s.app, s.actor), "anywhere"
    ),
    consent_rows.listed: case(
        "consent.read", lambda s: consent_rows.listed(s.app, s.actor), "anywhere"
    ),
    consent_rows.one: case(
        "consent.read", lambda s: consent_rows.one(s.app, s.actor, "no"), "anywhere"
    ),
    post.story: case(
        "calendar.read", lambda s: post.story(s.app, s.actor, s.at("approved")), hides=True
    ),
    reach.elsewhere: case(
        "activity.read", lambda s: reach.elsewhere(s.app, s.actor, s.plantel), hides=True
    ),
    staff.coordinators: case(
        "delegation.make", lambda s: staff.coordinators(s.app, s.actor), "all"
    ),
    staff.delegations: case("delegation.make", lambda s: staff.delegations(s.app, s.actor), "all"),
    stops.stops: case("queue.pause", lambda s: stops.stops(s.app, s.actor), "anywhere"),
}

CASES: Mapping[Any, Case] = {
    **EDITORIAL,
    **DELIVERY,
    **HOUSE,
    **PEOPLE,
    **MANUAL,
    **READING,
}

OTHERWISE: Mapping[Callable[..., Any], str] = {
    approve.approve_many: "approve for each, and answers for each",
    on_many.favour_many: "review.give for each, and answers for each",
    on_many.return_many: "the verb of the tray for each, and answers for each",
    on_many.end_where_it_waits: "review.give, approve.send_back or approve.reject",
    batch.decide_many: "the decisions of delivery.decide, each answered on its own",
    by_mail.may_ask: "a question; the verb asks again",
    choosing.chooser: "bound to a ticket of one's own session: tests/publisher/connections",
    choosing.choices_of: "what a token reached; each account is asked for on its own",
    choosing.connect_granted: "each account is asked for on its own",
    choosing.offer: "bound to one's own session",
    choosing.reached: "what a token reached; nothing is connected",
    held.hold: "bound to one's own session",
    held.look: "bound to one's own session",
    held.take: "bound to one's own session",
    session_login.answer_session: "bound to one's own session: tests/publisher/connections",
    session_login.cancel_session: "bound to one's own session: tests/publisher/connections",
    x_login.x_ways: "a question; the verb asks again",
    listening.attend: "bound to comments: tests/publisher/delivery",
    listening.reopen: "bound to comments: tests/publisher/delivery",
    rejudging.see: "bound to a recheck: tests/publisher/editorial",
    comments.late: "empty where nothing is the actor's",
    comments.of_post: "empty where nothing is the actor's",
    comments.waiting: "empty where nothing is the actor's",
    consent_choices.choices: "empty where nothing is the actor's",
    connect.install: "what prove has proven",
    login.offered: "a question; the verb asks again",
    login.cancel_login: "a state of one's own session",
    correction.approve_correction: "bound to a proposal: tests/publisher/delivery",
    correction.reject_correction: "bound to a proposal: tests/publisher/delivery",
    correction.withdraw_correction: "bound to a proposal: tests/publisher/delivery",
    smoke.run: "what prepare allowed",
    remarks.add: "whoever judges, or wrote it: tests/publisher/editorial",
    remarks.resolve: "whoever judges, or wrote it: tests/publisher/editorial",
    register.revoke: "bound to a consent: tests/publisher/consents",
    designations.designate: "by the role that is given: tests/publisher/people",
    designations.end_designation: "by the role that ends: tests/publisher/people",
    designations.planteles_without_operator: "empty where nothing is the actor's",
    renewal.change_password: "one's own",
    renewal.must_change: "one's own",
    people.revoke: "one's own sessions",
    people.sessions_of: "one's own sessions",
    audit.sheet: "what the page shows: tests/publisher/queries",
    by_hand_rows.in_use: "a question; empty where nothing is the actor's",
    changes.proposed: "empty where nothing is the actor's",
    inbox.home: "empty where nothing is the actor's",
    inbox.drafts: "empty where nothing is the actor's",
    obstacles.waiting_accounts: "empty where nothing is the actor's",
    pictures.pictures: "leaves out what is not the actor's: tests/publisher/queries",
    pictures.require: "by every post that shows it: tests/publisher/queries",
    queue.tray: "the two trays: tests/publisher/queries",
    queue.may_open: "a question; the tray asks again",
    staff.designations: "two actions: tests/publisher/queries",
    staff.person_by_email: "two actions: tests/publisher/queries",
    stops.over: "empty where nothing is the actor's",
    acknowledging.owes: "one's own",
    rechecks.of_post: "empty where nothing is the actor's: tests/publisher/editorial",
    rechecks.unseen: "empty where nothing is the actor's: tests/publisher/editorial",
    acknowledging.owing: "empty where nothing is the actor's: tests/publisher/rulebook",
}
"""Public functions with an actor that no row fits: where they are tried, or why they need not."""
