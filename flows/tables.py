"""Tables: what is looked up, as data: lines, places, sums, times, calls for help, writing back, covers, partners."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.build import build_calls, build_currencies, build_times, build_zones
from flows.cover_checks import check_cover
from flows.cover_form import FILE as COVER
from flows.cover_form import CoverForm, build_cover
from flows.cover_texts import Cover
from flows.directory import Directory
from flows.directory_form import FILE, DirectoryForm, build_directory, check_directory
from flows.gazetteer import Site
from flows.lexicon import Lexicon
from flows.moment import Times
from flows.money import Currencies
from flows.partners import FILE as PARTNERS
from flows.partners import Partner, PartnersForm, build_partners, check_partners
from flows.places import (
    COUNTRIES,
    SITES,
    CountriesForm,
    CountryWords,
    SitesForm,
    build_country_words,
    build_sites,
    check_countries,
    check_sites,
)
from flows.relay import FILE as RELAY
from flows.relay import Relay, RelayForm, build_relay, check_relay
from flows.service import FILE as SERVICE
from flows.service import Service, ServiceForm, build_service, check_service
from flows.shelf import Shelf
from flows.word_checks import check_calls, check_currencies, check_times
from flows.word_forms import CallsForm, CurrenciesForm, TimesForm

CURRENCIES, TIMES, CALLS = "currencies.yaml", "times.yaml", "calls.yaml"
FILES = (FILE, SITES, COUNTRIES, CURRENCIES, TIMES, CALLS, RELAY, COVER, SERVICE, PARTNERS)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that is looked up and not asked."""

    directory: Directory
    sites: tuple[Site, ...]
    countries: CountryWords
    currencies: Currencies
    times: Times
    calls: Lexicon[str]
    relay: Relay
    cover: Cover
    zones: Mapping[str, tuple[str, ...]]
    """The clocks of each country, likeliest first."""
    service: Service
    partners: tuple[Partner, ...]


def read_tables(shelf: Shelf) -> Tables | None:
    """Read the tables; None when something is wrong with them, which the shelf keeps."""
    lines = shelf.read(FILE, DirectoryForm)
    sites, countries = shelf.read(SITES, SitesForm), shelf.read(COUNTRIES, CountriesForm)
    sums, times = shelf.read(CURRENCIES, CurrenciesForm), shelf.read(TIMES, TimesForm)
    calls, relay = shelf.read(CALLS, CallsForm), shelf.read(RELAY, RelayForm)
    hidden, soon = shelf.read(COVER, CoverForm), shelf.read(SERVICE, ServiceForm)
    partners = shelf.read(PARTNERS, PartnersForm)
    if lines is None or sites is None or countries is None or partners is None:
        return None
    if sums is None or times is None or calls is None or relay is None or hidden is None or soon is None:
        return None
    cover = build_cover(hidden)
    checks = (
        check_directory(lines),
        check_sites(sites),
        check_countries(countries),
        check_currencies(sums),
        check_times(times),
        check_calls(calls),
        check_relay(relay),
        check_cover(cover),
        check_service(soon),
        check_partners(partners),
    )
    troubles = [trouble for check in checks for trouble in check]
    shelf.blame(troubles)
    if troubles:
        return None
    return Tables(
        build_directory(lines),
        build_sites(sites),
        build_country_words(countries),
        build_currencies(sums),
        build_times(times),
        build_calls(calls),
        build_relay(relay),
        cover,
        build_zones(times),
        build_service(soon),
        build_partners(partners),
    )
