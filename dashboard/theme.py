"""Design tokens, Streamlit's configuration from them, and the little CSS that it has no option for.

Contrast: text ≥ 4.5:1, field borders ≥ 3:1 on white (WCAG 1.4.3, 1.4.11).
"""

from __future__ import annotations

from typing import Any, Final

from dashboard.components.frontend import source

INK: Final = "#1B2733"
MUTED: Final = "#526072"
PRIMARY: Final = "#0F5F6E"
PRIMARY_DARK: Final = "#0A4550"
TINT: Final = "#EEF5F6"
SURFACE: Final = "#F4F6F8"
BORDER: Final = "#DDE3E9"
FIELD: Final = "#7C8999"

PHASE_COLORS: Final = {
    "draft": ("#526072", "#EEF1F4"),
    "returned": ("#B42318", "#FEF1F0"),
    "clearing": ("#B54708", "#FEF4E6"),
    "in_review": ("#B54708", "#FEF4E6"),
    "reviewed": ("#B54708", "#FEF4E6"),
    "scheduled": ("#1D4ED8", "#EDF3FF"),
    "publishing": ("#1D4ED8", "#EDF3FF"),
    "retrying": ("#B54708", "#FEF4E6"),
    "waiting": ("#B42318", "#FEF1F0"),
    "published": ("#067647", "#EBF8F1"),
    "partial": ("#B54708", "#FEF4E6"),
    "failed": ("#B42318", "#FEF1F0"),
    "rejected": ("#B42318", "#FEF1F0"),
    "cancelled": ("#526072", "#EEF1F4"),
}
"""Phase → (text, background); always shown with the word and a mark."""

NETWORK_COLORS: Final = {"facebook": "#1559C0", "x": "#111111", "instagram": "#B4256E"}
NETWORK_LETTERS: Final = {"facebook": "f", "x": "X", "instagram": "IG"}
HEAT: Final = ("#E4F0F1", "#6FAFB8", "#0A4550")

_LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, "
    "U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
_LATIN_EXT = (
    "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, "
    "U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF"
)


def config() -> dict[str, Any]:
    """Return Streamlit's options that make the look; fonts come from our own ``/recursos``."""
    return {
        "theme.base": "light",
        "theme.font": "Inter, system-ui, sans-serif",
        "theme.headingFont": "Inter, system-ui, sans-serif",
        "theme.fontFaces": [
            _face("inter-latin", _LATIN),
            _face("inter-latin-ext", _LATIN_EXT),
        ],
        "theme.baseFontSize": 16,
        "theme.headingFontSizes": ["1.65rem", "1.1rem", "1rem"],
        "theme.headingFontWeights": [700, 650, 650],
        "theme.primaryColor": PRIMARY,
        "theme.backgroundColor": "#FFFFFF",
        "theme.secondaryBackgroundColor": SURFACE,
        "theme.textColor": INK,
        "theme.linkColor": PRIMARY,
        "theme.borderColor": BORDER,
        "theme.showWidgetBorder": True,
        "theme.showSidebarBorder": True,
        "theme.baseRadius": "10px",
        "theme.buttonRadius": "8px",
        "theme.metricValueFontSize": "1.75rem",
        "theme.metricValueFontWeight": 650,
        "theme.dataframeHeaderBackgroundColor": SURFACE,
        "theme.chartCategoricalColors": [PRIMARY, "#B54708", "#1D4ED8", "#067647", "#B4256E"],
        "theme.chartSequentialColors": _ramp(),
    }


def _face(name: str, characters: str) -> dict[str, str]:
    return {
        "family": "Inter",
        "url": f"/recursos/{name}.woff2",
        "weight": "100 900",
        "style": "normal",
        "unicodeRange": characters,
    }


def _ramp() -> list[str]:
    """Return the ten steps that Streamlit wants between the three colours of ``HEAT``."""
    stops = [tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in HEAT]
    steps = []
    for number in range(10):
        place = number / 9 * (len(stops) - 1)
        low = min(int(place), len(stops) - 2)
        mixed = (
            round(a + (b - a) * (place - low))
            for a, b in zip(stops[low], stops[low + 1], strict=True)
        )
        steps.append("#" + "".join(f"{part:02X}" for part in mixed))
    return steps


_CARDS: Final = source("composer.css")


def style(institution: str) -> str:
    """Return the style element of every page; the institution's name heads the menu."""
    name = "".join(letter for letter in institution if letter.isprintable() and letter not in "<>")
    quoted = name.replace("\\", "").replace('"', "'")
    return f'<style>:root {{ --pg-nombre: "{quoted}"; }}{CSS}{_CARDS}</style>'


CSS: Final = f"""
.stMainBlockContainer {{ max-width: 1480px; padding-top: 2.2rem; padding-bottom: 4rem; }}
[data-testid="stCaptionContainer"], .pg-tenue {{ color: {MUTED} !important; }}
[data-testid="stCaptionContainer"] p {{ color: {MUTED} !important; }}
.st-key-revision {{ position: sticky; top: 3.5rem; max-height: calc(100vh - 4.5rem); overflow-y: auto; }}
[data-baseweb="input"], [data-baseweb="textarea"], [data-baseweb="select"] > div,
[data-testid="stFileUploaderDropzone"] {{ border-color: {FIELD} !important; background: #fff; }}
h1 {{ padding-bottom: .15rem !important; letter-spacing: -.01em; }}
:focus-visible {{ outline: 3px solid #6FAFB8; outline-offset: 1px; }}
[data-testid="stMetricValue"], table, .pg-num {{ font-variant-numeric: tabular-nums; }}
.pg-lista {{ list-style: none; margin: 0; padding: 0; border: 1px solid {BORDER}; border-radius: 10px; overflow: hidden; }}
ul.pg-lista {{ padding: 0 !important; margin: 0 !important; }}
ul.pg-lista > li {{ display: flex; gap: 12px; align-items: flex-start; padding: 12px 16px; margin: 0; border-top: 1px solid {BORDER}; }}
ul.pg-lista > li:first-child {{ border-top: 0; }}
.pg-lista a {{ color: {PRIMARY}; }}
.pg-lista .pg-cuerpo {{ flex: 1; min-width: 0; }}
.pg-lista .pg-lado {{ text-align: right; white-space: nowrap; font-size: .85rem; color: {MUTED}; }}
.pg-lista .pg-lado b {{ color: {INK}; font-weight: 600; }}
.pg-texto {{ color: {MUTED}; font-size: .92rem; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; }}
.pg-red {{ display: inline-flex; align-items: center; justify-content: center; width: 20px; height: 20px; border-radius: 5px; color: #fff; font: 700 11px/1 Inter, sans-serif; vertical-align: middle; position: relative; top: -1px; }}
.pg-redes {{ display: inline-flex; gap: 3px; }}
.pg-estado {{ display: inline-flex; align-items: center; gap: 5px; padding: 1px 8px; border-radius: 6px; font-size: .8rem; font-weight: 600; white-space: nowrap; }}
.pg-estado::before {{ content: attr(data-marca); font-size: .75em; }}
.pg-vacio {{ border: 1px dashed #B9C3CE; border-radius: 10px; padding: 28px 20px; text-align: center; color: {MUTED}; }}
.pg-enlace {{ display: inline-block; padding: 8px 16px; border-radius: 8px; background: {PRIMARY}; color: #fff !important; text-decoration: none; font-weight: 600; }}
.pg-cuenta {{ display: flex; align-items: center; gap: 12px; }} .pg-cuenta > div {{ min-width: 0; flex: 1; }}
.pg-retrato {{ width: 40px; height: 40px; border-radius: 50%; object-fit: cover; background: {SURFACE}; flex: none; }}
[class*="st-key-cuenta_"] {{ flex-wrap: nowrap !important; }} [class*="st-key-cuenta_"] > :first-child {{ min-width: 0; flex: 1 1 0; }}
.pg-enlaces {{ display: flex; flex-wrap: wrap; gap: 8px; font-size: .92rem; }}
.pg-enlace.pg-segundo {{ background: #fff; color: {PRIMARY} !important; border: 1px solid {FIELD}; padding: 7px 15px; }}
.pg-salir button {{ border: 0; background: none; padding: 6px 0; font: inherit; color: {PRIMARY}; text-decoration: underline; cursor: pointer; }}
.pg-persona b {{ display: block; }} .pg-persona span {{ color: {MUTED}; font-size: .9rem; display: block; }}
.pg-oculto {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }}
.pg-cita {{ margin: 0 0 .5rem !important; padding: 8px 12px !important; border-left: 3px solid #6FAFB8; background: {TINT}; border-radius: 0 8px 8px 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
.pg-cambios {{ border: 1px solid {BORDER}; border-radius: 10px; padding: 10px 14px; font-size: .93rem; line-height: 1.5; }}
.pg-cambios p {{ margin: 0; }} .pg-cambios div {{ white-space: pre-wrap; overflow-wrap: anywhere; margin-bottom: 6px; }} .pg-cambios .lugar {{ color: {MUTED}; font-size: .82rem; margin: 0; }}
.pg-cambios ins {{ background: #DDF3E4; color: #054F31; text-decoration: underline; text-decoration-thickness: 2px; }} .pg-cambios del {{ background: #FBE3E1; color: #8C1D13; text-decoration: line-through; }}
mark[data-n] {{ color: inherit; border-radius: 3px; padding: 0 1px; border-bottom: 2px solid; cursor: pointer; }}
mark[data-n]::after {{ content: attr(data-n); font-size: .7em; font-weight: 700; vertical-align: super; line-height: 0; margin-left: 1px; }}
mark.block[data-n][data-n] {{ background: #FBD5D1; border-color: #B42318; }} mark.warn[data-n][data-n] {{ background: #FDE3BF; border-color: #B54708; }} mark.info[data-n][data-n] {{ background: #E9EDF1; border-color: #7C8999; }} mark.remark[data-n][data-n] {{ background: #CDE6EA; border-color: #0F5F6E; }} mark.visto[data-n] {{ outline: 3px solid #6FAFB8; }}
[data-testid="stSidebarHeader"] {{ position: relative; }}
[data-testid="stSidebarHeader"]::before {{ content: var(--pg-nombre); position: absolute; left: 0; right: 2.4rem; top: .6rem; padding-left: 42px; min-height: 30px; display: flex; align-items: center; background: url("/recursos/icono.svg") left center / 30px no-repeat; font-weight: 650; line-height: 1.2; overflow: hidden; }}
[data-testid="stSidebarNavSeparator"] {{ display: none; }}
@media (max-width: 700px) {{
  .stMainBlockContainer {{ padding-left: 1rem; padding-right: 1rem; }}
  .st-key-paro_en_vigor {{ margin-top: 2rem; }}
  .st-key-detalle {{ scroll-margin-top: 3.5rem; }}
  .st-key-barra_deshacer {{ position: fixed; inset: auto 8px 72px; width: auto; z-index: 61; }}
  .st-key-botones_bandeja {{ position: fixed; inset: auto 0 0; z-index: 60; background: #fff; border-top: 1px solid {BORDER}; padding: 8px 12px calc(8px + env(safe-area-inset-bottom)); justify-content: space-between; }}
  .pg-lista > li {{ flex-wrap: wrap; }} .pg-lista .pg-lado {{ text-align: left; width: 100%; padding-left: 32px; }}
}}
@media (prefers-reduced-motion: reduce) {{ * {{ animation: none !important; transition: none !important; }} }}
"""  # noqa: E501 - CSS
