"""Watches for tests: our own times and terms, and whoever is to be paged."""

from bot.alerts import Destination
from bot.catalogue import definitions
from bot.watch import Watch


def watching(*destinations: Destination) -> Watch:
    """What the pager goes by, with these destinations; with none nobody is paged."""
    tables = definitions().tables
    return Watch(tables.service, tables.relay.terms, destinations)
