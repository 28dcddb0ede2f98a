"""Both sides change pixels alike: random pictures under random adjustments, equal to the last byte."""

from monogram.render.document import Adjustment

from . import adjusting


def test_random_pictures_are_adjusted_the_same_in_both_languages():
    result = adjusting.compare(80, seed=1)
    assert result.kinds == {kind.__struct_config__.tag for kind in Adjustment.__args__}
    assert result.bytes > 500_000 and result.errors < 20
    assert not result.different, [adjusting.cases(80, seed=1)[number].adjust for number in result.different]
