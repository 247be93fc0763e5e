"""From draft to consulta: the check and the submission (3.2, RS-5.1.4).

A *bloqueo* of the manual stops the submission unless the Directora granted an exception for exactly
that content; a network's own refusal always does.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlmodel import Session, col

from publisher import access, rulebook
from publisher.app import Actor, App
from publisher.consents import using
from publisher.editorial import clearance, consenting, echoes
from publisher.editorial.checking import NEVER_EXCEPTED, Checked, exception_digest
from publisher.editorial.content import (
    DraftContent,
    check_shape,
    forms_of,
    normal,
    read_content,
    require_media,
)
from publisher.editorial.evaluation import Setting, evaluate
from publisher.editorial.media_refs import media_of
from publisher.editorial.places import (
    Place,
    authorize_places,
    places_for,
    places_of,
    require_targets,
)
from publisher.editorial.posts import (
    EDITABLE,
    drop_request,
    excepted,
    find_post,
    is_central,
    made_centrally,
    record,
    require_state,
)
from publisher.editorial.snapshot import Snapshot, TargetRef, load_snapshot
from publisher.errors import Conflict, Forbidden, Invalid, NotFound
from publisher.manual.document import Manual
from publisher.media import reach
from publisher.models import CheckRun, Finding, Plantel, Post
from publisher.texts import editorial as texts


def check(app: App, actor: Actor, plantel_id: int, content: DraftContent) -> Checked:
    """Check what a composer holds, without storing anything.

    It is judged as the actor's own text; submitting judges by who wrote and last edited it.
    """
    access.authorize(actor, "post.draft", plantel_id=plantel_id)
    content = normal(content)
    check_shape(content)
    manual = rulebook.in_force(app)
    with app.read() as session:
        plantel = session.get(Plantel, plantel_id)
        if plantel is None:
            raise NotFound(texts.NO_SUCH_PLANTEL)
        places = places_for(session, actor, content.account_ids)
        require_media(session, plantel_id, content)
        media = media_of(session, content.media)
        setting = _setting(
            app, session, manual, content, plantel, places, central=is_central(actor)
        )
    snapshot = Snapshot(
        post_id=0,
        revision=0,
        texts={network: text for network, text in content.texts.items() if text},
        media=media,
        targets=tuple(
            TargetRef(account_id=p.account_id, network=p.network, external_id=p.external_id)
            for p in places
        ),
        forms=forms_of(content),
        extras=content.extras,
    )
    return evaluate(app, manual, snapshot, setting)


def submit(app: App, actor: Actor, post_id: int, *, version: int) -> Checked:
    """Send a draft to consulta, with its findings stored; returns them.

    What Difusión or the Directora wrote goes straight to the queue: the approval of another person
    carries the dictamen. Where the institution asks for it, a plantel's text first waits for the
    visto bueno of its director. Raises ``Invalid`` where something blocks it, ``Forbidden`` where
    an account is out of reach or a rule admits no exception.
    """
    manual = rulebook.in_force(app)
    reach.ask(app)
    with app.write() as session:
        post = find_post(session, actor, "post.submit", post_id)
        require_state(post, EDITABLE, texts.ACTION_SUBMIT)
        if post.version != version:
            raise Conflict(texts.CHANGED_MEANWHILE)
        checked, snapshot, places = check_stored(app, session, post, manual)
        authorize_places(actor, "post.submit", places)
        if not snapshot.texts.get("base", "").strip() and not snapshot.media:
            raise Invalid(texts.NO_TEXT, field="texts")
        direct = is_central(actor) and made_centrally(app, session, post)
        if direct and not post.local_at:
            raise Invalid(texts.NO_TIME, field="local_at")
        require_targets(post, places, app)
        refuse_blocked(session, post, checked, snapshot)
        store_findings(app, session, post, checked)
        drop_request(session, post, app.clock())
        post.submitted_by_id = actor.person_id
        post.submitted_at = app.clock()
        post.state = "reviewed" if direct else "in_review"
        post.digest = snapshot.digest if direct else None
        post.version += 1
        post.awaits_clearance = not direct and clearance.begin(app, session, actor, post, snapshot)
        record(app, session, actor, post, "submitted")
        return checked


def check_stored(
    app: App, session: Session, post: Post, manual: Manual
) -> tuple[Checked, Snapshot, tuple[Place, ...]]:
    """Evaluate the stored working revision; returns (checked, snapshot, accounts).

    Who wrote it decides whether it is a plantel's text, whoever asks.
    """
    content = read_content(session, post)
    places = places_of(session, content.account_ids)
    snapshot = load_snapshot(session, post.id or 0, post.revision)
    plantel = session.get_one(Plantel, post.plantel_id)
    central = made_centrally(app, session, post)
    setting = _setting(
        app, session, manual, content, plantel, places, central=central, own=post.id or 0
    )
    return evaluate(app, manual, snapshot, setting), snapshot, places


def store_findings(app: App, session: Session, post: Post, checked: Checked) -> None:
    """Replace the stored evaluation of the post's revision."""
    post_id, revision = post.id or 0, post.revision
    session.execute(
        delete(Finding).where(col(Finding.post_id) == post_id, col(Finding.revision) == revision)
    )
    session.execute(
        delete(CheckRun).where(col(CheckRun.post_id) == post_id, col(CheckRun.revision) == revision)
    )
    session.add(
        CheckRun(
            post_id=post_id,
            revision=revision,
            verdict=checked.verdict,
            manual_version=checked.manual_version,
            manual_hash=checked.manual_hash,
            lexicon_hash=checked.lexicon_hash,
            engine_version=checked.engine_version,
            at=app.clock(),
        )
    )
    for view in checked.findings:
        session.add(
            Finding(
                post_id=post_id,
                revision=revision,
                source=view.source,
                network=view.network,
                rule=view.rule,
                section=view.section,
                severity=view.severity,
                category=view.category,
                fragment=view.fragment,
                start=view.start,
                end=view.end,
                explanation=view.explanation,
                suggestion=view.suggestion,
            )
        )
    session.flush()


def refuse_blocked(session: Session, post: Post, checked: Checked, snapshot: Snapshot) -> None:
    """Raise ``Invalid`` for a *bloqueo* that no granted exception covers.

    A network's refusal and the rules that protect personal data are covered by none.
    """
    network = next((f for f in checked.blocks if f.source == "connector"), None)
    if network is not None:
        raise Invalid(texts.BLOCKED_BY_NETWORK.format(sentence=network.explanation))
    granted = excepted(session, post, exception_digest(snapshot, checked))
    if granted and any(finding.rule in NEVER_EXCEPTED for finding in checked.blocks):
        raise Forbidden(texts.NEVER_EXCEPTED)
    if checked.blocks and not granted:
        rules = ", ".join(sorted({f"regla {finding.rule}" for finding in checked.blocks}))
        raise Invalid(texts.BLOCKED.format(rules=rules))


def _setting(
    app: App,
    session: Session,
    manual: Manual,
    content: DraftContent,
    plantel: Plantel,
    places: tuple[Place, ...],
    *,
    central: bool,
    own: int = 0,
) -> Setting:
    due = echoes.instants(
        places,
        content.local_at,
        time_mode=content.time_mode,
        home=plantel.timezone,
        fold=content.fold,
    )
    shown = (use.consent_ref for use in content.media if use.persons_in_image)
    return Setting(
        topic=content.topic,
        local_at=content.local_at,
        plantel=plantel.name,
        author_is_plantel=not central,
        ways=tuple(sorted({(place.network, place.connector) for place in places})),
        credits=tuple(use.credit for use in content.media),
        on=consenting.published_on(app, content.local_at, plantel.timezone),
        consents=using.known(session, shown),
        only_plantel=None if central else plantel.id,
        planteles=tuple(
            session.scalars(
                select(col(Plantel.name)).where(col(Plantel.state) == "active").order_by("name")
            )
        ),
        around=echoes.load(
            session, manual, places, due, now=app.clock(), own=own, topic=content.topic
        ),
        names={place.account_id: (place.handle, place.timezone) for place in places},
    )
