"""Two sheets of paper give the key back; one gives nothing, and a slip of the pen is noticed."""

from __future__ import annotations

import random
import re
from itertools import permutations

import pytest

from vault import kit
from vault.errors import KitLine, KitOther
from vault.keys import MasterKey
from vault.kit import LETTERS, Half

KEY = MasterKey(bytes(range(32)), bytes(range(32, 64)))


def sheets(*keys: MasterKey, seed: int = 7) -> tuple[Half, Half]:
    return kit.split(keys or (KEY,), random=random.Random(seed).randbytes)


def test_both_halves_in_any_order_give_the_keys_with_the_one_in_force_first() -> None:
    keys = (KEY, KEY.successor(), KEY.successor())
    for wanted in (keys[:1], keys[:2], keys):
        for one, other in permutations(sheets(*wanted), 2):
            found = kit.join(one, other)
            assert [key.reveal() for key in found] == [key.reveal() for key in wanted]


def test_a_half_is_seven_lines_and_one_more_key_four_more() -> None:
    one, other = sheets()
    assert len(one.lines) == len(other.lines) == 7
    assert len(sheets(KEY, KEY.successor())[0].lines) == 11
    assert len(sheets(*[KEY] * 8)[1].lines) == 30
    for line in one.lines:
        assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){4}[0-9A-HJKMNP-TV-Z]{2}", line)


def test_either_half_alone_is_as_likely_under_any_other_key() -> None:
    """The pad that gives this very sheet exists for every key: the sheet excludes none."""
    other_key = MasterKey(b"x" * 32, b"y" * 32)
    one, other = sheets()
    wanted = kit.split((other_key,), random=bytes)[1].data  # a pad of zeros shows the body
    pad = bytes(a ^ b for a, b in zip(other.data, wanted, strict=True))
    forged = kit.split((other_key,), random=lambda n: pad if n > 4 else b"\0" * n)
    assert forged[1].data == other.data
    assert one.data == random.Random(7).randbytes(len(one.data))
    for half in (one, other):
        for value in KEY.reveal():
            assert value not in half.data
            assert value.hex() not in repr(half)


def test_a_sheet_typed_carelessly_but_rightly_is_read() -> None:
    one, other = sheets()
    typed = "\n".join([one.code.text, "", *one.lines]).lower().replace(" ", " - ")
    typed = typed.replace("0", "o").replace("1", "l")
    assert kit.read_half(typed).data == one.data
    assert kit.read_half(other.scanned).data == other.data
    assert re.fullmatch(r"[0-9A-Z:]+", other.scanned)


@pytest.mark.parametrize("seed", range(3))
def test_every_wrong_letter_is_noticed_and_pointed_at(seed: int) -> None:
    half, dice = sheets(seed=seed)[0], random.Random(seed)
    for number, line in enumerate(half.lines, start=1):
        plain = line.replace(" ", "")
        for position, right in enumerate(plain):
            wrong = dice.choice([letter for letter in LETTERS if letter != right])
            typed = plain[:position] + wrong + plain[position + 1 :]
            with pytest.raises(KitLine) as caught:
                kit.read_line(half.code, number, typed)
            assert f"el renglón {number}" in caught.value.sentence
            assert f"carácter {position + 1}: parece que es «{right}»" in caught.value.sentence


def test_any_two_wrong_letters_and_any_swap_are_noticed() -> None:
    half, dice = sheets()[1], random.Random(1)
    plain = half.lines[0].replace(" ", "")
    for one in range(len(plain)):
        for other in range(one + 1, len(plain)):
            letters = list(plain)
            letters[one], letters[other] = letters[other], letters[one]
            if "".join(letters) != plain:
                with pytest.raises(KitLine):
                    kit.read_line(half.code, 1, "".join(letters))
            for place in (one, other):
                letters[place] = dice.choice([mark for mark in LETTERS if mark != plain[place]])
            with pytest.raises(KitLine):
                kit.read_line(half.code, 1, "".join(letters))


def test_a_line_of_another_place_sheet_or_kit_is_noticed() -> None:
    (one, other), (strange, _) = sheets(), sheets(seed=8)
    for code, number, line in (
        (one.code, 2, one.lines[0]),
        (one.code, 1, other.lines[0]),
        (one.code, 1, strange.lines[0]),
    ):
        with pytest.raises(KitLine):
            kit.read_line(code, number, line)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text[:-1], "Debe tener 18 caracteres y tiene 17"),
        (lambda text: text[:-1] + "ñ", "El carácter 18, «Ñ», no se usa"),
        (lambda _text: "", "Debe tener 18 caracteres y tiene 0"),
    ],
)
def test_a_line_that_is_no_line_says_why(change: object, says: str) -> None:
    half = sheets()[0]
    assert callable(change)
    with pytest.raises(KitLine, match=says):
        kit.read_line(half.code, 3, change(half.lines[2]))


def test_a_wrong_letter_in_the_code_is_pointed_at_too() -> None:
    code = sheets()[0].code.text.replace(" ", "")
    wrong = "Z" if code[2] != "Z" else "Y"
    with pytest.raises(KitLine, match=f"el código de la hoja.*carácter 3.*«{code[2]}»"):
        kit.read_code(code[:2] + wrong + code[3:])


def test_sheets_that_do_not_belong_together_are_refused() -> None:
    (one, other), (strange, _) = sheets(), sheets(seed=8)
    short = kit.Half(other.code, other.data[:-10])
    longer = kit.Half(kit.Code(kit=one.code.kit, half=2, lines=8), other.data + b"0" * 10)
    random_one = kit.Half(other.code, bytes(len(other.data)))
    for pair, says in (
        ((one, one), "las dos son la mitad 1"),
        ((strange, other), "juegos distintos"),
        ((one, short), "debe tener 7 renglones y tiene 6"),
        ((one, longer), "no es una llave"),
        ((one, random_one), "no es una llave"),
    ):
        with pytest.raises(KitOther, match=says):
            kit.join(*pair)


def test_keys_of_two_houses_make_no_kit() -> None:
    with pytest.raises(ValueError, match="one root"):
        kit.split((KEY, MasterKey.new()))
