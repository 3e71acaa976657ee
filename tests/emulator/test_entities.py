"""HTML markup, entities that are found, lengths in UTF-16."""

from __future__ import annotations

import pytest

from bot.emulator.entities import format_text, plain
from bot.emulator.errors import ApiError


def html(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    formatted = format_text(text, "HTML", None, required=True)
    return formatted.text, [(e["type"], e["offset"], e["length"]) for e in formatted.entities]


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("<b>a</b> <i>b</i>", "a b", [("bold", 0, 1), ("italic", 2, 1)]),
        ("🎭<b>🎭x</b>", "🎭🎭x", [("bold", 2, 3)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<B>a</b>", "a", [("bold", 0, 1)]),
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "abcd",
         [("bold", 0, 1), ("italic", 1, 1), ("underline", 2, 1), ("strikethrough", 3, 1)]),
        ("a &lt;b&gt; &amp; &quot;c&quot; &nbsp; &#20013;", 'a <b> & "c" &nbsp; 中', []),
        ("<code>1</code><pre>2</pre>", "12", [("code", 0, 1), ("pre", 1, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote>q</blockquote><blockquote expandable>r</blockquote>", "qr",
         [("blockquote", 0, 1), ("expandable_blockquote", 1, 1)]),
        ("  <b> a </b>  ", " a", [("bold", 0, 2)]),
        ("x <b></b> y", "x  y", []),
        ("座位 <b>一楼 12 排</b>", "座位 一楼 12 排", [("bold", 3, 7)]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(markup: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    assert html(markup) == (text, entities)


def test_links_and_languages_keep_their_argument() -> None:
    formatted = format_text('<a href="https://t.me/x?start=a&amp;b">x</a>', "html", None, required=True)
    assert formatted.entities == [{"type": "text_link", "offset": 0, "length": 1, "url": "https://t.me/x?start=a&b"}]
    formatted = format_text('<pre><code class="language-python">x</code></pre>', "HTML", None, required=True)
    assert formatted.entities == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ä<x>y</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x$>y</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_bad_markup_is_refused_in_telegrams_words(markup: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        html(markup)
    told = refused.value.description
    if markup == "a < b":  # the space ends the tag's name, and what follows has no end
        assert told.startswith("Bad Request: can't parse entities: Unclosed start tag") or words in told
    else:
        assert told == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("/start abc", "bot_command", "/start"),
        ("see https://example.org/a?b=c.", "url", "https://example.org/a?b=c"),
        ("t.me/foyer_bot", "url", "t.me/foyer_bot"),
        ("write to a.b@example.org", "email", "a.b@example.org"),
        ("@someone hello", "mention", "@someone"),
        ("a #tag!", "hashtag", "#tag"),
        ("$EUR", "cashtag", "$EUR"),
    ],
)
def test_what_telegram_finds_by_itself(text: str, kind: str, part: str) -> None:
    (entity,) = plain(text).entities
    assert entity["type"] == kind
    assert text[entity["offset"] : entity["offset"] + entity["length"]] == part


@pytest.mark.parametrize("text", ["1/2", "a@b", "3#4", "no.dots here", "$ 5"])
def test_what_is_no_entity(text: str) -> None:
    assert plain(text).entities == []


def test_entities_that_are_given_count_in_utf16() -> None:
    given = [{"type": "bold", "offset": 2, "length": 1}, {"type": "url", "offset": 0, "length": 1}]
    formatted = format_text("🎭x", "", given, required=True)
    assert formatted.entities == [{"type": "bold", "offset": 2, "length": 1}]


def test_direction_overrides_and_control_characters_do_not_pass() -> None:
    formatted = format_text("a\u202eb\rc\x01d<b>e</b>", "HTML", None, required=True)
    assert formatted.text == "abc de"
    assert formatted.entities == [{"type": "bold", "offset": 5, "length": 1}]


@pytest.mark.parametrize("text", ["", "   ", "\n\u2028"])
def test_a_text_without_characters_is_refused(text: str) -> None:
    with pytest.raises(ApiError) as refused:
        plain(text)
    assert refused.value.description == "Bad Request: text must be non-empty"
