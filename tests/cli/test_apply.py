"""A file goes live whole or not at all, whatever ends the command, and never over somebody else's."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from click.testing import CliRunner
from people import TWO_TIERS, oncall_of

from callout.domain.applied import Applied
from callout.domain.oncall import OnCall
from callout.runtime import Runtime
from callout.store.oncall import OnCallVersions
from infra.cli.apply import put_live
from infra.cli.description.file import load
from infra.cli.live import Live
from infra.cli.main import main
from tests.cli.conftest import Deployed

LIVE = "stack callout in eu-central-1"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "oncall.yaml"
    path.write_text(Path(__file__).with_name("small.yaml").read_text())
    return path


def live(deployed: Deployed) -> OnCall:
    return deployed.runtime.versions.current().oncall


def change(example: Path, old: str, new: str) -> None:
    text = example.read_text()
    assert old in text
    example.write_text(text.replace(old, new))


def test_the_first_file(deployed: Deployed, example: Path) -> None:
    result = deployed.run("apply", str(example), "--yes")
    assert result.exit_code == 0
    assert "+ responder ada added\n" in result.output
    assert "+ policy urgent added\n" in result.output
    assert "+ service checkout added\n" in result.output
    assert f"Applied: version 1 is live in {LIVE}." in result.output
    assert "New routing keys work at once, everything else within 60 seconds." in result.output
    assert live(deployed).version == 1
    assert live(deployed).responders["ada"].name == "Ada Byron"


def test_what_changes_is_named_with_old_and_new(deployed: Deployed, example: Path) -> None:
    deployed.run("apply", str(example), "--yes")
    change(example, "+1 202 555 0101", "+1 202 555 0177")
    change(example, "R0UT1NGKEY0123456789ABCDEF012345", "R0UT1NGKEY0123456789ABCDEF012399")
    change(example, "margaret", "marg")
    change(example, "wait: 1h", "wait: 2h")
    lines = deployed.run("apply", str(example), "--yes").output.splitlines()
    assert lines[1:12] == [
        "What it would mean, until " + lines[1].rpartition("until ")[2],
        "  Checkout: a routing key stops paging; whoever still sends with it is refused",
        "What would change:",
        "~ responder ada: sms …01 -> …77",
        "+ responder marg added",
        "- responder margaret removed",
        "~ policy calm: tier 1 wait 1h -> 2h",
        "~ policy urgent: last resort notify margaret -> marg",
        "~ service checkout: 1 routing key added",
        "- service checkout: 1 routing key removed; senders that use it will be refused",
        f"Applied: version 2 is live in {LIVE}.",
    ]


def test_nothing_to_change(deployed: Deployed, example: Path) -> None:
    deployed.run("apply", str(example), "--yes")
    result = deployed.run("apply", str(example))
    assert result.exit_code == 0
    assert "has just this already, as version 1. Nothing was changed." in result.output
    assert live(deployed).version == 1


def test_a_file_with_errors_shows_all_and_changes_nothing(deployed: Deployed, example: Path) -> None:
    change(example, "wait: 5m", "wiat: 5m")
    change(example, "policy: calm", "policy: clam")
    result = deployed.run("apply", str(example), "--yes")
    assert result.exit_code == 1
    assert 'did you mean "wait"?' in result.output
    assert 'did you mean "calm"?' in result.output
    assert result.output.endswith("Error: nothing was changed: correct the description and apply it again\n")
    assert live(deployed).version == 0


def test_a_file_with_errors_is_refused_before_anything_is_connected(example: Path) -> None:
    change(example, "wait: 5m", "wiat: 5m")
    result = CliRunner().invoke(main, ["apply", str(example), "--local-url", "http://127.0.0.1:1"])
    assert "correct the description" in result.output


def test_nobody_to_ask(deployed: Deployed, example: Path) -> None:
    result = deployed.run("apply", str(example), typed="y\n")
    assert result.exit_code == 1
    assert "nobody here to ask; add --yes" in result.output
    assert live(deployed).version == 0


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("typed", "version"), [("y\n", 1), ("n\n", 0), ("\n", 0), ("", 0)])
def test_asked(deployed: Deployed, example: Path, typed: str, version: int) -> None:
    result = deployed.run("apply", str(example), typed=typed)
    assert f"Apply to {LIVE}?" in result.output
    assert result.exit_code == (0 if version else 1)
    assert live(deployed).version == version


def wanted(example: Path, name: str) -> OnCall:
    change(example, "Ada Byron", name)
    found = load(example).oncall
    change(example, name, "Ada Byron")
    assert found is not None
    return found


@pytest.mark.usefixtures("asked")
def test_somebody_else_applies_while_this_one_is_asked(
    deployed: Deployed, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = wanted(example, "Other Ada")

    def meanwhile(*_: Any) -> None:
        assert put_live(deployed.runtime, other, 0) == 1

    monkeypatch.setattr("infra.cli.screen.confirmed", meanwhile)
    result = deployed.run("apply", str(example))
    assert result.exit_code == 1
    assert "nothing was changed: somebody else applied a file meanwhile" in result.output
    assert live(deployed).responders["ada"].name == "Other Ada"


def test_somebody_else_writes_between_our_write_and_our_switch(
    deployed: Deployed, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try has a version of its own: what goes live is what its own command said."""
    add = OnCallVersions.add

    def interleaved(versions: OnCallVersions, ours: OnCall, applied: Applied) -> bool:
        written = add(versions, ours, applied)
        assert not add(versions, replace(wanted(example, "Other Ada"), version=ours.version))
        return written

    monkeypatch.setattr(OnCallVersions, "add", interleaved)
    assert deployed.run("apply", str(example), "--yes").exit_code == 0
    assert live(deployed).responders["ada"].name == "Ada Byron"


def test_a_switch_whose_answer_was_lost_is_no_conflict(deployed: Deployed, example: Path) -> None:
    """botocore sends it again, and the second one finds the version that the first has made live."""
    switch = deployed.runtime.versions.switch

    def twice(version: int, before: int) -> bool:
        switch(version, before)
        return switch(version, before)

    deployed.runtime.versions.switch = twice  # type: ignore[method-assign]
    assert put_live(deployed.runtime, wanted(example, "Ada"), 0) == 1


def test_a_large_description_is_written_in_parts(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 100)
    runtime: Runtime = deployed.runtime
    described = oncall_of(TWO_TIERS)
    assert put_live(runtime, described, 0) == 1
    assert live(deployed) == described


def test_no_address_and_no_key_is_ever_shown(deployed: Deployed, example: Path) -> None:
    deployed.run("apply", str(example), "--yes")
    change(example, "ada@example.com", "ada.byron@example.com")
    deployed.run("apply", str(example), "--yes")
    change(example, "wait: 5m", "wiat: 5m")
    deployed.run("apply", str(example), "--yes")
    for secret in ("555", "0101", "900123", "example.com\n", "ada@", "byron@", "R0UT1NG", "76faf04177e9"):
        assert not [output for output in deployed.outputs if secret in output]


def test_a_folder_and_several_files_are_one_description(deployed: Deployed, example: Path) -> None:
    head, services = example.read_text().split("services:")
    (example.parent / "people.yaml").write_text(head)
    example.write_text("services:" + services)
    result = deployed.run("apply", str(example.parent), "--yes")
    assert "Applied: version 1" in result.output
    files = [str(each) for each in sorted(example.parent.glob("*.yaml"))]
    assert "has just this already, as version 1" in deployed.run("apply", *files, "--yes").output


def test_who_applied_what_from_what_and_why(deployed: Deployed, example: Path) -> None:
    deployed.run("apply", str(example), "--yes", "--message", "the \x1b[2Jfirst")
    change(example, "Ada Byron", "Ada King")
    deployed.run("apply", str(example), "--yes")
    first, second = deployed.runtime.versions.applied()
    arn = "arn:aws:sts::123456789012:user/moto"
    assert (first.version, first.by, first.message, first.before) == (1, arn, "the [2Jfirst", 0)
    assert (second.version, second.by, second.message, second.before) == (2, arn, "", 1)
    assert datetime.fromisoformat(first.at) <= datetime.fromisoformat(second.at)


def test_not_to_know_who_applies_is_no_hindrance(
    deployed: Deployed, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Live.client

    def denied(live: Live, service: str) -> Any:
        if service == "sts":
            raise NoCredentialsError
        return answer(live, service)

    monkeypatch.setattr(Live, "client", denied)
    assert "Applied" in deployed.run("apply", str(example), "--yes").output
    assert deployed.runtime.versions.applied()[0].by == "olga"


def test_open_pages_keep_their_policy_unless_told_to_follow(deployed: Deployed, example: Path) -> None:
    deployed.run("apply", str(example), "--yes")
    assert live(deployed).follow_version == 0
    followed = deployed.run("apply", str(example), "--yes", "--open-pages", "follow").output
    assert "Pages that are open go on by the new policies." in followed
    assert (live(deployed).version, live(deployed).follow_version) == (2, 2)
    change(example, "Ada Byron", "Ada King")
    assert "by the policy they were opened with" in deployed.run("apply", str(example), "--yes").output
    assert (live(deployed).version, live(deployed).follow_version) == (3, 2)


def gap(example: Path) -> None:
    change(example, "policies:\n", SOMETIMES + "policies:\n")
    change(example, "notify: [ada]", "notify: [mornings]")
    change(example, "notify: [grace, linus]", "notify: [mornings]")
    change(example, "notify: [margaret]", "notify: [mornings]")


def test_a_description_with_a_gap_is_refused(deployed: Deployed, example: Path) -> None:
    gap(example)
    result = deployed.run("apply", str(example), "--yes")
    assert result.exit_code == 1
    assert "Error: nothing was changed: correct the description" in result.output
    assert live(deployed).version == 0


def test_a_gap_that_cannot_wait_for_its_mending_is_applied_loudly(deployed: Deployed, example: Path) -> None:
    gap(example)
    result = deployed.run("apply", str(example), "--yes", "--despite-gaps")
    assert result.exit_code == 0
    assert "its pages would reach nobody" in result.output
    assert "although pages would reach nobody at times" in result.output
    assert live(deployed).version == 1


def test_a_mistake_is_refused_whatever_may_be_applied_despite_gaps(deployed: Deployed, example: Path) -> None:
    change(example, "notify: [ada]", "notify: [adda]")
    assert deployed.run("apply", str(example), "--yes", "--despite-gaps").exit_code == 1
    assert live(deployed).version == 0


def test_contacts_that_were_never_verified_are_named(deployed: Deployed, example: Path) -> None:
    assert "never verified: `callout verify ada`" in deployed.run("apply", str(example), "--yes").output


SOMETIMES = """
schedules:
  mornings:
    layers:
      - rotate: weekly
        handoff: monday 09:00
        start: 2026-01-05
        people: [ada, grace]
        only: [{from: 06:00, to: 12:00}]

"""


def test_too_large_is_refused_in_one_sentence(
    deployed: Deployed, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callout.store.shapes.PART_BYTES", 10)
    result = deployed.run("apply", str(example), "--yes")
    assert result.exit_code == 1
    assert "Error: nothing was changed: the description is larger than" in result.output
    assert live(deployed).version == 0
