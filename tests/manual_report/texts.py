"""The report in Spanish, as Markdown that ``docs/manual.md`` can take in as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.manual_report.scoring import BLOCK, FLAG, OK, VERDICTS, Judged, Scores, Share

NO_FILE = "No se pudo leer {path}: indique un archivo JSONL de publicaciones etiquetadas."
NO_LABELS = "{path} no tiene publicaciones etiquetadas: cada línea lleva id, text, network, expected, categories y note."
SAID = {OK: "pasa", FLAG: "advertencia", BLOCK: "bloqueo"}

TOGETHER = "Lo aprendido sin su autor"


def share(value: Share) -> str:
    """Return ``12 de 80: 15.0 % (8.8 a 24.4)``."""
    low, high = value.interval
    return f"{value.hits} de {value.of}: {100 * value.value:.1f} % ({100 * low:.1f} a {100 * high:.1f})"


def line(name: str, scores: Scores) -> str:
    """Return the figures that matter of one part, in one line."""
    parts = (
        ("exacto", scores.exact),
        ("por bloquear, pasa", scores.block_as_ok),
        ("por bloquear, se detiene", scores.block_stopped),
        ("falsa alarma", scores.false_alarms),
    )
    return f"{name}: " + "; ".join(f"{told} {share(value)}" for told, value in parts)


def report(title: str, scores: Scores) -> str:
    """Return the whole report of one set of posts."""
    return "\n".join(
        (f"### {title}", "", *_figures(scores), "", *_table(scores), "", *_errors(scores))
    )


def _figures(scores: Scores) -> Iterator[str]:
    yield f"{scores.posts} publicaciones; entre paréntesis, el intervalo de Wilson al 95 %."
    yield ""
    yield "| medida | resultado |"
    yield "|---|---|"
    yield f"| veredicto exacto | {share(scores.exact)} |"
    yield f"| de lo que debe bloquearse, se detiene (bloqueo o advertencia) | {share(scores.block_stopped)} |"
    yield f"| de lo que debe bloquearse, pasa sin aviso | {share(scores.block_as_ok)} |"
    yield f"| de lo que debe bloquearse, pasa como advertencia | {share(scores.block_as_flag)} |"
    yield f"| de lo que debe advertirse, pasa sin aviso | {share(scores.flag_as_ok)} |"
    yield f"| de lo inofensivo, falsa alarma | {share(scores.false_alarms)} |"
    yield f"| de lo inofensivo, bloqueado | {share(scores.harmless_blocked)} |"


def _table(scores: Scores) -> Iterator[str]:
    yield "| etiqueta | " + " | ".join(SAID[verdict] for verdict in VERDICTS) + " |"
    yield "|---|---|---|---|"
    for expected in VERDICTS:
        counts = " | ".join(str(scores.table[expected, verdict]) for verdict in VERDICTS)
        yield f"| {SAID[expected]} | {counts} |"
    yield ""
    yield "| categoría principal | se detiene | veredicto exacto | con esa categoría |"
    yield "|---|---|---|---|"
    for one in scores.categories:
        yield f"| {one.name} | {share(one.stopped)} | {share(one.exact)} | {share(one.named)} |"


def _errors(scores: Scores) -> Iterator[str]:
    if not scores.errors:
        yield "Ningún error."
        return
    yield "Errores, al pie de la letra (etiqueta → veredicto):"
    yield ""
    for one in scores.errors:
        yield _error(one)


def _error(one: Judged) -> str:
    why = f"; reglas {', '.join(one.rules)}" if one.rules else ""
    label = f"{SAID[one.expected]}{f' ({one.main})' if one.main else ''}"
    return f"- {one.id}, {label} → {SAID[one.verdict]}{why}: {one.text} _[{one.note}]_"


def body(title: str, scores: Scores) -> dict[str, Any]:
    """Return the same as one JSON object."""
    names = (
        "exact",
        "block_stopped",
        "block_as_ok",
        "block_as_flag",
        "flag_as_ok",
        "false_alarms",
        "harmless_blocked",
    )
    return {
        "posts_of": title,
        "posts": scores.posts,
        **{name: _share(getattr(scores, name)) for name in names},
        "categories": {
            one.name: {part: _share(getattr(one, part)) for part in ("stopped", "exact", "named")}
            for one in scores.categories
        },
        "errors": [
            {"id": one.id, "expected": one.expected, "verdict": one.verdict, "rules": one.rules}
            for one in scores.errors
        ],
    }


def _share(value: Share) -> dict[str, Any]:
    return {
        "hits": value.hits,
        "of": value.of,
        "share": round(value.value, 4),
        "interval": [round(end, 4) for end in value.interval],
    }
