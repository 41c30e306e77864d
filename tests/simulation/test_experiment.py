"""The experiment in small, every day: a few stories with one fault each, a random run, the same seed twice."""

from dataclasses import replace
from hashlib import sha256

import pytest
from cfnlint.decode import cfn_yaml
from ground import ROOT
from simulation import invariants
from simulation.exhaustive import HEAD, exhaust
from simulation.lambdas import LIMITS
from simulation.mutations import MUTATIONS, Mutation, applied
from simulation.random_run import Run, Wanted
from simulation.shrinking import law_of, shrunk, violation_of
from simulation.stage import Stage
from simulation.storybook import ALL, STORIES


@pytest.mark.parametrize("name", ["answered in the first tier"])
def test_one_thing_goes_wrong(name: str) -> None:
    row = exhaust(ALL[name], pairs=False, besides=False)
    assert row.violations == []
    assert row.singles > 5 * row.calls


@pytest.mark.parametrize("name", ALL)
def test_nothing_goes_wrong(name: str) -> None:
    stage = Stage(ALL[name])
    stage.play()
    for account in stage.world.invariants.accounts.values():
        for way, sent in account.ways.items():
            assert ALL[name].outages or sent.accepted <= len(sent.numbers), f"{way} got a notice twice"


@pytest.mark.long
@pytest.mark.parametrize("name", [each.name for each in STORIES])
def test_everything_goes_wrong_twice(name: str) -> None:
    row = exhaust(ALL[name])
    print(HEAD, row, sep="\n")  # pytest -rP shows it
    assert row.violations == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_engine_has_a_place_for_every_prepared_mistake(mutation: Mutation) -> None:
    compile(applied(mutation), mutation.file, "exec")


SMALL = Wanted(seed=20261122, pages=25, faults=0.02)


def test_a_random_run() -> None:
    result = Run(SMALL).play()
    assert result.pages >= SMALL.pages / 2
    assert sum(result.faults.values()) > 10


def test_the_same_seed_is_the_same_run() -> None:
    traces: list[list[str]] = [[], []]
    for lines in traces:
        Run(replace(SMALL, pages=12), lines.append).play()
    digests = {sha256("\n".join(lines).encode()).hexdigest() for lines in traces}
    assert len(digests) == 1
    assert len(traces[0]) > 100


def test_another_seed_is_another_run() -> None:
    traces: list[list[str]] = [[], []]
    for seed, lines in enumerate(traces):
        Run(Wanted(seed, 3), lines.append).play()
    assert traces[0] != traces[1]


def test_a_failing_run_shrinks_to_a_short_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a bound that no watchdog could keep to."""
    monkeypatch.setattr(invariants, "BOUND_SECONDS", 20)
    wanted = Wanted(seed=3, pages=8, machines_dead=True)
    violation, happened = violation_of(wanted)
    assert "nobody has looked" in violation
    small = shrunk(wanted, violation, happened)
    assert small.only is not None
    assert len(small.only) <= 2 < len(happened)
    assert law_of(violation_of(small)[0]) == law_of(violation)


def test_the_functions_limits_are_those_of_the_template() -> None:
    resources = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]
    for name, seconds in LIMITS.items():
        if name.capitalize() in resources:
            assert resources[name.capitalize()]["Properties"]["Timeout"] == seconds, name
