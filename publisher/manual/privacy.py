"""Section 6.3: identifiers, telephones, addresses, accounts and e-mails in a text.

Numbers are found by shape and confirmed by check digit (python-stdnum) or numbering plan
(phonenumbers) where one exists; the words around decide between an institution's data, which may
be published, and a person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import luhn

from publisher.manual.findings import Hit, Severity
from publisher.manual.scene import Scene

_CURP = re.compile(
    r"(?<![a-zñ0-9])[a-zñ]{4}[\s./-]{0,2}\d{2}[\s./-]?\d{2}[\s./-]?\d{2}[\s./-]{0,2}"
    r"[hmx][\s./-]?[a-zñ]{2}[\s./-]?[a-zñ]{3}[\s./-]{0,2}[a-z0-9][\s./-]?\d(?![a-zñ0-9])"
)
# clave de elector: six letters, birthday, two digits of the state, sex, three digits
_ELECTOR = re.compile(
    r"(?<![a-zñ0-9])[a-zñ]{6}[\s-]?\d{6}[\s-]?\d{2}[\s-]?[hm][\s-]?\d{3}(?![a-zñ0-9])"
)
_NSS = re.compile(r"\d{2}([\s.-])\d{2}\1\d{2}\1\d{4}\1\d")  # as the card prints it
_BOOK = re.compile(r"97[89]\d{10}")
_RFC = re.compile(r"(?<![a-zñ0-9])[a-zñ&]{4}[\s-]?\d{6}[\s-]?[a-z0-9]{3}(?![a-zñ0-9])")
_DIGITS = re.compile(r"(?<![\d$.,:/])\+?\(?\d(?:[\s.\-()/]{0,2}\d){6,21}(?![\d])")
_PLATE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{3}-?\d{3}-?[a-z0-9]|[a-z]{3}-?\d{2}-?\d{2}|[a-z]{2}-?\d{4,5}-?[a-z]?)"
    r"(?![a-z0-9])"
)
_PLATE_DIGITS = 3
_ARTICLES = frozenset({"la", "las", "los"})
_MEASURES = frozenset({"años", "grados", "horas", "h", "minutos", "puntos", "kilos", "pesos"})
_PAUSE = re.compile(r"[:()¡!¿?–—]")
_CLABE_WEIGHTS = (3, 7, 1)
_FREE_PREFIXES = ("800", "900")


def evaluate(scene: Scene) -> Iterator[Hit]:
    """Yield a hit for every personal datum that stands in the text."""
    text = scene.text.folded.text
    digits = sum(char.isdigit() for char in text)
    if digits >= 6:
        yield from _identifiers(scene, text)
        yield from _numbers(scene, text)
    if digits >= _PLATE_DIGITS:
        yield from _plates(scene, text)
    if digits:
        yield from _addresses(scene)
    yield from _mails(scene)


def _hit(scene: Scene, begin: int, end: int, reason: str, severity: Severity) -> Hit:
    start, stop = scene.text.folded.span(begin, end)
    return Hit(rule="6.3", reason=reason, severity=severity, start=start, end=stop)


def _identifiers(scene: Scene, text: str) -> Iterator[Hit]:
    for found in _CURP.finditer(text):
        yield _hit(scene, *found.span(), "curp", "bloqueo")
    for found in _ELECTOR.finditer(text):
        yield _hit(scene, *found.span(), "clave_elector", "bloqueo")
    for found in _RFC.finditer(text):
        if _birthday(found.group()):
            yield _hit(scene, *found.span(), "rfc", "bloqueo")


def _birthday(identifier: str) -> bool:
    digits = re.sub(r"\D", "", identifier)
    return 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 31


def _token_at(scene: Scene, place: int) -> int:
    """Return the index of the token that ends after the original's ``place``."""
    low, high = 0, len(scene.tokens)
    while low < high:
        middle = (low + high) // 2
        if scene.tokens[middle].end <= place:
            low = middle + 1
        else:
            high = middle
    return low


def _numbers(scene: Scene, text: str) -> Iterator[Hit]:
    for found in _DIGITS.finditer(text):
        begin, end = found.span()
        digits = re.sub(r"\D", "", found.group())
        start, _ = scene.text.folded.span(begin, end)
        at = _token_at(scene, start)
        if _BOOK.fullmatch(digits):
            continue
        verdict: tuple[str, Severity] | None = (
            ("nss", "bloqueo")
            if _NSS.fullmatch(found.group())
            else _account(scene, digits, at) or _phone(scene, digits, at)
        )
        if verdict:
            yield _hit(scene, begin, end, *verdict)


def _account(scene: Scene, digits: str, at: int) -> tuple[str, Severity] | None:
    size = len(digits)
    money = scene.near(at, 7, 4, "palabra_cuenta")
    ours = scene.near(at, 10, 6, "cuenta_institucional")
    if size == 11 and scene.near(at, 6, 3, "palabra_nss"):
        return "nss", "bloqueo"
    if size == 18 and (is_clabe(digits) or money):
        return "clabe", "advertencia" if ours else "bloqueo"
    if 15 <= size <= 16 and (bool(luhn.is_valid(digits)) or money):
        return "tarjeta", "advertencia" if ours else "bloqueo"
    if size >= 8 and money:
        return "cuenta", "advertencia" if ours else "bloqueo"
    if 8 <= size <= 14 and scene.near(at, 4, 2, "palabra_matricula"):
        return "matricula", "bloqueo"
    return None


def is_clabe(digits: str) -> bool:
    """Say whether 18 digits are a CLABE: the last is the check digit of weights 3, 7, 1."""
    if len(digits) != 18 or not digits.isdigit():
        return False
    total = sum(int(digit) * _CLABE_WEIGHTS[i % 3] % 10 for i, digit in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def national_number(digits: str) -> str:
    """Return the ten national digits of a possible Mexican number, or an empty string."""
    local = digits
    for prefix in ("00521", "0052", "521", "52", "045", "044", "01"):
        if len(digits) == 10 + len(prefix) and digits.startswith(prefix):
            local = digits[len(prefix) :]
            break
    if len(local) != 10:
        return ""
    try:
        number = phonenumbers.parse(local, "MX")
    except phonenumbers.NumberParseException:
        return ""
    return str(number.national_number) if phonenumbers.is_possible_number(number) else ""


def _phone(scene: Scene, digits: str, at: int) -> tuple[str, Severity] | None:
    national = national_number(digits)
    short = 7 <= len(digits) <= 8 and scene.near(at, 4, 1, "palabra_telefono")
    if not national and not short:
        return None
    if scene.near(at, 3, 1, "palabra_folio"):
        return None
    known = {
        re.sub(r"\D", "", number)[-10:]
        for number in scene.manual.parameter("6.3", "telefonos_institucionales", ())
    }
    if national in known or national.startswith(_FREE_PREFIXES):
        return None
    if scene.near(at, 3, 3, "telefono_de_la_institucion"):
        return None
    office = scene.near(at, 10, 6, "telefono_institucional")
    person = scene.near(at, 9, 5, "telefono_personal") or _named(scene, at)
    if office:
        return ("telefono_dudoso", "advertencia") if person else None
    return ("telefono", "bloqueo") if person else ("telefono_dudoso", "advertencia")


def _named(scene: Scene, at: int) -> bool:
    window = scene.words[max(0, at - 6) : at + 4]
    name = scene.lexicon.flags.get("<nombre>")
    return name is not None and any(name in word.symbols for word in window)


def _plates(scene: Scene, text: str) -> Iterator[Hit]:
    for found in _PLATE.finditer(text):
        start, _ = scene.text.folded.span(*found.span())
        if scene.near(_token_at(scene, start), 6, 1, "palabra_placa"):
            yield _hit(scene, *found.span(), "placas", "bloqueo")


def _mails(scene: Scene) -> Iterator[Hit]:
    allowed = tuple(scene.manual.parameter("6.3", "correo_dominios", ()))
    personal = set(scene.manual.parameter("6.3", "correo_personal", ()))
    for token in scene.tokens:
        if token.kind != "mail":
            continue
        domain = token.word.rsplit("@", 1)[1].rstrip(".")
        if any(domain == suffix or domain.endswith("." + suffix) for suffix in allowed):
            continue
        ours = any(word in token.word for word in ("cecyte", "emsad", "plantel"))
        strong = domain.split(".")[0] in personal and not ours
        yield Hit(
            rule="6.3",
            reason="correo" if strong else "correo_dudoso",
            severity="bloqueo" if strong else "advertencia",
            start=token.start,
            end=token.end,
        )


def _addresses(scene: Scene) -> Iterator[Hit]:
    """Find street and number; several in a list count as one place each."""
    tokens = scene.tokens
    has = scene.lexicon.has_class
    named = scene.lexicon.flags.get("<nombre>", -1)
    last = -1
    for at, token in enumerate(tokens):
        if token.kind != "num" or not token.word.isdigit() or len(token.word) > 5 or at == 0:
            continue
        if at + 1 < len(tokens) and tokens[at + 1].word in _MEASURES:
            continue
        if (
            tokens[at - 1].word in {"de", "a"}
            and at + 1 < len(tokens)
            and tokens[at + 1].word == "a"
        ):
            continue  # hours: «de 8 a 13 h»
        street = _street(scene, at)
        if street is None or street <= last:
            continue
        first = street
        near = [i for i in range(max(0, at - 40), min(len(tokens), at + 25))
                if abs(tokens[i].sentence - token.sentence) <= 1]  # fmt: skip
        sentence = [tokens[i] for i in near]
        typed = has(tokens[first].word, "via")
        person = any(
            has(tokens[i].word, "casa_de_persona")
            or (i < first and named in scene.words[i].symbols)
            for i in near
        )
        place = any(has(other.word, "lugar_publico") for other in sentence)
        home = any(has(other.word, "domicilio") for other in sentence)
        if not typed and not (home and (person or not place)):
            continue
        if place and not (person and home):
            continue
        strong = home or person
        last = at
        yield Hit(
            rule="6.3",
            reason="domicilio" if strong else "domicilio_dudoso",
            severity="bloqueo" if strong else "advertencia",
            start=tokens[first].start,
            end=token.end,
        )


def _street(scene: Scene, at: int) -> int | None:
    """Return where the street's name before the number at ``at`` begins, or None."""
    tokens = scene.tokens
    has = scene.lexicon.has_class
    first: int | None = None
    for back in range(at - 1, max(-1, at - 7), -1):
        token = tokens[back]
        if token.sentence != tokens[at].sentence or token.kind not in {"word", "num"}:
            break
        if _PAUSE.search(scene.original, token.end, tokens[back + 1].start):
            break
        if has(token.word, "via"):
            return back
        if has(token.word, "no_calle") and not (token.title and token.word in _ARTICLES):
            break
        if token.title and back < at:
            first = back
        elif token.word not in {"de", "del", "la", "las", "los", "numero", "num", "no", "y", "n"}:
            break
    return first
