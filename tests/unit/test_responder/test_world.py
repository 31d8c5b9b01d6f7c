"""The offline map: what is in the frame, what is dashed, what shares a dot, and that nothing in it leads outside."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.frame import Spot, fit, middle_of
from responder.lexicon import own_definitions
from responder.world import Leg, outline_map

KAMPALA = Spot(0.32, 32.58, "1", "Kampala")
DUBAI = Spot(25.2, 55.27, "2", "Dubai")
MAE_SOT = Spot(16.71, 98.57, "3", "Mae Sot")
MYAWADDY = Spot(16.69, 98.51, "4", "Myawaddy", sure=False, km=400)


def drawn(*spots: Spot, legs: tuple[Leg, ...] = (), **more: object) -> ET.Element:
    """A map as a tree."""
    return ET.fromstring(outline_map(spots, legs, told="the way", **more))  # type: ignore[arg-type]  # noqa: S314 - ours


def classes(tree: ET.Element, name: str) -> list[str]:
    """The classes of all elements of one of these."""
    found = [each.get("class", "") for each in tree.iter()]
    return [each for each in found if name in each.split()]


def test_a_route_has_a_dot_for_each_place_and_an_arrow_for_each_leg() -> None:
    """In words too, for those who do not see it."""
    tree = drawn(KAMPALA, DUBAI, MAE_SOT, legs=(Leg(KAMPALA, DUBAI), Leg(DUBAI, MAE_SOT)))

    assert (tree.get("role"), tree.get("aria-label")) == ("img", "the way")
    assert len(classes(tree, "dot")) == 3
    assert len(classes(tree, "leg")) == 2
    assert [each.text for each in tree.iter("text") if each.get("class") == "label"] == [
        "Kampala",
        "Dubai",
        "Mae Sot",
    ]


def test_what_is_not_sure_is_dashed() -> None:
    """A place that may be elsewhere, how far, and a leg to it."""
    tree = drawn(DUBAI, MYAWADDY, legs=(Leg(DUBAI, MYAWADDY, sure=False),))

    assert classes(tree, "unsure") == ["leg unsure", "dot unsure"]
    assert len(classes(tree, "reach")) == 1


def test_places_too_close_to_tell_apart_share_a_dot() -> None:
    """With both marks, and no arrow within it."""
    tree = drawn(KAMPALA, MAE_SOT, MYAWADDY, legs=(Leg(MAE_SOT, MYAWADDY),))

    assert [each.text for each in tree.iter("text") if not each.get("class")] == ["1", "3·4"]
    assert classes(tree, "leg") == []


def test_a_country_alone_is_shown_whole() -> None:
    """Shaded, as strongly as was asked."""
    tree = drawn(shaded={"KH": 0.3})
    frame = fit((), {"KH": 0.3})

    (shaded,) = (each for each in tree.iter() if each.get("class") == "land shaded")
    assert shaded.get("fill-opacity") == "0.30"
    assert frame.west < 102.3
    assert frame.east > 107.6


def test_a_way_over_the_date_line_is_not_drawn_around_the_earth() -> None:
    """Fiji is close to Samoa."""
    frame = fit((Spot(-17.8, 178.0), Spot(-13.8, -172.1)), {})

    assert frame.east - frame.west < 40
    assert frame.place(Spot(-17.8, 178.0)).real < frame.place(Spot(-13.8, -172.1)).real


def test_without_anything_it_is_the_whole_world() -> None:
    """Every country stands on it once or, at the seam, twice."""
    assert len(classes(drawn(), "land")) >= 236


@given(
    st.lists(
        st.builds(
            Spot,
            st.floats(-90, 90),
            st.floats(-180, 180),
            st.sampled_from(["", "1", "12"]),
            st.text(max_size=9),
        ),
        max_size=6,
    )
)
def test_every_place_lies_within_its_map(spots: list[Spot]) -> None:
    """Wherever the places lie, but for the poles, which no map here shows."""
    frame = fit(spots, {})

    for spot in spots:
        at = frame.place(spot)
        assert -0.01 <= at.real <= frame.width + 0.01
        if -55 < spot.latitude < 80:
            assert -0.01 <= at.imag <= frame.height + 0.01
    assert frame.height <= frame.width * 1.01


def test_what_was_written_is_text_and_nothing_leads_outside() -> None:
    """No markup from words, no script, no address: it stands inside a page, which needs no name of the format."""
    made = outline_map([Spot(1, 2, "1", '<script>"&')], told='"><b>')

    assert "<script" not in made
    assert "<b>" not in made
    assert "://" not in made


@pytest.mark.parametrize(
    "code", ["MM", "TH", "KH", "LA", "PH", "AE", "UG", "PE", "SG", "HK", "MO", "XK", "mm"]
)
def test_small_and_large_countries_have_a_middle(code: str) -> None:
    """Those of the routes that we know of, in any case of letters."""
    assert middle_of(code) is not None


def test_a_code_of_no_country_has_no_middle() -> None:
    """It is not an error: the map is drawn without it."""
    assert middle_of("ZZ") is None


def test_every_country_of_a_known_site_is_on_the_map() -> None:
    """So that a site at a border can shade all that it may lie in."""
    codes = {code for site in own_definitions().tables.sites for code in site.countries}

    assert [code for code in codes if middle_of(code) is None] == []
