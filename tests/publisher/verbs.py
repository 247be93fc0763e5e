"""Every public verb outside custody: the action of the table that it asks for, and how to call it.

``where`` says of which place it asks: a ``plantel`` (the scene's), ``anywhere`` the actor has it,
or ``all`` planteles. ``hides`` is for verbs that answer as if the thing did not exist, ``lent`` is
False where a delegation lends nothing. Custody,
credentials, keys and second factors have a list of their own (``custody/verbs.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from publisher import institution, media, people, rulebook
from publisher.connections import choosing, connect, held, login, session_login, verify, x_login
from publisher.consents import exchange, register
from publisher.consents.given import Given
from publisher.delivery import (
    batch,
    by_hand_answer,
    correction,
    decide,
    inspection,
    listening,
    removal,
    smoke,
    spending,
    stopping,
    survey,
)
from publisher.documents import calidad
from publisher.editorial import (
    approve,
    by_mail,
    clear,
    dismissals,
    draft,
    exception,
    phrases,
    plan,
    rejudging,
    remarks,
    review,
    seen,
    spelled,
    submit,
    undo,
)
from publisher.editorial import batch as on_many
from publisher.editorial import examples as good_examples
from publisher.institution import importing, lifecycle, setup
from publisher.people import delegations, designations, elsewhere, persons, renewal
from publisher.queries import (
    accounts,
    activity,
    audit,
    calendar,
    changes,
    comments,
    comprobante,
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
from publisher.rulebook import acknowledging, drafts, printing, proposals
from publisher.rulebook.versions import versions
from tests.support.house import WALL
from tests.support.scene import Call
from vault.secret import Secret

REASON = "Lo pide la coordinación para el acto del viernes"
Where = Literal["plantel", "anywhere", "all"]


@dataclass
class Scene(Call):
    """One call: who acts, on which plantel, and the rows that stand there."""

    posts: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)

    @property
    def handle(self) -> str:
        return f"facebook_{self.code}".lower()

    @property
    def delivery(self) -> int:
        return self.deliveries[self.code]

    def at(self, state: str) -> int:
        """Return the scene's post that was brought to ``state``."""
        return self.posts[f"{self.code}.{state}"]

    def content(self) -> Any:
        return self.small.content(code=self.code)

    def version(self, state: str) -> int:
        return self.small.post(self.at(state)).version


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a verb asks of the table, and a call of it."""

    action: str
    call: Callable[[Scene], object]
    where: Where = "plantel"
    hides: bool = False
    lent: bool = True


def case(
    action: str,
    call: Callable[[Scene], object],
    where: Where = "plantel",
    *,
    hides: bool = False,
    lent: bool = True,
) -> Case:
    return Case(action=action, call=call, where=where, hides=hides, lent=lent)


NOBODY = 999_999
"""No row has this id: what is allowed answers that it does not exist, and changes nothing."""

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

DELIVERY = {
    decide.confirm: case(
        "delivery.decide",
        lambda s: decide.confirm(
            s.app, s.actor, s.delivery, permalink="https://www.facebook.com/1_2", reason=REASON
        ),
    ),
    decide.discard: case(
        "delivery.decide", lambda s: decide.discard(s.app, s.actor, s.delivery, reason=REASON)
    ),
    decide.reschedule: case(
        "delivery.decide",
        lambda s: decide.reschedule(s.app, s.actor, s.delivery, local_at=WALL, reason=REASON),
    ),
    decide.resume: case(
        "delivery.decide", lambda s: decide.resume(s.app, s.actor, s.delivery, reason=REASON)
    ),
    inspection.inspect: case(
        "delivery.decide", lambda s: inspection.inspect(s.app, s.actor, s.delivery)
    ),
    by_hand_answer.confirm: case(
        "delivery.by_hand",
        lambda s: by_hand_answer.confirm(s.app, s.actor, s.delivery, link="https://x.com/a/1"),
        hides=True,
    ),
    by_hand_answer.file_of: case(
        "delivery.by_hand",
        lambda s: by_hand_answer.file_of(s.app, s.actor, s.delivery, "0" * 64),
        hides=True,
    ),
    by_hand_answer.not_published: case(
        "delivery.by_hand",
        lambda s: by_hand_answer.not_published(s.app, s.actor, s.delivery, reason=REASON),
        hides=True,
    ),
    correction.propose_correction: case(
        "post.correct",
        lambda s: correction.propose_correction(
            s.app, s.actor, s.delivery, text="Otro texto", reason=REASON
        ),
    ),
    correction.judge_correction: case(
        "post.correct",
        lambda s: correction.judge_correction(s.app, s.actor, s.delivery, text="Otro texto"),
    ),
    removal.remove: case(
        "post.remove", lambda s: removal.remove(s.app, s.actor, [s.delivery], reason=REASON)
    ),
    removal.note_by_hand: case(
        "post.remove", lambda s: removal.note_by_hand(s.app, s.actor, s.delivery, reason=REASON)
    ),
    removal.ratify: case(
        "post.ratify", lambda s: removal.ratify(s.app, s.actor, s.at("approved")), "all"
    ),
    smoke.prepare: case(
        "post.approve", lambda s: smoke.prepare(s.app, s.actor, "facebook", s.handle), lent=False
    ),
    spending.set_cap: case(
        "spending.cap",
        lambda s: spending.set_cap(s.app, s.actor, "x", Decimal(20), reason=REASON),
        "all",
    ),
    stopping.stop: case(
        "queue.pause",
        lambda s: stopping.stop(s.app, s.actor, plantel_id=s.plantel, reason=REASON),
    ),
    stopping.lift: case(
        "queue.pause",
        lambda s: stopping.lift(s.app, s.actor, plantel_id=s.plantel, reason=REASON),
    ),
    survey.comments: case(
        "calendar.read", lambda s: survey.comments(s.app, s.actor, s.delivery), hides=True
    ),
}

HOUSE = {
    connect.accept_risk: case(
        "account.risk", lambda s: connect.accept_risk(s.app, s.actor, s.account, accepted=True)
    ),
    connect.connect_account: case(
        "credential.install",
        lambda s: connect.connect_account(
            s.app, s.actor, s.account, {"access_token": Secret("x" * 40)}, reason=REASON
        ),
    ),
    login.begin_login: case(
        "credential.install",
        lambda s: login.begin_login(s.app, s.actor, redirect_uri="http://127.0.0.1/vuelta"),
        "anywhere",
    ),
    login.finish_login: case(
        "credential.install",
        lambda s: login.finish_login(s.app, s.actor, state="no", code="no"),
        "anywhere",
    ),
    choosing.by_token: case(
        "credential.install",
        lambda s: choosing.by_token(s.app, s.actor, Secret("")),
        "anywhere",
    ),
    choosing.connect_chosen: case(
        "credential.install",
        lambda s: choosing.connect_chosen(s.app, s.actor, "no", ()),
        "anywhere",
    ),
    connect.prove: case(
        "credential.install",
        lambda s: connect.prove(s.app, s.actor, s.account, {"access_token": Secret("x" * 40)}),
    ),
    connect.subject_of: case(
        "credential.install", lambda s: connect.subject_of(s.app, s.actor, s.account)
    ),
    session_login.begin_session: case(
        "credential.install",
        lambda s: session_login.begin_session(
            s.app, s.actor, s.account, username="nadie", password=Secret("no")
        ),
    ),
    x_login.begin_x: case(
        "credential.install",
        lambda s: x_login.begin_x(s.app, s.actor, "oauth2", redirect_uri="http://127.0.0.1/v"),
        "anywhere",
    ),
    x_login.finish_x: case(
        "credential.install", lambda s: x_login.finish_x(s.app, s.actor, "oauth2", {}), "anywhere"
    ),
    exchange.preview: case(
        "consent.keep", lambda s: exchange.preview(s.app, s.actor, b"", "a.csv"), "anywhere"
    ),
    exchange.apply: case(
        "consent.keep", lambda s: exchange.apply(s.app, s.actor, b"", "a.csv"), "anywhere"
    ),
    exchange.export: case(
        "consent.read", lambda s: exchange.export(s.app, s.actor, "csv"), "anywhere"
    ),
    verify.verify_accounts: case(
        "account.verify", lambda s: verify.verify_accounts(s.app, s.actor, [s.account])
    ),
    register.register: case(
        "consent.keep",
        lambda s: register.register(
            s.app,
            s.actor,
            s.plantel,
            Given(subject="", valid_from=date(2026, 11, 1), valid_until=date(2027, 11, 1)),
        ),
    ),
    institution.rename_plantel: case(
        "institution.manage",
        lambda s: lifecycle.rename_plantel(s.app, s.actor, NOBODY, name="Otro", reason=REASON),
        "all",
    ),
    institution.close_plantel: case(
        "institution.manage",
        lambda s: lifecycle.close_plantel(s.app, s.actor, NOBODY, reason=REASON),
        "all",
    ),
    institution.merge_planteles: case(
        "institution.manage",
        lambda s: lifecycle.merge_planteles(s.app, s.actor, NOBODY, 1, reason=REASON),
        "all",
    ),
    institution.replace_account: case(
        "institution.manage",
        lambda s: lifecycle.replace_account(
            s.app, s.actor, NOBODY, handle="otra", external_id="9", reason=REASON
        ),
        "all",
    ),
    institution.pause_account: case(
        "queue.pause", lambda s: lifecycle.pause_account(s.app, s.actor, s.account, reason=REASON)
    ),
    institution.resume_account: case(
        "queue.pause", lambda s: lifecycle.resume_account(s.app, s.actor, s.account)
    ),
    institution.release_plantel: case(
        "delivery.decide",
        lambda s: lifecycle.release_plantel(s.app, s.actor, s.plantel, reason=REASON),
    ),
    institution.export: case(
        "institution.read",
        lambda s: institution.export(s.app, s.actor, "planteles", "csv"),
        "anywhere",
    ),
    importing.preview: case(
        "institution.manage",
        lambda s: importing.preview(s.app, s.actor, "planteles", b"", "a.csv"),
        "all",
    ),
    importing.apply: case(
        "institution.manage",
        lambda s: importing.apply(s.app, s.actor, "planteles", b"", "a.csv"),
        "all",
    ),
    setup.load_shipped: case(
        "institution.manage", lambda s: setup.load_shipped(s.app, s.actor), "all"
    ),
    media.accept: case(
        "post.draft",
        lambda s: media.accept(
            s.app, s.actor, plantel_id=s.plantel, file_name="a.svg", data=b"<svg/>"
        ),
    ),
}

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
    proposals.approve: case(
        "manual.approve", lambda s: proposals.approve(s.app, s.actor, lock=0), "all"
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
    decisions.case: case(
        "delivery.decide", lambda s: decisions.case(s.app, s.actor, NOBODY), "anywhere"
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
    consent_rows.choices: "empty where nothing is the actor's",
    rechecks.of_post: "empty where nothing is the actor's",
    rechecks.unseen: "empty where nothing is the actor's",
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
