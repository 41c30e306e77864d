"""What the experiment has found: each as the short story that it shrank to, with the seed of the run."""

import pytest
from simulation.aws.faults import Kind
from simulation.exhaustive import AtCalls
from simulation.stage import Stage, Story
from simulation.storybook import ALL


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


def test_an_intent_whose_answer_is_lost_is_known_again_though_a_transaction_holds_the_page() -> None:
    """random --seed 300187 --pages 500 --faults 0.005: the step ended without a message, which came a minute later.

    The answer to the write was lost, botocore sent it again, and DynamoDB said "conflict", which shows no item: the
    step took its own intent for somebody else's.
    """
    plain = Stage(ALL["answered in the first tier"])
    plain.play()
    wrote = [n for n, (label, op) in enumerate(plain.world.calls_seen) if label.startswith("step") and op == "PutItem"]
    stage = Stage(ALL["answered in the first tier"], AtCalls({wrote[0]: Kind.LOST, wrote[0] + 1: Kind.CONFLICT}))
    heard: list[float] = []
    stage.world.on_message = lambda *_: heard.append(stage.world.time.seconds)
    stage.world.run(30)
    assert len(heard) == 1
    assert heard[0] < 5
