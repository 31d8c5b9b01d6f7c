"""The Bot API's three parse modes (HTML, MarkdownV2, old Markdown), turned into text and entities."""

import html
import re

from sandbox.entities import in_order, utf16_length
from sandbox.records import Json
from sandbox.refusals import BadRequest

_HTML_KINDS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z-]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)(?P<close>>?)", re.DOTALL
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_NEEDS_ESCAPE = "_*[]()~`>#+-=|{}.!"
_V2_MARKS = (("__", "underline"), ("||", "spoiler"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"))
_MENTION = re.compile(r"tg://user\?id=(\d+)$")


def parse(text: str, mode: str) -> tuple[str, list[Json]]:
    """Return the text without marks and its entities; a text that cannot be read is refused."""
    match mode.lower():
        case "":
            return text, []
        case "html":
            return _Html(text).read()
        case "markdownv2":
            return _MarkdownV2(text).read()
        case "markdown":
            return _Markdown(text).read()
        case _:
            raise BadRequest("unsupported parse_mode")


class _Reader:
    """The text written so far, with its length in UTF-16 units, and the entities found."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.units = 0
        self.entities: list[Json] = []

    def put(self, text: str) -> None:
        self.out.append(text)
        self.units += utf16_length(text)

    def add(self, kind: str, start: int, **more: str) -> None:
        if self.units <= start:
            return
        if kind == "text_link" and (mention := _MENTION.match(more.get("url", ""))):
            kind, more = "text_mention", {"user_id": mention.group(1)}
        self.entities.append({"type": kind, "offset": start, "length": self.units - start, **more})

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def fail(self, reason: str) -> BadRequest:
        return BadRequest(f"can't parse entities: {reason}")

    def result(self) -> tuple[str, list[Json]]:
        return "".join(self.out), in_order(self.entities)


class _Html(_Reader):
    """The HTML parse mode: few tags, properly nested."""

    def read(self) -> tuple[str, list[Json]]:
        self.open: list[tuple[str, dict[str, str], int]] = []
        while self.at < len(self.source):
            if self.source[self.at] == "<":
                self.tag()
            else:
                end = self.source.find("<", self.at)
                end = len(self.source) if end < 0 else end
                self.put(html.unescape(self.source[self.at : end]))
                self.at = end
        if self.open:
            raise self.fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return self.result()

    def tag(self) -> None:
        match = _TAG.match(self.source, self.at)
        if not match or not match["close"]:
            raise self.fail(f"Unclosed start tag at byte offset {self.byte(self.at)}")
        name = match["name"].lower()
        if match["end"]:
            self.close(name)
        else:
            self.start(name, match["rest"])
        self.at = match.end()

    def start(self, name: str, rest: str) -> None:
        if name not in _HTML_KINDS:
            raise self.fail(f'Unsupported start tag "{name}" at byte offset {self.byte(self.at)}')
        attributes = {
            found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
            for found in _ATTRIBUTE.finditer(rest)
        }
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self.fail(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(self.at)}')
        self.open.append((name, attributes, self.units))

    def close(self, name: str) -> None:
        if not self.open:
            raise self.fail(f"Unexpected end tag at byte offset {self.byte(self.at)}")
        opened, attributes, start = self.open.pop()
        if name not in ("", opened):
            where = self.byte(self.at)
            raise self.fail(
                f'Unmatched end tag at byte offset {where}, expected "</{opened}>", found "</{name}>"'
            )
        self.mark(opened, attributes, start)

    def mark(self, name: str, attributes: dict[str, str], start: int) -> None:
        match name:
            case "a":
                target = attributes.get("href") or "".join(self.out)[-(self.units - start) :]
                self.add("text_link", start, url=target)
            case "code" if attributes.get("class", "").startswith("language-") and self.inside("pre"):
                self.open[-1][1]["language"] = attributes["class"].removeprefix("language-")
            case "pre" if "language" in attributes:
                self.add("pre", start, language=attributes["language"])
            case "blockquote" if "expandable" in attributes:
                self.add("expandable_blockquote", start)
            case "tg-emoji":
                self.add("custom_emoji", start, custom_emoji_id=attributes.get("emoji-id", ""))
            case _:
                self.add(_HTML_KINDS[name], start)

    def inside(self, name: str) -> bool:
        return bool(self.open) and self.open[-1][0] == name


class _MarkdownV2(_Reader):
    """The MarkdownV2 parse mode: marks nest, everything else with a meaning must be escaped."""

    def read(self) -> tuple[str, list[Json]]:
        self.open: list[tuple[str, str, int, int]] = []
        while self.at < len(self.source):
            self.step(self.source[self.at])
        if self.open:
            _, kind, _, where = self.open[-1]
            raise self.fail(f"Can't find end of {kind.title()} entity at byte offset {where}")
        return self.result()

    def step(self, char: str) -> None:
        if char == "\\" and self.source[self.at + 1 : self.at + 2] in (*_NEEDS_ESCAPE, "\\"):
            self.put(self.source[self.at + 1])
            self.at += 2
        elif char == "`":
            self.code()
        elif char == "[":
            self.opens("[", "text_link", 1)
        elif char == "]" and self.is_open("["):
            self.link()
        elif char == ">" and (not self.out or "".join(self.out).endswith("\n")):
            self.quote()
        else:
            self.plain_or_mark(char)

    def plain_or_mark(self, char: str) -> None:
        for mark, kind in _V2_MARKS:
            if self.source.startswith(mark, self.at):
                if self.is_open(mark):
                    self.add(kind, self.open.pop()[2])
                    self.at += len(mark)
                else:
                    self.opens(mark, kind, len(mark))
                return
        if char in _NEEDS_ESCAPE:
            raise self.fail(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        self.put(char)
        self.at += 1

    def is_open(self, mark: str) -> bool:
        return bool(self.open) and self.open[-1][0] == mark

    def opens(self, mark: str, kind: str, width: int) -> None:
        self.open.append((mark, kind, self.units, self.byte(self.at)))
        self.at += width

    def code(self) -> None:
        mark, kind = ("```", "pre") if self.source.startswith("```", self.at) else ("`", "code")
        end = self.source.find(mark, self.at + len(mark))
        if end < 0:
            raise self.fail(f"Can't find end of {kind.title()} entity at byte offset {self.byte(self.at)}")
        inner = re.sub(r"\\([`\\])", r"\1", self.source[self.at + len(mark) : end])
        language = re.match(r"(\w+)\n", inner) if kind == "pre" else None
        start = self.units
        self.put(
            inner[language.end() :] if language else inner.removeprefix("\n") if kind == "pre" else inner
        )
        self.add(kind, start, **({"language": language.group(1)} if language else {}))
        self.at = end + len(mark)

    def link(self) -> None:
        _, kind, start, _ = self.open.pop()
        target = re.compile(r"\]\(((?:\\.|[^)\\])*)\)").match(self.source, self.at)
        if target:
            self.add(kind, start, url=re.sub(r"\\(.)", r"\1", target.group(1)))
        self.at = target.end() if target else self.at + 1

    def quote(self) -> None:
        lines = re.compile(r">[^\n]*(?:\n>[^\n]*)*").match(self.source, self.at)
        block = lines.group() if lines else ">"
        text, inner = _MarkdownV2(re.sub(r"(?m)^>", "", block)).read()
        start = self.units
        self.entities += [entity | {"offset": entity["offset"] + start} for entity in inner]
        self.put(text)
        self.add("blockquote", start)
        self.at += len(block)


class _Markdown(_Reader):
    """The old Markdown parse mode: marks do not nest."""

    _PIECE = re.compile(
        r"\\(?P<escaped>[_*`\[])|```(?:(?P<language>\w+)\n)?(?P<pre>.*?)```|`(?P<code>[^`]*)`|\*(?P<bold>[^*]*)\*"
        r"|_(?P<italic>[^_]*)_|\[(?P<label>[^\]]*)\]\((?P<url>[^)]*)\)|(?P<open>[_*`\[])|(?P<plain>[^_*`\[\\]+|\\)",
        re.DOTALL,
    )

    def read(self) -> tuple[str, list[Json]]:
        for piece in self._PIECE.finditer(self.source):
            self.piece(piece)
        return self.result()

    def piece(self, piece: re.Match[str]) -> None:
        start = self.units
        for kind in ("pre", "code", "bold", "italic"):
            if piece[kind] is not None:
                self.put(piece[kind])
                self.add(kind, start, **({"language": piece["language"]} if piece["language"] else {}))
                return
        if piece["label"] is not None:
            self.put(piece["label"])
            self.add("text_link", start, url=piece["url"])
        elif piece["open"]:
            raise self.fail(
                f"Can't find end of the entity starting at byte offset {self.byte(piece.start())}"
            )
        else:
            self.put(piece["escaped"] or piece["plain"] or "")
