"""The responder API as a whole: every part's routes in one table."""

from collections.abc import Callable
from datetime import timedelta

from bot.desk_api import DeskApi
from bot.disclosure_api import DisclosureApi
from bot.export_api import ExportApi
from bot.extract_api import ExtractApi
from bot.handover_api import HandoverApi
from bot.interpreting_api import InterpretingApi
from bot.lease import Terms
from bot.parts import Parts
from bot.people_api import PeopleApi
from bot.relay_api import RelayApi
from bot.rewrap_api import RewrapApi
from bot.route import Route
from protocol.signing import SigningKey


def table(parts: Parts, wake: Callable[[], None]) -> list[Route]:
    """Every route; `wake` starts a round. A new part of the API is one more line at the end."""
    settings, signing_key = parts.settings, SigningKey(parts.keyring.signing)
    shared = (parts.database, parts.keyring.box, parts.recipients, parts.log)
    terms = Terms(timedelta(seconds=settings.lease_seconds), settings.most_held)
    telephones = parts.library.telephones
    desk = DeskApi(*shared, signing_key=signing_key, terms=terms)
    relay = RelayApi(
        *shared,
        signing_key=signing_key,
        table=parts.library.relay,
        flow=parts.library.newest.flow,
        directory=telephones.directory,
        wake=wake,
    )
    people = PeopleApi(parts.database, parts.keyring.box, parts.chain, parts.log, wake=wake)
    disclosures = DisclosureApi(*shared, signing_key=signing_key)
    export = ExportApi(parts.database, parts.log)
    rewrap = RewrapApi(parts.database, parts.keyring.box, parts.chain, parts.log)
    extracts = ExtractApi(*shared, signing_key=signing_key)
    handover = HandoverApi(parts.database, parts.recipients, parts.log, signing_key=signing_key, terms=terms)
    interpreting = InterpretingApi(*shared, signing_key=signing_key)
    every = (desk, relay, handover, people, rewrap, disclosures, export, extracts, interpreting)
    return [route for part in every for route in part.routes()]
