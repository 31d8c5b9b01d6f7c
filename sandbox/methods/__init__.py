"""The methods of the Bot API that the sandbox answers, by name."""

from sandbox.methods import (
    answering,
    copying,
    describing,
    editing,
    reading,
    receiving,
    removing,
    sending,
    uploading,
)
from sandbox.methods.call import Method

METHODS: dict[str, Method] = {
    method.name.lower(): method
    for module in (
        answering, copying, describing, editing, reading, receiving, removing, sending, uploading,
    )
    for method in module.METHODS
}  # fmt: skip
"""Method names are not case-sensitive, as at Telegram."""
