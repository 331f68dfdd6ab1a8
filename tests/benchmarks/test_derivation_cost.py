"""The lengths in chapter 7 follow a polynomial in the width: does it hold at a width that it was not fitted to?"""

import pytest
from derivation_cost import expand


@pytest.mark.slow
def test_the_length_at_a_width_that_was_not_fitted():
    assert expand([2, 5, 5, 2])[1] == 399_261
