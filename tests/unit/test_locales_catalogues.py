"""Catalogues: what goes in, what may be offered, and what a translation must keep."""

import gettext
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog as Po
from babel.messages.pofile import write_po

from flows.definition import Flow
from flows.loading import Definitions, load
from locales.catalog import (
    FOLDER,
    Catalogs,
    fill,
    isolate,
    language,
    load_catalogs,
    present,
    read_texts,
    strip_bidi,
)
from locales.check import Kind, faults
from locales.check import main as check
from locales.extract import TEMPLATE, extract, path, template, update
from locales.header import read_header, write_header
from locales.messages import SAFETY, Message, messages
from locales.plurals import HEADERS, plural_header


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    """Read the definitions that are shipped."""
    return load()


@pytest.fixture(scope="module")
def found(definitions: Definitions) -> tuple[Message, ...]:
    """Give every message."""
    return tuple(messages(definitions))


def catalogue(found: tuple[Message, ...], code: str = "ar", **changed: str) -> bytes:
    """Write a catalogue in which every text is its source and a mark; `changed` replaces some by context."""
    po = Po(charset="utf-8", fuzzy=False)
    for message in found:
        text = changed.get(message.context.replace(".", "__"), f"{message.source}~")
        flags = ("fuzzy",) if text == "FUZZY" else ()
        po.add(message.source, text, context=message.context, flags=flags)
    body = BytesIO()
    write_po(body, po, omit_header=True)
    return (write_header(code, {"X-Drafted-By": "a test"}) + "\n").encode() + body.getvalue()


def put(folder: Path, code: str, data: bytes) -> None:
    """Lay a catalogue where it belongs."""
    file = path(code, folder)
    file.parent.mkdir(parents=True)
    file.write_bytes(data)


def test_template_is_what_the_definitions_say(found: tuple[Message, ...]) -> None:
    """`python -m locales.extract` was run after the last change of a text."""
    assert TEMPLATE.read_bytes() == template(found)


def test_contexts_are_unique_and_texts_are_many(found: tuple[Message, ...]) -> None:
    """One text, one context; every question, choice, phrase, indicator, flag and rule has one."""
    contexts = [message.context for message in found]

    assert len(contexts) == len(set(contexts))
    assert {"victim.danger", "victim.danger.hurt_now", "phrase.skip", "indicator.forced_scam_work"} <= set(
        contexts
    )
    assert {"flag.minor", "rule.C1", "desk.why"} <= set(contexts)


def test_any_other_comment_reaches_the_translator(definitions: Definitions) -> None:
    """Authors may say what a text is for."""
    told = replace(definitions, comments={"phrase.skip": "the shortest word you have"})
    (skip,) = (message for message in messages(told) if message.context == "phrase.skip")

    assert "the shortest word you have" in skip.notes


def test_extraction_writes_the_template_and_the_named_catalogues(
    found: tuple[Message, ...], tmp_path: Path
) -> None:
    """A language that has no catalogue yet gets an empty one; without names only the template is written."""
    extract([], folder=tmp_path)
    assert (tmp_path / "messages.pot").read_bytes() == template(found)
    assert present(tmp_path) == ()

    extract(["ar"], folder=tmp_path)
    extract(["ar"], folder=tmp_path)
    assert present(tmp_path) == ("ar",)


def test_safety_texts_say_so(found: tuple[Message, ...]) -> None:
    """Translators see on which texts a person's safety rests."""
    marked = {message.context for message in found if SAFETY in message.notes}

    assert {
        "opening.safe",
        "victim.danger",
        "victim.danger.hurt_now",
        "phrase.ended",
        "phrase.kept_words",
    } <= marked


def test_desk_words_stand_under_their_own_context(
    definitions: Definitions, found: tuple[Message, ...]
) -> None:
    """The responder's programs look their words up as `desk.<key>`."""
    texts = {message.context: message.source for message in found}

    assert all(texts[f"desk.{key}"] == text for key, text in definitions.desk.items())
    assert "desk.urgency.critical" in texts


def test_language_is_offered_only_when_whole(
    definitions: Definitions, found: tuple[Message, ...], tmp_path: Path
) -> None:
    """One text for contacts missing, and the language is not offered; one for responders, and it is."""
    put(tmp_path, "ar", catalogue(found))
    put(tmp_path, "es", catalogue(found, "es", victim__danger=""))
    put(tmp_path, "fr", catalogue(found, "fr", flag__minor=""))
    offered = load_catalogs(definitions, folder=tmp_path)

    assert [each.code for each in offered.languages] == ["en", "ar", "fr"]
    assert present(tmp_path) == ("ar", "es", "fr")
    assert offered.by_code["fr"].text("flag.minor", "source") == "source"
    assert offered.by_code["ar"].text("flag.minor", "source").endswith("~")


def test_languages_come_in_the_order_asked_for(
    definitions: Definitions, found: tuple[Message, ...], tmp_path: Path
) -> None:
    """English is always there; an unknown one is left out."""
    put(tmp_path, "ar", catalogue(found))
    offered = load_catalogs(definitions, ["ar", "xx"], tmp_path)

    assert [each.code for each in offered.languages] == ["ar", "en"]


def test_screen_is_never_mixed(definitions: Definitions, found: tuple[Message, ...], tmp_path: Path) -> None:
    """A screen with one text missing is shown in English as a whole."""
    put(tmp_path, "ar", catalogue(found, flag__minor=""))
    offered: Catalogs = load_catalogs(definitions, folder=tmp_path)

    assert offered.speaking("ar", ["victim.danger"]).language.code == "ar"
    assert offered.speaking("ar", ["victim.danger", "flag.minor"]).language.code == "en"
    assert offered.speaking("xx").language.code == "en"
    assert offered.speaking(None, ["victim.danger"]).language.code == "en"


@pytest.mark.parametrize(
    ("context", "text", "kind"),
    [
        ("victim.danger", "", Kind.MISSING),
        ("victim.danger", "FUZZY", Kind.FUZZY),
        ("opening.safe", "no place for the days", Kind.PLACES),
        ("victim.danger", "turned \u202e around", Kind.BIDI),
        ("victim.danger.hurt_now", "long " * 13 + "!", Kind.TOO_LONG),
        ("victim.danger.hurt_now", "two\nlines", Kind.EDGES),
        ("victim.danger", " spaces ", Kind.EDGES),
        ("victim.life.soon", "No~", Kind.SAME_LABEL),
        ("cover.words.mi", "millas\uff0c feet~", Kind.SAME_WORD),
        ("cover.unit.mi", "Feet~", Kind.SAME_WORD),
        ("phrase.watchwords", "one, two, three", Kind.COUNT),
    ],
)
def test_fault_is_found(found: tuple[Message, ...], context: str, text: str, kind: Kind) -> None:
    """Each fault of a translation has its kind."""
    data = catalogue(found, **{context.replace(".", "__"): text})

    assert kind in {fault.kind for fault in faults("ar", data, found)}


def test_number_that_was_changed_is_found(found: tuple[Message, ...]) -> None:
    """A wrong digit can cost somebody their one call."""
    several = (*found, Message("line.invented", "From abroad: +66 99 000 0000."))
    data = catalogue(several, line__invented="+66 99 000 0001")

    assert Kind.NUMBERS in {fault.kind for fault in faults("ar", data, several)}


def test_text_that_is_not_sound_is_not_shown(
    definitions: Definitions, found: tuple[Message, ...], tmp_path: Path
) -> None:
    """A fuzzy text never reaches a person; the language waits until it is mended."""
    put(tmp_path, "ar", catalogue(found, phrase__skip="FUZZY"))

    assert [each.code for each in load_catalogs(definitions, folder=tmp_path).languages] == ["en"]


def test_sound_catalogue_has_no_fault(found: tuple[Message, ...]) -> None:
    """A translation that keeps everything passes."""
    assert list(faults("ar", catalogue(found), found)) == []


def test_changed_source_and_unknown_context_are_faults(found: tuple[Message, ...]) -> None:
    """A translation of an older text is no translation of this one."""
    changed = (
        Message("victim.danger", "another source"),
        *(m for m in found if m.context != "victim.danger"),
    )
    kinds = {fault.kind for fault in faults("ar", catalogue(found), changed[:-1])}

    assert {Kind.CHANGED, Kind.UNKNOWN} <= kinds


def test_header_must_say_language_plural_and_who(found: tuple[Message, ...]) -> None:
    """A catalogue without its provenance does not pass."""
    data = (
        catalogue(found)
        .replace(b"X-Drafted-By: a test", b"X-Drafted-By: ")
        .replace(b"Language: ar", b"Language: es")
    )

    assert [fault.kind for fault in faults("ar", data, found)] == [Kind.HEADER, Kind.HEADER]


def test_update_keeps_what_holds_and_empties_what_changed(found: tuple[Message, ...]) -> None:
    """A changed source needs a new translation; provenance stays; doing it twice changes nothing."""
    changed = (
        Message("victim.danger", "another source"),
        *(m for m in found if m.context != "victim.danger"),
    )
    data = update(catalogue(found), "ar", changed)
    texts = read_texts(data)

    assert "victim.danger" not in texts
    assert len(texts) == len(found) - 1
    assert read_header(data)["X-Drafted-By"] == "a test"
    assert read_header(data)["X-Reviewed-By"] == "nobody yet"
    assert data == update(data, "ar", changed)
    assert len(read_texts(update(b"", "es", found))) == 0


def test_plural_headers_are_gettext_s(found: tuple[Message, ...]) -> None:
    """Every rule compiles, and gives no form beyond its count."""
    for code, header in HEADERS.items():
        count, rule = header.removeprefix("nplurals=").rstrip(";").split("; plural=")
        forms = {gettext.c2py(rule)(n) for n in range(200)}

        assert forms == set(range(int(count))), code
    assert plural_header("zh_Hans") == "nplurals=1; plural=0;"


def test_shipped_catalogues_are_sound(found: tuple[Message, ...]) -> None:
    """What lies in the folder passes the check."""
    wrong = {code: list(faults(code, path(code).read_bytes(), found)) for code in present(FOLDER)}

    assert wrong == {code: [] for code in wrong}


def test_check_tells_by_its_exit(
    found: tuple[Message, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing wrong, nothing said; a fault is a line with its kind."""
    put(tmp_path, "ar", catalogue(found))
    assert (check([], tmp_path), capsys.readouterr().out) == (0, "")

    put(tmp_path, "es", catalogue(found, "es", victim__danger=""))
    assert check(["es"], tmp_path) == 1
    assert capsys.readouterr().out == "es: victim.danger: there is no translation [missing]\n"


@pytest.mark.parametrize(
    ("code", "name", "rtl"),
    [
        ("ar", "العربية", True),
        ("es", "Español", False),
        ("zh_Hans", "简体中文", False),
        ("en", "English", False),
    ],
)
def test_language_has_its_own_name_and_direction(code: str, name: str, rtl: bool) -> None:
    """As its speakers write it."""
    assert (name, rtl) == (language(code).own_name, language(code).rtl)


def test_values_are_isolated_and_typed_controls_stripped() -> None:
    """A value cannot turn the text around it."""
    assert fill("for {days} days, {other}", days=90) == "for \u206890\u2069 days, {other}"
    assert isolate("a\u202eb") == "\u2068ab\u2069"
    assert strip_bidi("\u200fa\u2066b\u061c") == "ab"


def test_every_text_of_the_flow_is_a_message(definitions: Definitions, found: tuple[Message, ...]) -> None:
    """No screen has a text that cannot be translated."""
    flow: Flow = definitions.whole

    assert {context for context, _ in flow.contexts()} <= {message.context for message in found}


@pytest.mark.parametrize(("code", "telling"), [("es", "organizaci"), ("ar", "منظم"), ("zh_Hans", "机构")])
def test_nobody_sees_on_a_locked_phone_that_an_organisation_reads(
    found: tuple[Message, ...], code: str, telling: str
) -> None:
    """The first forty characters of every text for contacts leave it out, in each language."""
    contacts = {message.context for message in found if message.for_contact}
    texts = read_texts(path(code).read_bytes())

    assert [name for name in contacts if telling in texts[name][:40]] == []
