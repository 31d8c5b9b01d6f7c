"""The console's pages as text: templates, their words, and the few files that they load."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2
from aiohttp import web
from markupsafe import Markup

from responder.lines import clean
from responder.wording import AGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from responder.wording import Wording

PAGES = files("responder") / "pages"
STATIC = {
    "tokens.css": "text/css",
    "console.css": "text/css",
    "console.js": "text/javascript",
    "case.css": "text/css",
    "case.js": "text/javascript",
    "world.css": "text/css",
    "patterns.css": "text/css",
    "hands.css": "text/css",
    "lease.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def templates() -> jinja2.Environment:
    """Make templates that escape everything and fail on a name that nobody gave."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("responder", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clean"] = clean
    return made


@dataclass(frozen=True, slots=True)
class Paper:
    """Renders pages in one wording; `sign` is what every form of ours carries back."""

    wording: Wording
    sign: str = field(repr=False)
    who: str = ""
    practice: bool = False
    doubts: Callable[[], Sequence[str]] = field(default=tuple, repr=False)
    templates: jinja2.Environment = field(default_factory=templates, repr=False)
    analyst: bool = False
    """Whether its reader looks across cases instead of opening them."""

    def text(self, name: str, **values: object) -> str:
        """Render one template."""
        given = {"t": self.wording, "csrf": self.sign, "who": self.who, "practice": self.practice}
        given["doubts"] = self.doubts
        given |= {"analyst": self.analyst, "style": _style}
        return self.templates.get_template(name).render(given, units=self._units(), **values)

    def page(self, name: str, *, status: int = 200, **values: object) -> web.Response:
        """Render one template as a page."""
        return web.Response(text=self.text(name, **values), status=status, content_type="text/html")

    def _units(self) -> str:
        return json.dumps(
            {unit: self.wording(f"age.{unit}", n="{n}") for unit in (*(a[0] for a in AGES), "days")}
        )


def _style() -> Markup:
    """Return every style, for a page that is a file of its own."""
    sheets = ((PAGES / name).read_text("utf-8") for name, kind in STATIC.items() if kind == "text/css")
    return Markup("\n".join(sheets))  # noqa: S704 - our own files


async def static(request: web.Request) -> web.Response:
    """Serve one of the files that pages load; any other name is not found."""
    name = request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    return web.Response(body=(PAGES / name).read_bytes(), content_type=STATIC[name])
