"""The console's pages, by their source: what a browser is told to keep of them, which is nothing."""

import re
from pathlib import Path

import pytest

from tests.house.test_house import ROOT

PAGES = sorted((ROOT / "responder" / "pages").rglob("*.html"))
FORM = re.compile(r"<form\b[^>]*>")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_form_is_kept_by_the_browser(path: Path) -> None:
    """Its file for restoring a session holds the fields of any other form: messages, notes, reasons."""
    posts = [form for form in FORM.findall(path.read_text(encoding="utf-8")) if 'method="post"' in form]

    assert [form for form in posts if 'autocomplete="off"' not in form] == []
