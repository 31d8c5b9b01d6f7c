"""Makes the vectors of protocol/FORMAT.md: `python -m tests.vectors.making [FILE…]`, from the top folder.

Each vector is one input that differs from a good one in one place, and the name of what must happen:
"success" or the class of the error. Sealing is random, so each run writes other bytes.
"""

import json
import sys
from pathlib import Path
from typing import Any

from protocol.card import encode_card
from tests.vectors.making.attachments import attachments
from tests.vectors.making.audits import audits
from tests.vectors.making.changes import logs, rewraps, statements
from tests.vectors.making.disclosures import disclosures
from tests.vectors.making.documents import cards, invites, paddings, rosters
from tests.vectors.making.extracts import extracts, linkages, tokens
from tests.vectors.making.jobs import jobs, renderings
from tests.vectors.making.messages import messages
from tests.vectors.making.people import AMINAS, BASHIRS, DAWITS, OPERATOR, SERVER
from tests.vectors.making.regrades import regrades
from tests.vectors.making.revisions import revisions
from tests.vectors.making.signed_requests import bad_requests, good_requests

FOLDER = Path(__file__).parent.parent
ENROLLED = {
    **dict.fromkeys(("regrades", "messages", "extracts", "linkages"), (BASHIRS,)),
    **dict.fromkeys(("disclosures", "jobs"), (BASHIRS, AMINAS)),
    "renderings": (DAWITS, BASHIRS, AMINAS),
}
KEYS = {"server": str(SERVER.verify_key), "operator": str(OPERATOR.verify_key)}


def files() -> dict[str, list[dict[str, Any]]]:
    """Each file's vectors."""
    return {
        "revisions": list(revisions()),
        "regrades": list(regrades()),
        "messages": list(messages()),
        "disclosures": list(disclosures()),
        "jobs": list(jobs()),
        "renderings": list(renderings()),
        "extracts": list(extracts()),
        "linkages": list(linkages()),
        "tokens": list(tokens()),
        "attachments": list(attachments()),
        "paddings": list(paddings()),
        "cards": list(cards()),
        "rosters": list(rosters()),
        "invites": list(invites()),
        "changes": list(logs()),
        "rewraps": list(rewraps()),
        "statements": list(statements()),
        "audits": list(audits()),
        "requests": [*good_requests(), *bad_requests()],
    }


def main(*wanted: str) -> None:
    """Write every file, or those that are named."""
    for name, vectors in files().items():
        if wanted and name not in wanted:
            continue
        document = {
            "schema": f"vectors-{name}/1",
            "keys": KEYS,
            "cards": [json.loads(encode_card(each)) for each in ENROLLED.get(name, (AMINAS,))],
            "vectors": vectors,
        }
        (FOLDER / f"{name}.json").write_text(
            json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
