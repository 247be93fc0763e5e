"""The verbs of planteles, accounts, connections, consents and media, and how to call each."""

from __future__ import annotations

from datetime import date

from publisher import institution, media
from publisher.connections import choosing, connect, login, session_login, verify, x_login
from publisher.consents import exchange, register
from publisher.consents.given import Given
from publisher.institution import importing, lifecycle, procedure, registering, setup
from tests.publisher.scene import NOBODY, REASON, case
from vault.secret import Secret

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
    institution.read_procedure: case(
        "institution.manage", lambda s: procedure.read_procedure(s.app, s.actor), "all"
    ),
    institution.set_procedure: case(
        "institution.manage",
        lambda s: procedure.set_procedure(s.app, s.actor, procedure.Procedure(code="PI-1")),
        "all",
    ),
    institution.register_account: case(
        "institution.manage",
        lambda s: registering.register_account(
            s.app, s.actor, plantel_id=NOBODY, network="x", external_id="9", name="Otra"
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
