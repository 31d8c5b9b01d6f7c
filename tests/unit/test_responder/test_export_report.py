"""The sheet for people: in one file without scripts, in any script, from either side; and what proves it."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from protocol.audience import RecipientClass, Tier
from protocol.card import CardId
from protocol.export import ExportFormat
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.exports import report
from responder.exports.evidence import CHECK, Evidence, ExportManifest, Kept, Original, keep_case, prove
from responder.exports.report import Sheet, as_pdf, page, sheet, way, yellow_page
from responder.exports.scope import Scope, narrow
from responder.exports.statement import Statement
from responder.failures import NoPrinter
from responder.lexicon import vocabulary
from tests.unit.test_responder.invented import ALMAZ, DAWIT, NOW, opened

ALL = frozenset(Tier)
CARD = CardId("k4n2m7p4t8v1z5q9")
TONGUES = {
    "Arabic": "أرجوكم ساعدوني",
    "Chinese": "请帮帮我们 门锁上了",
    "Spanish": "Ayúdennos, ¿pueden venir mañana?",
    "Burmese": "ကျေးဇူးပြုပြီး ကူညီပါ",
    "Amharic": "እባክዎ ይርዱን",
}


def made(
    answers: dict[str, Any] = DAWIT,
    *texts: str,
    tiers: frozenset[Tier] = ALL,
    shown_in: str = "en",
    **fields: Any,
) -> Sheet:
    """A case as it will be read."""
    narrowed = narrow(opened(answers, *texts, **fields), Scope(tiers=tiers))
    return sheet(narrowed, *vocabulary(shown_in, ()), made_at=NOW, card=CARD)


def evidence(key: SigningKey | None = None) -> Evidence:
    """A case and a photo, signed."""
    manifest = ExportManifest(
        case=CaseId("dangerdanger"),
        exported_at=NOW,
        exporter=CARD,
        key="",
        format=ExportFormat.PAGE,
        tiers=(Tier.CORE,),
        audience=RecipientClass.ORGANISATION,
        files=(),
    )
    photo = Original(
        name="1.jpg", kind="photo", bytes=5, sha256=hashlib.sha256(b"photo").hexdigest(), received_at=NOW
    )
    return prove([keep_case(b"{}"), Kept(photo, b"photo")], manifest, key or SigningKey.generate())


def test_a_page_needs_nothing_else() -> None:
    """No script, no address, one style that its own policy names by hash, nothing that could be sent."""
    html = page(made(DAWIT, "<script>alert(1)</script> \" onload='x'"), evidence(), links=True)
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)

    assert style is not None
    assert b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in html.partition("<style>")[0]
    assert "default-src 'none'" in html
    assert not re.search(r"<script|<img|<iframe|<form|https?://|url\(|@import|\son\w+=[\"']", html)
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("text", TONGUES.values(), ids=TONGUES.keys())
def test_words_stand_from_their_own_side(text: str) -> None:
    """In a page of either direction."""
    for shown_in in ("en", "ar"):
        html = page(made(DAWIT, text, shown_in=shown_in), None, links=False)
        side = "rtl" if text is TONGUES["Arabic"] else "ltr"

        assert f'dir="{"rtl" if shown_in == "ar" else "ltr"}"' in html.partition("<head>")[0]
        assert re.search(rf'<blockquote dir="{side}"[^>]*>{re.escape(text)}', html)


@pytest.mark.parametrize(
    ("text", "side"),
    [("", "ltr"), ("12", "ltr"), ("+66 سلام", "rtl"), ("KK سلام", "ltr"), ("😀 שלום", "rtl")],
)
def test_the_first_letter_gives_the_side(text: str, side: str) -> None:
    """Signs and digits have none."""
    assert way(text) == side


def test_a_page_says_whom_it_is_for_and_what_is_not_in_it() -> None:
    """Consents, aid, what was left out; never a name or a word of a responder."""
    html = page(made(DAWIT, "help", tiers=frozenset({Tier.CORE})), None, links=False)

    assert "For An aid organisation alone" in html
    assert "Screening aid, not a determination." in html
    for line in (
        "Who they are: home country",
        "Where they are, and",
        "What they were made to do",
        "Never in an",
    ):
        assert line in html
    assert "Tell the embassy" in html
    assert "help</" not in html
    assert "river" not in html


def test_the_least_fits_on_one_page() -> None:
    """What happened, with its proof, in English; and any script is printed without a hole."""
    short = as_pdf(page(made(DAWIT, tiers=frozenset({Tier.CORE})), evidence(), links=False), evidence())
    full = as_pdf(page(made(DAWIT, *TONGUES.values(), "x" * 10_000), None, links=False))

    assert short.pages == 1
    assert short.body.startswith(b"%PDF-")
    assert not full.letterless
    assert full.pages > 2


def test_a_letter_without_a_font_is_told_and_not_quoted(capfd: pytest.CaptureFixture[str]) -> None:
    """The printer's own line would show it."""
    rare = "\U00016ac0\U00016ac1"  # Tangsa digits, which hardly any computer has
    printed = as_pdf(f"<p style='font-family: DejaVu Sans'>{rare}\U000f0000</p>")

    assert printed.letterless
    assert "".join(capfd.readouterr()) == ""


def test_a_report_asks_for_nothing() -> None:
    """Whatever stands in a page, neither a file nor an address is asked for."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        printed = as_pdf(f'<img src="{Path(__file__).as_uri()}"><link rel=stylesheet href="{address}">')
        with pytest.raises(BlockingIOError):
            server.accept()

    assert printed.pages == 1


def test_a_computer_without_a_printer_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint is not installed, or has no Pango to work with: the page is always there."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(NoPrinter, match="WeasyPrint is not there") as refused:
        as_pdf("<p>case</p>")

    assert "--format page" in refused.value.hint
    assert "Pango is not there" in str(report._no_printer(OSError("cannot load library")))


def test_the_police_helper_can_be_printed() -> None:
    """What is missing comes with a box to tick."""
    narrowed = narrow(opened(ALMAZ), Scope(tiers=ALL))
    html = yellow_page(made(ALMAZ), Statement(narrowed))

    assert '<span class="box"></span>Family name' in html
    assert "Hanna B." in html
    assert "Only a police force can ask" in html
    assert as_pdf(html).pages == 1


def passes(folder: Path) -> bool:
    """Whether the command that the page prints is content with what was saved there."""
    return subprocess.run(CHECK.split(), cwd=folder, capture_output=True, check=False).returncode == 0


def test_an_expert_checks_it_with_openssl(tmp_path: Path) -> None:
    """The command that the page prints: it passes, and fails once a byte of the manifest or the key is another."""
    proof = evidence()
    for name, body in proof.files:
        (tmp_path / name).write_bytes(body)
    whole = passes(tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"1.jpg", b"2.jpg"))
    changed = passes(tmp_path)
    manifest.write_bytes(proof.signed)
    (tmp_path / "signer.pem").write_bytes(evidence().key)
    forged = passes(tmp_path)

    assert (whole, changed, forged) == (True, False, False)


def test_every_original_is_in_the_page_with_its_hash() -> None:
    """Saved from the page it is byte for byte what came; a manifest begins as nothing else that is signed does."""
    proof = evidence()
    html = page(made(), proof, links=True)
    saved = {
        name: b64decode(data)
        for name, data in re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]*)"', html)
    }

    assert saved == dict(proof.files)
    for each in proof.kept:
        assert hashlib.sha256(saved[each.original.name]).hexdigest() == each.original.sha256
        assert each.original.sha256 in html
    assert saved["manifest.json"].startswith(b'{"schema":"export-manifest/1"')
    assert html.count(proof.manifest.key) == 1
