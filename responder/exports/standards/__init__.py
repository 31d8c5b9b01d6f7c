"""The standards' data: what their fields are called and what of ours fills them, each a file beside this one."""

from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML


@cache
def standard(name: str) -> dict[str, Any]:
    """Return a standard's file, such as `htcds`. It is ours and is read once; nobody changes what this gives."""
    text = (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = YAML(typ="safe").load(text)
    return found
