"""Star maps against positions that another program computed (astropy 8.0, without refraction), and against the sky."""

from math import asin, atan2, degrees

import pytest

from monogram.render.document import parse
from monogram.render.draw import render
from monogram.render.errors import RenderError
from monogram.render.generate import skies

STARS = {"Sirius": (101.2872, -16.7161), "Polaris": (37.9545, 89.2641), "Betelgeuse": (88.7929, 7.4071),
         "Vega": (279.2347, 38.7837), "Acrux": (186.6496, -63.0991), "Arcturus": (213.9153, 19.1824)}
HIPPARCOS = {"Sirius": 32349, "Polaris": 11767, "Betelgeuse": 27989, "Vega": 91262, "Acrux": 60718, "Arcturus": 69673}
ORION = (26727, 26311, 25930, 27989, 24436)  # Alnitak, Alnilam, Mintaka, Betelgeuse, Rigel


def seen(place: tuple, time: str, latitude: float, longitude: float) -> tuple[float, float]:
    """Altitude and azimuth (from north over east) in degrees."""
    north, east, up = skies.sky(skies.moment(time), latitude, longitude)(*place)
    return degrees(asin(up)), degrees(atan2(east, north)) % 360


def star(number: int) -> tuple[float, float]:
    numbers = skies.catalogue()["stars"]
    at = next(i for i in range(0, len(numbers), 4) if numbers[i] == number)
    return numbers[at + 1] / 1000, numbers[at + 2] / 1000


@pytest.mark.parametrize("name, time, latitude, longitude, altitude, azimuth", [
    ("Sirius", "2026-01-01T22:00:00Z", 51.5, 0, 16.900, 149.954),
    ("Polaris", "2026-01-01T22:00:00Z", 51.5, 0, 52.063, 359.574),
    ("Betelgeuse", "2026-01-01T22:00:00Z", 51.5, 0, 43.584, 155.567),
    ("Vega", "2026-01-01T22:00:00Z", 51.5, 0, 3.533, 338.586),
    ("Acrux", "2026-01-01T22:00:00Z", 51.5, 0, -55.008, 134.847),
    ("Arcturus", "2026-01-01T22:00:00Z", 51.5, 0, -12.252, 35.926),
    ("Sirius", "2026-07-01T22:00:00Z", 51.5, 0, -47.150, 312.437),
    ("Polaris", "2026-07-01T22:00:00Z", 51.5, 0, 50.924, 0.401),
    ("Betelgeuse", "2026-07-01T22:00:00Z", 51.5, 0, -28.822, 338.170),
    ("Vega", "2026-07-01T22:00:00Z", 51.5, 0, 65.878, 110.137),
    ("Acrux", "2026-07-01T22:00:00Z", 51.5, 0, -34.850, 209.237),
    ("Arcturus", "2026-07-01T22:00:00Z", 51.5, 0, 47.152, 234.270),
    ("Sirius", "1900-05-05T03:00:00Z", -33.87, 151.21, 49.105, 75.586),
    ("Polaris", "1900-05-05T03:00:00Z", -33.87, 151.21, -32.904, 359.098),
    ("Betelgeuse", "1900-05-05T03:00:00Z", -33.87, 151.21, 40.587, 38.837),
    ("Vega", "1900-05-05T03:00:00Z", -33.87, 151.21, -57.920, 290.297),
    ("Acrux", "1900-05-05T03:00:00Z", -33.87, 151.21, 15.472, 157.400),
    ("Arcturus", "1900-05-05T03:00:00Z", -33.87, 151.21, -62.905, 115.026),
])
def test_stars_stand_where_they_are(name, time, latitude, longitude, altitude, azimuth):
    found = seen(STARS[name], time, latitude, longitude)
    assert found[0] == pytest.approx(altitude, abs=0.02)
    assert (found[1] - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("name", STARS)
def test_the_catalogue_has_the_stars_at_their_places(name):
    assert star(HIPPARCOS[name]) == pytest.approx(STARS[name], abs=0.002)


@pytest.mark.parametrize("latitude", [10, 35.2, 51.5, 78])
def test_polaris_stands_as_high_as_the_place_is_north(latitude):
    for time in ("2026-03-03T03:00:00Z", "2026-09-09T20:00:00Z"):
        assert seen(STARS["Polaris"], time, latitude, 40)[0] == pytest.approx(latitude, abs=1)


def test_sirius_on_the_meridian():
    # right ascension of date 6 h 46.3 m; Greenwich sidereal time is that at 2026-01-01 00:03:27 UT and each 23 h 56 m 4 s later
    altitude, azimuth = seen(STARS["Sirius"], "2026-01-01T00:02:30Z", 51.4779, 0)
    assert azimuth == pytest.approx(180, abs=0.3) and altitude == pytest.approx(90 - 51.4779 - 16.75, abs=0.02)


def test_orion_is_a_winter_sign():
    for number in ORION:
        assert seen(star(number), "2026-01-01T22:00:00Z", 51.5, 0)[0] > 20
        assert seen(star(number), "2026-07-01T22:00:00Z", 51.5, 0)[0] < 0


def test_offsets_are_one_moment():
    assert skies.moment("2026-01-01T23:00:00+01:00") == skies.moment("2026-01-01T22:00:00Z")
    assert skies.moment("2026-01-01 17:30-04:30") == skies.moment("2026-01-01T22:00:00.000Z")


def test_north_is_up_and_east_to_the_left():
    chart = skies._Chart(100, 100, 90)
    assert chart.place((1, 0, 0)) == (100, 10) and chart.place((0, 1, 0)) == (10, 100) and chart.place((0, 0, 1)) == (100, 100)


def test_the_catalogue():
    numbers = skies.catalogue()["stars"]
    magnitudes = numbers[3::4]
    assert len(magnitudes) > 5000 and magnitudes == sorted(magnitudes) and magnitudes[-1] <= 600 and numbers[0] == 32349
    assert len(skies.catalogue()["lines"]) >= 88 and "BSD-3-Clause" in skies.catalogue()["notice"]


@pytest.mark.parametrize("time", ["", "yesterday", "2026-01-01", "2026-01-01T22:00:00", "1500-01-01T00:00:00Z",
                                  "2400-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-W01-1T22:00:00Z",
                                  "20260101T220000Z", "2026-01-01T22Z", "2026-01-01T22:00:00.1234567Z", "2026-01-01T24:00Z",
                                  "2026-02-30T22:00Z", "2026-01-01T22:00+24:00", "２０２６-01-01T22:00:00Z"])
def test_times_that_say_no_moment(time):
    layer = {"id": "sky", "type": "star-map", "width": 50, "height": 50, "time": time, "latitude": 0, "longitude": 0}
    with pytest.raises(RenderError) as caught:
        render(parse({"canvas": {"width": 50, "height": 50}, "layers": [layer]}), {}, {})
    assert (caught.value.code, caught.value.layer, caught.value.part) == ("time_invalid", "sky", "time")
