"""What nobody asked for leaves by one gate alone: shown on the source, since no run shows what never happens."""

import ast
from collections.abc import Iterator
from pathlib import Path

BOT = Path(__file__).parents[2] / "bot"
TREES = {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted(BOT.glob("*.py"))}


def _constants(tree: ast.AST) -> set[object]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}


def _methods(module: str) -> dict[str, ast.AST]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name: node for node in ast.walk(TREES[module]) if isinstance(node, kinds)}


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def _callers(module: str, name: str) -> set[str]:
    return {caller for caller, tree in _methods(module).items() if name in _calls(tree)}


def _names_sending(tree: ast.AST) -> bool:
    return any(each.split("/")[-1] == "sendMessage" for each in _constants(tree) if isinstance(each, str))


def test_two_modules_can_make_a_message() -> None:
    """The sender, and the apology, which answers an update that could not be kept; and one that writes to staff."""
    assert {name for name, tree in TREES.items() if _names_sending(tree)} == {"sender", "apology", "channels"}
    assert {name for name, tree in _methods("sender").items() if _names_sending(tree)} == {"_send"}


def test_pages_go_to_the_chat_that_the_operator_named() -> None:
    """The channels know no contact: no record, no place, no storage, and the chat is the alerts file's."""
    imported = {each.module or "" for each in ast.walk(TREES["channels"]) if isinstance(each, ast.ImportFrom)}
    assert not {name for name in imported if name.startswith("storage")}
    assert {name for name in imported if name.startswith("bot")} == {
        "bot.alert",
        "bot.alerts",
        "bot.settings",
    }
    (write,) = [
        tree
        for tree in _methods("channels").values()
        if _names_sending(tree) and "chat_id" in _constants(tree)
    ]
    assert {each.attr for each in ast.walk(write) if isinstance(each, ast.Attribute)} >= {"chat", "text"}


def test_the_sender_makes_one_for_a_screen_or_behind_the_gate() -> None:
    """A screen answers somebody, or only edits; what is neither stands behind the contract."""
    assert _callers("sender", "_send") == {"_show"}
    assert _callers("sender", "_show") == {"_do", "_nudge"}
    gate = _methods("sender")["_nudge"]
    first = next(_calls(gate))
    assert first == "_may_write"
    assert _callers("sender", "_may_write") == {"_nudge"}


def test_the_clock_shows_by_edits_alone() -> None:
    """Whatever a tick leads to, the screen that comes of it is drawn with `edits_only`, or behind the gate."""
    assert "show" not in set(_calls(TREES["clockwork"]))
    assert {name for name, tree in TREES.items() if "nudge" in _keywords(tree)} == {"relay"}
    ring = _methods("relay")
    assert "edits_only" in _keywords(ring["_rest"])
    assert "edits_only" in _keywords(_methods("curtain")["draw"])


def _keywords(tree: ast.AST) -> set[str | None]:
    return {each.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for each in node.keywords}
