"""The chat page's files, sent with a policy that lets the page load nothing from anywhere else."""

from importlib import resources

from aiohttp import web

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


def _load() -> dict[str, tuple[bytes, str]]:
    folder = resources.files("sandbox") / "page"
    found = {}
    for file in folder.iterdir():
        ending = "." + file.name.rsplit(".", 1)[-1]
        if ending in _KINDS:
            found[file.name] = (file.read_bytes(), _KINDS[ending])
    return found


class Pages:
    """Serves the page from memory."""

    def __init__(self) -> None:
        """Read the page's files."""
        self._files = _load()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page and its parts."""
        return [web.get("/", self.index), web.get("/page/{name}", self.part)]

    async def index(self, _: web.Request) -> web.Response:
        """Send the page itself."""
        return self._send("index.html")

    async def part(self, request: web.Request) -> web.Response:
        """Send one of its parts."""
        return self._send(request.match_info["name"])

    def _send(self, name: str) -> web.Response:
        if name not in self._files:
            raise web.HTTPNotFound
        content, kind = self._files[name]
        return web.Response(body=content, content_type=kind, charset="utf-8", headers=_HEADERS)
