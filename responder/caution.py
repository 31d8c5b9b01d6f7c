"""What to beware of in words that came from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.payment import Payment, payments
from responder.reading import NOTHING, Text
from responder.wording import tag

if TYPE_CHECKING:
    from responder.wording import Wording


def money_warning(text: str, wording: Wording) -> Text:
    """Return what to beware of where words name a wallet, an account or a card; a telephone number is nothing odd."""
    found = payments(text) - {Payment.NUMBER}
    return Text(wording("money_warning"), tag(wording.language), wording.rtl) if found else NOTHING
