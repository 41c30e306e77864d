from datetime import UTC, datetime, timedelta

import pytest

from callout.channels.sink import Sink
from callout.domain.alert import Severity
from callout.domain.brief import Brief, Kind
from callout.domain.errors import Refused

BEGAN = datetime(2026, 11, 22, 5, 0, 0, 250_000, tzinfo=UTC)


def brief(started_at: datetime | None) -> Brief:
    opened = BEGAN + timedelta(seconds=1)
    return Brief(Kind.PAGE, "aaaaaaaaaaaaaaa-1", "Synthetic", "t", Severity.ERROR, opened, "", started_at=started_at)


@pytest.mark.parametrize(("later", "measured"), [(61.5, 61.5), (0, 0), (-2, 0)])
def test_it_measures_from_the_moment_that_the_probe_wrote_down(later: float, measured: float) -> None:
    seconds: list[float] = []
    sink = Sink(lambda: BEGAN + timedelta(seconds=later), seconds.append)
    assert sink.send("sink", brief(BEGAN)) == "measured"
    assert seconds == [measured]


def test_without_that_moment_nothing_is_measured() -> None:
    seconds: list[float] = []
    with pytest.raises(Refused):
        Sink(lambda: BEGAN, seconds.append).send("sink", brief(None))
    assert seconds == []
