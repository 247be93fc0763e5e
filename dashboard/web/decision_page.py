"""The HTML of a decision by e-mail; every value is escaped, nothing is script."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from dashboard.components import dates
from dashboard.texts import by_mail as texts
from dashboard.texts import common
from dashboard.web import pages
from publisher.app import App
from publisher.editorial.by_mail import Asked
from publisher.queries.post import Story


def ask(
    app: App,
    asked: Asked,
    story: Story,
    *,
    address: str,
    said: str = "",
    status: int = 200,
    reason: str = "",
) -> HTMLResponse:
    """Return the page with the content and the form."""
    when = dates.wall(story.local_at)
    head = texts.HEAD.format(plantel=story.plantel, author=story.author)
    body = (
        pages.remark(said)
        + f"<p>{escape(texts.GREETING.format(name=asked.actor.name))}</p>"
        + f"<p><b>{escape(head)}</b><br>"
        + escape(texts.WHEN.format(when=when, zone=dates.zone_name(story.timezone)))
        + "</p>"
        + _content(story, address)
        + _findings(story)
        + _form(asked, address, reason)
        + f'<p class="nota"><a href="/publicacion?id={story.post_id}">'
        + f"{escape(texts.OPEN)}</a></p>"
    )
    return pages.framed(app, texts.TITLE, body, status)


def over(app: App, sentence: str, *, good: bool = False, status: int = 200) -> HTMLResponse:
    """Return what became of it, or why nothing can be decided here."""
    body = pages.remark(sentence, good=good) + (
        f'<p class="nota"><a href="/aprobaciones">{escape(texts.TO_TRAY)}</a></p>'
    )
    return pages.framed(app, texts.TITLE, body, status)


def _content(story: Story, address: str) -> str:
    networks = sorted({target.network for target in story.targets})
    shown: dict[str, list[str]] = {}
    for network in networks:
        shown.setdefault(story.text(network), []).append(network)
    html = ""
    for text, names in shown.items():
        labels = ", ".join(_shape(story, name) for name in names)
        html += f"<h2>{escape(labels)}</h2>"
        html += f'<div class="texto">{escape(text or common.NO_TEXT)}</div>'
        for name in names:
            html += _following(story, name)
    for number, picture in enumerate(story.pictures):
        alt = escape(picture.alt_text or texts.NO_ALT, quote=True)
        html += (
            f'<figure><img src="{escape(address, quote=True)}/{number}" alt="{alt}">'
            f"<figcaption>{escape(texts.ALT.format(text=picture.alt_text or texts.NO_ALT))}"
            "</figcaption></figure>"
        )
    accounts = ", ".join(
        f"{common.NETWORKS[target.network]} {target.handle}" for target in story.targets
    )
    return html + f'<p class="nota">{escape(texts.TARGETS.format(accounts=accounts))}</p>'


def _shape(story: Story, network: str) -> str:
    """Return the network's name, with the form of the post where it is not the feed's."""
    form = story.forms.get(network)
    name = common.NETWORKS[network]
    return f"{name} ({common.FORMS[form].lower()})" if form else name


def _following(story: Story, network: str) -> str:
    extras = story.extras.get(network)
    if extras is None:
        return ""
    html = "".join(
        f'<div class="texto">{escape(texts.PART.format(n=n, text=part.text))}</div>'
        for n, part in enumerate(extras.following, 2)
    )
    link = f'<p class="nota">{escape(texts.LINK.format(link=extras.link))}</p>'
    return html + (link if extras.link else "")


def _findings(story: Story) -> str:
    if not story.findings:
        return pages.remark(texts.CLEAN, good=True)
    items = "".join(f"<li>{escape(one.explanation)}</li>" for one in story.findings)
    return f"<h2>{escape(texts.FINDINGS)}</h2><ul>{items}</ul>"


def _form(asked: Asked, address: str, reason: str) -> str:
    code = pages.code_field(texts.CODE, focus=False) if asked.needs_code else ""
    action = escape(address, quote=True)
    form = f'<form method="post" action="{action}">{code}'
    if asked.clean:
        form += (
            '<button type="submit" name="decision" value="autorizar">'
            f"{escape(texts.APPROVE)}</button>"
        )
    else:
        form += pages.remark(texts.NOT_CLEAN)
    form += (
        f'<label for="motivo">{escape(texts.REASON)}</label>'
        f'<textarea id="motivo" name="motivo" rows="3" maxlength="2000">{escape(reason)}</textarea>'
        '<button type="submit" class="segundo" name="decision" value="devolver">'
        f"{escape(texts.RETURN)}</button></form>"
    )
    return form
