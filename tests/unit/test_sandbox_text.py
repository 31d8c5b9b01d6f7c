"""Text as Telegram measures, trims and marks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import entities, formatting
from sandbox.refusals import BadRequest


def test_length_counts_utf16_units() -> None:
    """A character outside the basic plane counts twice."""
    assert entities.utf16_length("a😀") == 3


def test_commands_links_and_addresses_are_found() -> None:
    """What Telegram recognises by itself is marked, with offsets in UTF-16 units."""
    text = "😀 /start see https://example.org/a, write a@example.org or @somebody"
    found = {entity["type"]: (entity["offset"], entity["length"]) for entity in entities.detect(text)}
    assert found == {"bot_command": (3, 6), "url": (14, 21), "email": (43, 13), "mention": (60, 9)}


def test_a_path_is_no_command() -> None:
    """A slash inside a word begins no command."""
    assert entities.detect("and/or 1/2") == []


def test_white_space_is_cut_and_marks_move_along() -> None:
    """Trimming at the front shifts entities, and one that covers only what was cut falls away."""
    marks = [
        {"type": "bold", "offset": 2, "length": 4},
        {"type": "italic", "offset": 0, "length": 2},
    ]
    assert entities.trim("  word  ", marks) == ("word", [{"type": "bold", "offset": 0, "length": 4}])


@pytest.mark.parametrize(
    ("mode", "source"),
    [
        ("HTML", '<b>bold</b> <i>it</i> <code>x</code> <a href="https://a.example/">link</a>'),
        ("MarkdownV2", "*bold* _it_ `x` [link](https://a.example/)"),
        ("Markdown", "*bold* _it_ `x` [link](https://a.example/)"),
    ],
)
def test_every_parse_mode_gives_the_same_entities(mode: str, source: str) -> None:
    """Bold, italic, code and links come out alike whatever they were written in."""
    text, found = formatting.parse(source, mode)
    assert text == "bold it x link"
    assert found == [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 5, "length": 2},
        {"type": "code", "offset": 8, "length": 1},
        {"type": "text_link", "offset": 10, "length": 4, "url": "https://a.example/"},
    ]


def test_html_nests_and_unescapes() -> None:
    """Nested tags give nested entities; a code block inside a preformatted one names its language."""
    text, found = formatting.parse(
        '<b>a &lt; <u>b</u></b><pre><code class="language-python">x</code></pre>', "html"
    )
    assert text == "a < bx"
    assert found == [
        {"type": "bold", "offset": 0, "length": 5},
        {"type": "underline", "offset": 4, "length": 1},
        {"type": "pre", "offset": 5, "length": 1, "language": "python"},
    ]


def test_markdown_v2_quotes_spoilers_and_escapes() -> None:
    """Quotes span lines, spoilers and underlines have double marks, and a backslash takes a mark's meaning."""
    text, found = formatting.parse(">one\n>two\n||no|| __u__ 1\\.5", "MarkdownV2")
    assert text == "one\ntwo\nno u 1.5"
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == [
        ("blockquote", 0, 7),
        ("spoiler", 8, 2),
        ("underline", 11, 1),
    ]


@pytest.mark.parametrize(
    ("mode", "source", "reason"),
    [
        ("HTML", "a <x>", 'Unsupported start tag "x" at byte offset 2'),
        ("HTML", "<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "a</b>", "Unexpected end tag at byte offset 1"),
        ("HTML", "<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("MarkdownV2", "é*a", "Can't find end of Bold entity at byte offset 2"),
        ("MarkdownV2", "1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("Markdown", "a *b", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_broken_marks_are_refused_in_telegrams_words(mode: str, source: str, reason: str) -> None:
    """A bot that forgets to escape gets the same sentence here as there."""
    with pytest.raises(BadRequest) as refused:
        formatting.parse(source, mode)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_an_unknown_parse_mode_is_refused() -> None:
    """There are three parse modes."""
    with pytest.raises(BadRequest, match="unsupported parse_mode"):
        formatting.parse("a", "reStructuredText")


@given(st.text())
def test_any_text_escaped_for_html_comes_out_unchanged(text: str) -> None:
    """The three escapes Telegram asks for are enough."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert formatting.parse(escaped, "HTML") == (text, [])


@given(st.text())
def test_entities_stay_inside_the_text(text: str) -> None:
    """Whatever is found lies within the text's UTF-16 length."""
    bare, found = entities.complete(text, [])
    length = entities.utf16_length(bare)
    assert all(0 <= one["offset"] < one["offset"] + one["length"] <= length for one in found)
