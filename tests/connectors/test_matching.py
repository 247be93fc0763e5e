from __future__ import annotations

import pytest

from connectors.matching import canonical_link, expand, normalise, same_text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Hola", "Hola"),
        ("an\u0303o", "año"),
        ("a\r\nb", "a\nb"),
        ("a  b \n\n c", "a b c"),
        ("A & B <c>", "A &amp; B &lt;c&gt;"),
        ("a\u200bb\ufeff", "ab"),
        ("❤️", "❤"),
        ("👩‍🏫", "👩🏫"),
        ("ver https://example.com/a?utm_source=x&b=1", "ver https://example.com/a?b=1"),
        ("ver https://example.com/a", "ver https://example.com/a?fbclid=123"),
        ("ver example.com", "ver http://example.com/"),
        ("ver HTTPS://Example.com/A", "ver https://example.com/A"),
        ("  borde  ", "borde"),
    ],
)
def test_what_networks_rewrite_is_still_our_text(sent: str, shown: str) -> None:
    assert same_text(sent, shown)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Hola", "Hola a todos"),
        ("https://example.com/a", "https://example.com/b"),
        ("https://example.com/?a=1", "https://example.com/?a=2"),
        ("https://example.com/A", "https://example.com/a"),
        ("ano", "año"),
        ("Hola", "hola"),
    ],
)
def test_another_text_is_another_text(sent: str, shown: str) -> None:
    assert not same_text(sent, shown)


def test_normalising_twice_changes_nothing() -> None:
    text = "Ver example.com/a?utm_x=1  &  más\r\n"
    assert normalise(normalise(text)) == normalise(text)


def test_short_links_are_what_they_stand_for_and_the_media_link_goes() -> None:
    entities = [
        {"url": "https://t.co/aaa", "expanded_url": "https://example.com/a"},
        {
            "url": "https://t.co/bbb",
            "expanded_url": "https://x.com/plantel/status/123/photo/1",
        },
    ]
    text = "Ver https://t.co/aaa &amp; más https://t.co/bbb"
    assert expand(text, entities) == "Ver https://example.com/a & más"


def test_an_entity_without_expansion_stays() -> None:
    assert expand("a https://t.co/x", [{"url": "https://t.co/x"}, {}]) == "a https://t.co/x"


def test_a_link_without_scheme_keeps_its_path() -> None:
    assert canonical_link("Example.com/a/") == "example.com/a"
