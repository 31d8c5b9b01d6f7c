"""Extraction: the template of all messages, and catalogues brought up to it (`python -m locales.extract`)."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from flows.loading import FOLDER as DEFINITIONS
from flows.loading import load
from locales.header import read_header, write_header
from locales.messages import Message, messages

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "messages.pot"
DOMAIN = "messages"
WIDTH = 100


def template(found: Iterable[Message]) -> bytes:
    """Give the template as the bytes of a .pot file; the same messages give the same bytes."""
    catalog = Catalog(project="wayout", charset="utf-8", fuzzy=False)
    for message in found:
        catalog.add(message.source, context=message.context, auto_comments=message.notes)
    lines = [b"# The texts of Wayout. Do not edit: made from the definitions.", b'msgid ""', b'msgstr ""']
    lines += [b'"Content-Type: text/plain; charset=utf-8\\n"', b'"Content-Transfer-Encoding: 8bit\\n"']
    return b"\n".join(lines) + b"\n" + _body(catalog)


def _body(catalog: Catalog) -> bytes:
    """The catalogue's entries, without the header."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=WIDTH, omit_header=True)
    return b"\n" + buffer.getvalue().strip() + b"\n"


def path(code: str, folder: Path = FOLDER) -> Path:
    """Tell where the catalogue of a language lies."""
    return folder / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def update(old: bytes, code: str, found: Iterable[Message]) -> bytes:
    """Bring a catalogue up to the messages: kept where the source is the same, empty where it is not.

    Nothing is guessed: a changed source needs a new translation.
    """
    before = read_po(BytesIO(old), locale=None, charset="utf-8")
    known = {(entry.context, entry.id): entry for entry in before if entry.id and not entry.fuzzy}
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for message in found:
        entry = known.get((message.context, message.source))
        text = str(entry.string) if entry else ""
        comments = entry.user_comments if entry else ()
        catalog.add(
            message.source,
            text,
            context=message.context,
            auto_comments=message.notes,
            user_comments=comments,
        )
    return write_header(code, read_header(old)).encode() + _body(catalog)


def extract(codes: Sequence[str], definitions: Path = DEFINITIONS, folder: Path = FOLDER) -> None:
    """Write the template, and bring the named languages' catalogues up to it."""
    found = list(messages(load(definitions)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TEMPLATE.name).write_bytes(template(found))
    for code in codes:
        catalogue = path(code, folder)
        catalogue.parent.mkdir(parents=True, exist_ok=True)
        old = catalogue.read_bytes() if catalogue.exists() else b""
        catalogue.write_bytes(update(old, code, found))


@click.command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="An organisation's own definitions; their catalogues lie in locales/ inside.",
)
def main(codes: tuple[str, ...], folder: Path | None) -> None:
    """Write the template of all texts, and bring the catalogues of these languages up to it."""
    if folder is None:
        extract(codes)
    else:
        extract(codes, folder, folder / "locales")


if __name__ == "__main__":  # pragma: no cover - the same, from the command line
    main()
