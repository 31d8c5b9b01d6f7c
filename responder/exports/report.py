"""The case as one sheet for people: a page that needs nothing else, and the same as PDF. All of it in memory."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from responder.exports.evidence import CHECK
from responder.exports.yellow import yellow
from responder.failures import NoPrinter
from responder.filing import size
from responder.lines import clean
from responder.paper import PAGES, templates
from responder.reader import read_case
from responder.reading import Agreement, Text
from responder.wording import tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from protocol.card import CardId
    from responder.exports.evidence import Evidence
    from responder.exports.scope import LeftOut, Narrowed
    from responder.exports.statement import Statement
    from responder.lexicon import Lexicon
    from responder.reading import Reading
    from responder.wording import Wording

FROM_RIGHT = frozenset({"R", "AL"})
FROM_A_SIDE = frozenset({"L", *FROM_RIGHT})
NO_FONT = "notdef"
ISOLATE, POP = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One case as it will be read by whoever gets it: what may go, in words, and what was left out."""

    reading: Reading = field(repr=False)
    left_out: LeftOut
    audience: str
    made_at: datetime
    card: CardId
    wording: Wording = field(repr=False)
    lexicon: Lexicon = field(repr=False)

    @property
    def foreign(self) -> bool:
        """Say whether the contact reads another language than whoever gets this."""
        return any(said.own_question for said in self.reading.answers)

    @property
    def empty(self) -> bool:
        """Say whether nothing that was said is in it."""
        return not (self.reading.answers or self.reading.words)

    def called(self, name: str) -> str:
        """Return what was taken out in words: a kind of answer, or the question itself."""
        key = f"redact.{name}"
        return self.wording(key) if key in self.wording.texts else self.lexicon.question(name, "") or name

    def text(self, words: str) -> Text:
        """Return words that were said, to be shown with their own direction."""
        return Text(clean(words))


def sheet(
    narrowed: Narrowed, wording: Wording, lexicon: Lexicon, *, made_at: datetime, card: CardId
) -> Sheet:
    """Put a narrowed case into words; what responders wrote is not in it."""
    reading = read_case(narrowed.opened, wording, lexicon)
    bare = replace(
        reading,
        regradings=(),
        letters=(),
        contract=(),
        unknown=(),
        changes=(),
        consents=tuple(_agreements(narrowed, wording, lexicon)),
    )
    audience = narrowed.scope.audience.value
    return Sheet(bare, narrowed.left_out, audience, made_at, card, wording, lexicon)


def _agreements(narrowed: Narrowed, wording: Wording, lexicon: Lexicon) -> Iterator[Agreement]:
    """Give what was said of who may read it, as far as it is the business of whoever gets this."""
    for who, given in narrowed.consents.items():
        line = lexicon.text(f"phrase.consent_{who}") or who.replace("_", " ")
        yield Agreement(Text(line, tag(wording.language), wording.rtl), given)


def way(text: str) -> str:
    """Return from which side a text is written, by its first letter that has one."""
    sides = (unicodedata.bidirectional(mark) for mark in text)
    return "rtl" if next((side for side in sides if side in FROM_A_SIDE), "L") in FROM_RIGHT else "ltr"


def alone(text: str) -> str:
    """Hold a text together inside a line that may run the other way; not every printer knows the element for it."""
    return f"{ISOLATE}{text}{POP}"


def page(made: Sheet, evidence: Evidence | None, *, links: bool) -> str:
    """Return the report as a page in one file; with `links`, every original can be saved from it."""
    return _render("report.html", made, evidence=evidence, links=links, check=CHECK)


def yellow_page(made: Sheet, stated: Statement) -> str:
    """Return the helper for a police report as a page in one file."""
    return _render("yellow.html", made, help=yellow(stated, language=made.wording.language))


def _render(template: str, made: Sheet, **values: Any) -> str:  # noqa: ANN401 - whatever the template takes
    style = (PAGES / "report.css").read_text(encoding="utf-8").strip()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    given = {"t": made.wording, "way": way, "alone": alone, "size": size, "link": _link, "sheet": made}
    found = templates().get_template(template)
    return found.render(given, style=style, style_hash=f"sha256-{digest}", **values).lstrip()


def _link(body: bytes) -> str:
    return f"data:application/octet-stream;base64,{b64encode(body).decode()}"


@dataclass(frozen=True, slots=True)
class Print:
    """A PDF; `letterless` says that this computer has no font for some of its letters, which show as boxes."""

    body: bytes = field(repr=False)
    pages: int
    letterless: bool = False


def as_pdf(html: str, evidence: Evidence | None = None) -> Print:
    """Print a page of ours to PDF, with the originals attached; slow, so off the event loop. Raises NoPrinter."""
    try:
        # Takes a second to import, and needs Pango, which not every computer has.
        from weasyprint import HTML, Attachment
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as problem:
        raise _no_printer(problem) from None
    files = evidence.files if evidence else ()
    attached = [Attachment(string=body, base_url="", name=name) for name, body in files]
    nothing = URLFetcher(allowed_protocols=())  # whatever stands in a page, nothing is asked for
    with _Listening() as heard:
        document = HTML(string=html, base_url="", url_fetcher=nothing).render(attachments=attached)
        body = document.write_pdf(attachments=attached)
    return Print(body, len(document.pages), heard.letterless)


class _Listening(logging.Handler):
    """Hears whether the printer lacked a font: its own line quotes the letter, so that it goes nowhere."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.letterless = False
        self._logger = logging.getLogger("weasyprint")

    def emit(self, record: logging.LogRecord) -> None:
        """Note it, and let nothing of it be written."""
        self.letterless = self.letterless or NO_FONT in str(record.msg)

    def __enter__(self) -> Self:
        self._logger.handlers, self._logger.propagate = [self], False
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.handlers = [logging.NullHandler()]


def _no_printer(problem: Exception) -> NoPrinter:
    lacks = "WeasyPrint" if isinstance(problem, ImportError) else "Pango"
    msg = f"this computer cannot make a PDF: {lacks} is not there"
    hint = "Export with --format page and print that from a browser, or install what deploy/RUNNING.md names."
    return NoPrinter(msg, hint)
