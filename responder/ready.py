"""Ready texts: replies that can be sent as they are, in the responder's language and in the contact's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from locales.catalog import SOURCE, load_catalogs
from responder.lexicon import own_definitions
from responder.reading import Text
from responder.wording import tag

if TYPE_CHECKING:
    from locales.catalog import Catalog
    from responder.lexicon import Lexicon
    from responder.wording import Wording


@dataclass(frozen=True, slots=True)
class Ready:
    """One of them: `shown` to the responder, `sent` to the contact in `language`."""

    id: str
    shown: Text
    sent: str
    language: str


def ready_ids() -> tuple[str, ...]:
    """Return the names of all ready texts, in the order of their file."""
    return tuple(reply.id for reply in own_definitions().tables.relay.replies)


def ready_texts(language: str | None, wording: Wording, lexicon: Lexicon) -> tuple[Ready, ...]:
    """Return all of them for a contact of this language; where a text is not translated, it is sent in English."""
    catalog = _catalog(language or SOURCE)
    ready = []
    for reply in own_definitions().tables.relay.replies:
        text = catalog.texts.get(reply.context) if catalog else None
        shown = Text(lexicon.text(reply.context, reply.text), tag(wording.language), wording.rtl)
        ready.append(Ready(reply.id, shown, text or reply.text, (language or SOURCE) if text else SOURCE))
    return tuple(ready)


@cache
def _catalog(language: str) -> Catalog | None:
    return load_catalogs(own_definitions(), [language]).by_code.get(language)
