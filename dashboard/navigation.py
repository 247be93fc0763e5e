"""Which pages there are, where they live and who sees them; the verbs alone decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from dashboard.texts import avisos as notice_texts
from dashboard.texts import common as texts
from publisher import access, notices
from publisher.app import Actor, App
from publisher.queries import by_hand, disclosures, queue

VIEWS: Final = Path(__file__).parent / "views"
MANY: Final = 99


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A page: its file in ``views``, its path, and the actions of which one must be allowed.

    ``group`` is the heading of the menu; a ``hidden`` page is reached by links only.
    """

    name: str
    title: str
    icon: str
    actions: tuple[str, ...] = ()
    group: str = ""
    hidden: bool = False

    @property
    def file(self) -> Path:
        """The script that draws the page."""
        return VIEWS / f"{self.name}.py"

    @property
    def path(self) -> str:
        """The page's address."""
        return "/" if self.name == "inicio" else f"/{self.name}"


SCREENS: Final[Mapping[str, Screen]] = {
    screen.name: screen
    for screen in (
        Screen(name="inicio", title=texts.PAGE_INICIO, icon=":material/home:"),
        Screen(name="avisos", title=texts.PAGE_AVISOS, icon=":material/notifications:"),
        Screen(
            name="calendario",
            title=texts.PAGE_CALENDARIO,
            icon=":material/calendar_month:",
            actions=("calendar.read",),
            group=texts.GROUP_PUBLISH,
        ),
        Screen(
            name="nueva",
            title=texts.PAGE_NUEVA,
            icon=":material/edit_square:",
            actions=("post.draft",),
            group=texts.GROUP_PUBLISH,
        ),
        Screen(
            name="aprobaciones",
            title=texts.PAGE_APROBACIONES,
            icon=":material/task_alt:",
            actions=("post.review", "post.approve"),
            group=texts.GROUP_PUBLISH,
        ),
        Screen(
            name="manual",
            title=texts.PAGE_MANUAL,
            icon=":material/menu_book:",
            actions=("manual.read",),
            group=texts.GROUP_PUBLISH,
        ),
        Screen(
            name="actividad",
            title=texts.PAGE_ACTIVIDAD,
            icon=":material/grid_on:",
            actions=("activity.read",),
            group=texts.GROUP_FOLLOW,
        ),
        Screen(
            name="calidad",
            title=texts.PAGE_CALIDAD,
            icon=":material/school:",
            actions=("learning.read",),
            group=texts.GROUP_FOLLOW,
        ),
        Screen(
            name="amano",
            title=texts.PAGE_AMANO,
            icon=":material/back_hand:",
            actions=("delivery.by_hand",),
            group=texts.GROUP_FOLLOW,
        ),
        Screen(
            name="comentarios",
            title=texts.PAGE_COMENTARIOS,
            icon=":material/forum:",
            actions=("comment.read",),
            group=texts.GROUP_FOLLOW,
        ),
        Screen(
            name="decisiones",
            title=texts.PAGE_DECISIONES,
            icon=":material/gavel:",
            actions=("delivery.decide", "queue.pause"),
            group=texts.GROUP_FOLLOW,
        ),
        Screen(
            name="custodia",
            title=texts.PAGE_CUSTODIA,
            icon=":material/verified_user:",
            actions=("custody.read",),
            group=texts.GROUP_KEEP,
        ),
        Screen(
            name="requerimientos",
            title=texts.PAGE_REQUERIMIENTOS,
            icon=":material/lock_open:",
            actions=("custody.read",),
            group=texts.GROUP_KEEP,
        ),
        Screen(
            name="consentimientos",
            title=texts.PAGE_CONSENTIMIENTOS,
            icon=":material/how_to_reg:",
            actions=("consent.read",),
            group=texts.GROUP_KEEP,
        ),
        Screen(
            name="cuentas",
            title=texts.PAGE_CUENTAS,
            icon=":material/key:",
            actions=("institution.read",),
            group=texts.GROUP_SYSTEM,
        ),
        Screen(
            name="personas",
            title=texts.PAGE_PERSONAS,
            icon=":material/group:",
            actions=("people.manage", "designation.make", "delegation.make"),
            group=texts.GROUP_SYSTEM,
        ),
        Screen(
            name="importar",
            title=texts.PAGE_IMPORTAR,
            icon=":material/upload_file:",
            actions=("institution.manage",),
            group=texts.GROUP_SYSTEM,
        ),
        Screen(
            name="bitacora",
            title=texts.PAGE_BITACORA,
            icon=":material/history_edu:",
            actions=("audit.read",),
            group=texts.GROUP_SYSTEM,
        ),
        Screen(
            name="publicacion",
            title=texts.PAGE_PUBLICACION,
            icon=":material/article:",
            actions=("calendar.read",),
            hidden=True,
        ),
        Screen(
            name="cuenta", title=texts.PAGE_CUENTA, icon=":material/person:", group=texts.GROUP_SELF
        ),
    )
}

PATHS: Final = tuple(screen.path for screen in SCREENS.values())


@dataclass(frozen=True, kw_only=True)
class Target:
    """A page of ours and the parameters of its address."""

    name: str
    params: Mapping[str, str]


def visible(app: App, actor: Actor) -> tuple[Screen, ...]:
    """Return the pages that the actor's roles open, in the order of the menu.

    The title of the notices tells how many are unread; who decides on no delivery finds only the
    emergency stop under that page.
    """
    return tuple(
        _titled(app, actor, screen) for screen in SCREENS.values() if _open(app, actor, screen)
    )


def target(link: str) -> Target | None:
    """Return the page that a notice's link (``/publicacion?id=3``) means, if it is one of ours."""
    parts = urlsplit(link)
    name = parts.path.strip("/") or "inicio"
    if not link or parts.netloc or name not in SCREENS:
        return None
    return Target(name=name, params=dict(parse_qsl(parts.query)))


def _titled(app: App, actor: Actor, screen: Screen) -> Screen:
    if screen.name == "avisos":
        return _counted(app, actor, screen)
    if screen.name == "amano":
        waiting = by_hand.count(app, actor)
        title = texts.PAGE_AMANO_COUNT.format(n=waiting if waiting <= MANY else notice_texts.MANY)
        return replace(screen, title=title)
    if screen.name == "requerimientos":
        waiting = disclosures.waiting(app, actor)
        title = texts.PAGE_REQUERIMIENTOS_COUNT.format(n=waiting)
        return replace(screen, title=title) if waiting else screen
    if screen.name == "decisiones" and not access.anywhere(actor, "delivery.decide"):
        return replace(screen, title=texts.PAGE_PARO)
    return screen


def _counted(app: App, actor: Actor, screen: Screen) -> Screen:
    unread = notices.unread_count(app, actor)
    if not unread:
        return screen
    shown = str(unread) if unread <= MANY else notice_texts.MANY
    return replace(screen, title=notice_texts.MENU.format(n=shown))


def _open(app: App, actor: Actor, screen: Screen) -> bool:
    if not screen.actions:
        return True
    if screen.name == "amano" and not by_hand.in_use(app, actor):
        return False
    if any(access.anywhere(actor, action) for action in screen.actions):
        return True
    return screen.name == "aprobaciones" and queue.may_open(app, actor, "approve")
