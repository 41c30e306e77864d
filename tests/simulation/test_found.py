"""What the experiment has found: each as the short story that it shrank to, with the seed of the run."""

import pytest
from simulation.stage import Stage, Story


def play(service: str, seconds: float, script: "object") -> Stage:
    stage = Stage(Story("found", service, script, seconds))  # type: ignore[arg-type]
    stage.play()
    return stage


@pytest.mark.parametrize(("service", "at"), [("two", 120.98), ("two", 300.98), ("meant", 240.98)])
def test_news_that_comes_with_a_turn_does_not_take_its_place(service: str, at: float) -> None:
    """random --seed 2 --pages 500 --faults 0.01: whoever had their turn, or was the last resort, got "News: ..."

    The news took the page's place, so nobody of the tier was paged: a refusal of it would not have made the tier give
    way, and the last resort did not read that nobody had answered.
    """

    def script(s: Stage) -> None:
        s.alert(1, members=("a",))
        s.alert(at, members=("a", "b"))

    stage = play(service, at + 5, script)
    assert len(stage.world.invariants.accounts) == 1
