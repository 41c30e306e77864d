"""An earlier version comes back as a new one; every version is kept, with who made it and when."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from people import TWO_TIERS, oncall_of

from callout.domain import clock
from callout.domain.errors import Unavailable
from callout.domain.schedule import Calendar, Layer, Schedule, Shift
from callout.domain.synthetic import with_synthetic
from callout.store import shapes
from infra.cli.described import install
from tests.cli.conftest import Deployed
from tests.cli.test_plan import FILE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "oncall.yaml"


def apply(deployed: Deployed, file: Path, name: str, *words: str) -> None:
    file.write_text(FILE.replace("Ada Byron", name))
    assert deployed.run("apply", str(file), "--yes", *words).exit_code == 0


def name(deployed: Deployed) -> str:
    return deployed.runtime.fresh_oncall().responders["ada"].name


def test_the_version_before_comes_back_as_a_new_one(deployed: Deployed, file: Path) -> None:
    apply(deployed, file, "Ada One")
    apply(deployed, file, "Ada Two")
    one = deployed.runtime.versions.read(1)
    result = deployed.run("rollback", "--yes", "-m", "too early")
    assert "Version 1 instead of version 2:" in result.output
    assert "~ responder ada: name Ada Two -> Ada One" in result.output
    assert "Applied: version 3 is live" in result.output
    assert deployed.runtime.fresh_oncall() == with_synthetic(replace(one, version=3))
    applied = deployed.runtime.versions.applied()[-1]
    assert (applied.version, applied.before, applied.restores, applied.message) == (3, 2, 1, "too early")


def test_any_version_comes_back(deployed: Deployed, file: Path) -> None:
    for each in ("Ada One", "Ada Two", "Ada Three"):
        apply(deployed, file, each)
    deployed.run("rollback", "1", "--yes")
    assert name(deployed) == "Ada One"
    deployed.run("rollback", "--yes")
    assert name(deployed) == "Ada Three"
    assert deployed.runtime.versions.live() == 5


def test_open_pages_may_follow(deployed: Deployed, file: Path) -> None:
    apply(deployed, file, "Ada One")
    apply(deployed, file, "Ada Two")
    deployed.run("rollback", "--yes", "--open-pages", "follow")
    assert deployed.runtime.fresh_oncall().follow_version == 3


@pytest.mark.usefixtures("asked")
def test_asked(deployed: Deployed, file: Path) -> None:
    apply(deployed, file, "Ada One")
    apply(deployed, file, "Ada Two")
    assert deployed.run("rollback", typed="n\n").exit_code == 1
    assert name(deployed) == "Ada Two"
    assert deployed.run("rollback", typed="y\n").exit_code == 0
    assert name(deployed) == "Ada One"


def test_nothing_to_go_back_to(deployed: Deployed, file: Path) -> None:
    assert "nothing was ever applied" in deployed.run("rollback", "--yes").output
    apply(deployed, file, "Ada One")
    told = deployed.run("rollback", "--yes")
    assert told.exit_code == 1
    assert "it is not known what was live before version 1; name a version: `callout versions`" in told.output
    assert "there is no version 7; `callout versions` lists them" in deployed.run("rollback", "7", "--yes").output
    assert "has just this already, as version 1" in deployed.run("rollback", "1", "--yes").output
    assert deployed.runtime.versions.live() == 1


def test_a_table_that_does_not_answer_is_not_a_version_that_is_not_there(
    deployed: Deployed, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(deployed, file, "Ada One")

    def unavailable(*_: object) -> None:
        raise Unavailable("reading the on-call description") from TimeoutError()

    monkeypatch.setattr("callout.store.oncall.OnCallVersions.read", unavailable)
    assert "reading the on-call description; try again" in deployed.run("rollback", "1", "--yes").output


def test_a_calendar_that_came_as_a_file_comes_back_as_it_was(deployed: Deployed) -> None:
    at = deployed.now

    def with_calendar(who: str) -> None:
        shifts = (Shift(at, at.replace(year=at.year + 1), (who,)),)
        layer = Layer("", "UTC", calendar="team")
        deployed.describe(
            replace(
                oncall_of(TWO_TIERS),
                schedules={"nights": Schedule("nights", "Nights", "UTC", (layer,))},
                calendar_sources={"team": ""},
                calendars={"team": Calendar("team", at, at.replace(year=at.year + 1), shifts)},
            )
        )

    with_calendar("ada")
    with_calendar("grace")
    told = deployed.run("rollback", "1", "--yes").output
    assert "Nights goes from Grace to Ada and stays so" in told
    assert deployed.runtime.fresh_oncall().calendars["team"].shifts[0].who == ("ada",)


def test_what_the_proof_has_against_it_is_told_and_does_not_stop_it(deployed: Deployed) -> None:
    """It was live before, and whoever goes back to it may be in a hurry."""
    nobody = Schedule("nights", "Nights", "UTC", ())
    oncall = oncall_of(TWO_TIERS)
    policy = replace(TWO_TIERS, tiers=(replace(TWO_TIERS.tiers[0], targets=("schedule:nights",)),), last_resort=None)
    deployed.describe(replace(oncall, policies={policy.id: policy}, schedules={"nights": nobody}))
    deployed.describe(oncall)
    result = deployed.run("rollback", "1", "--yes")
    assert "version 1: error: " in result.output
    assert "Applied: version 3" in result.output


def test_a_version_from_before_there_were_records(deployed: Deployed, file: Path, table: str) -> None:
    client = deployed.runtime.versions._client
    for item in shapes.oncall_items(oncall_of(TWO_TIERS)):
        client.put_item(TableName=table, Item=item)
    client.put_item(TableName=table, Item={**shapes.LIVE_KEY, "version": {"N": "1"}})
    assert [line.split() for line in deployed.run("versions").output.splitlines()[1:]] == [["1", "live", "?", "?"]]
    apply(deployed, file, "Ada Two")
    deployed.run("rollback", "--yes")
    assert deployed.runtime.fresh_oncall() == with_synthetic(replace(oncall_of(TWO_TIERS), version=3))


def test_the_versions_are_listed_newest_first(deployed: Deployed, file: Path) -> None:
    assert "Nothing was ever applied" in deployed.run("versions").output
    apply(deployed, file, "Ada One", "-m", "the first")
    deployed.runtime.versions.add(replace(oncall_of(TWO_TIERS), version=2))
    apply(deployed, file, "Ada Three")
    deployed.run("rollback", "--yes", "-m", "oops")
    _, *rows = deployed.run("versions").output.splitlines()
    assert [row.split()[:1] for row in rows] == [["4"], ["3"], ["2"], ["1"]]
    assert " live " in rows[0]
    assert "arn:aws:sts::123456789012:user/moto" in rows[0]
    assert rows[0].rstrip().endswith("(version 1 again) oops")
    assert "never live" in rows[2]
    assert rows[3].rstrip().endswith("the first")
    assert len(deployed.run("versions", "--limit", "2").output.splitlines()) == 3


def test_what_local_puts_there_at_the_start_says_who_and_when(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack: Any = None
    monkeypatch.setattr("infra.cli.described.runtime_in", lambda _stack: deployed.runtime)
    install(stack, oncall_of(TWO_TIERS))
    [row] = [line.split() for line in deployed.run("versions").output.splitlines()[1:]]
    assert row == ["1", "live", clock.text(deployed.now), "olga", "at", "the", "start"]


def test_the_versions_as_json(deployed: Deployed, file: Path) -> None:
    apply(deployed, file, "Ada One")
    apply(deployed, file, "Ada Two", "-m", "better")
    two, one = json.loads(deployed.run("versions", "--json").stdout)
    assert (two["version"], two["state"], two["message"], two["before"]) == (2, "live", "better", 1)
    assert (one["version"], one["state"], one["message"], one["before"]) == (1, "replaced", "", None)
