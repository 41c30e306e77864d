"""The alarm that ends what takes too long: wherever it falls, a sentence comes of it and nothing rings on."""

import signal
import sys
from types import FrameType
from typing import Any

import pytest
from ical import calendar, event

from callout import calendars
from callout.calendars import Parsed, parse
from callout.domain.errors import Malformed
from tests.calendars.test_calendars import WINDOW

WATCHED = (calendars.__file__, "contextlib.py")
"""Everything between the alarm that is set and the alarm that is taken back."""

ONE = calendar(event(":20261123T090000Z", ":20261123T170000Z"))


class RingsAt:
    """Rings at the n-th time that Python enters or leaves a function of those files."""

    def __init__(self, nth: int) -> None:
        self.left = nth
        self.rang = False

    def __call__(self, frame: FrameType, _event: str, _argument: Any) -> None:
        if not frame.f_code.co_filename.endswith(WATCHED):
            return
        self.left -= 1
        # Before it is set and once it is taken back there is nothing that could ring.
        if self.left == 0 and callable(signal.getsignal(signal.SIGALRM)):
            self.rang = True
            sys.setprofile(None)
            signal.raise_signal(signal.SIGALRM)


def outcome(bell: RingsAt) -> Parsed | None:
    sys.setprofile(bell)
    try:
        return parse(ONE, {}, *WINDOW)
    except Malformed:
        return None
    finally:
        sys.setprofile(None)


def test_wherever_the_alarm_falls_it_is_a_sentence_or_too_late() -> None:
    usual = outcome(RingsAt(0))
    assert usual is not None
    broken_off = 0
    for nth in range(1, 10_000):
        bell = RingsAt(nth)
        found = outcome(bell)
        assert found in (usual, None)
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
        broken_off += found is None
        if bell.left > 0:
            break
    assert broken_off > 10


@pytest.fixture(autouse=True)
def _nobody_else_waits_for_an_alarm() -> None:
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
