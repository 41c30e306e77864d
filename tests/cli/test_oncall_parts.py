"""Several files, or a folder of them, are one description."""

from pathlib import Path

import pytest

from infra.cli.description.file import Loaded, load, load_all

EXAMPLE = Path("infra/cli/example.yaml")
PEOPLE = "responders:\n  ada: {contact: [{sms: '+12025550101'}]}\n"
MORE_PEOPLE = "responders:\n  grace: {contact: [{sms: '+12025550102'}]}\n"
POLICIES = "policies:\n  calm: {tiers: [{notify: [ada, grace]}]}\n"
SECTIONS = "responders, teams, holidays, schedules, policies, services"
SERVICES = "services:\n  shop: {policy: calm, routing_keys: [R0UT1NGKEY0123456789ABCDEF012345]}\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def said(loaded: Loaded) -> list[str]:
    return [f"{Path(problem.file).name}:{problem.line}: {problem}" for problem in loaded.problems]


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    return written(tmp_path, a=PEOPLE, b=MORE_PEOPLE, c=POLICIES, d=SERVICES)


def test_a_folder_is_one_description(parts: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.txt"
    whole.write_text(PEOPLE + MORE_PEOPLE.removeprefix("responders:\n") + POLICIES + SERVICES)
    assert load(parts).problems == []
    assert load(parts).oncall == load(whole).oncall


def test_files_are_one_description(parts: Path) -> None:
    assert load_all(sorted(parts.glob("*.yaml"))).oncall == load(parts).oncall


def test_the_same_file_twice_is_the_file(tmp_path: Path) -> None:
    assert load_all([EXAMPLE, EXAMPLE]).problems == []


def test_what_is_not_yaml_by_name_is_left_alone(parts: Path) -> None:
    (parts / "oncall.ics").write_text("BEGIN:VCALENDAR")
    (parts / ".hidden.yaml").write_text("[")
    (parts / "folder.yaml").mkdir()
    assert load(parts).problems == []


def test_yml_counts_as_well(parts: Path) -> None:
    (parts / "d.yaml").rename(parts / "d.yml")
    assert load(parts).problems == []


def test_an_id_of_two_files_is_named_with_both_places(parts: Path) -> None:
    written(parts, e="\n\nresponders:\n  ada: {contact: [{sms: '+12025550103'}]}\n")
    [problem] = load(parts).problems
    assert (Path(problem.file).name, problem.line) == ("e.yaml", 4)
    assert problem.text == f'"ada" is described already in {parts / "a.yaml"}:2'


def test_an_id_of_two_files_is_not_judged_by_one_of_them(parts: Path) -> None:
    """That nobody has a mail address is not said where the other file may have it."""
    mail = "responders:\n  ada: {contact: [{sms: '+12025550101'}, {email: a@example.com}]}\n"
    written(parts, b=MORE_PEOPLE + mail.removeprefix("responders:\n"))
    written(parts, c=POLICIES.replace("[ada, grace]", "[ada, grace], by: [sms, email]"))
    [problem] = load(parts).problems
    assert "described already" in problem.text
    written(parts, b=MORE_PEOPLE)
    [problem] = load(parts).problems
    assert "nobody in this tier has email" in problem.text


def test_an_id_of_two_kinds_in_two_files_is_named_with_both_places(parts: Path) -> None:
    written(parts, e="teams:\n  ada: {members: [grace]}\n")
    problem = load(parts).errors[0]
    assert (Path(problem.file).name, problem.line) == ("e.yaml", 2)
    assert problem.text == f"is also the id of a responder in {parts / 'a.yaml'}:2"


def test_each_problem_has_its_file_and_line(parts: Path) -> None:
    written(
        parts,
        c=POLICIES.replace("grace", "garce"),
        d=SERVICES.replace("policy: calm", "\n    polcy: calm"),
        e="services: []\nx: 1\n",
        f="x: 2\n",
    )
    assert said(load(parts)) == [
        'c.yaml:2: policies.calm.tiers[0].notify[1]: there is no "garce" in responders; did you mean "grace"?',
        "d.yaml:2: services.shop.policy: is missing; write it like policy: checkout",
        'd.yaml:3: services.shop.polcy: unknown key; did you mean "policy"?',
        "e.yaml:1: services: must hold keys and values, but is a list; write ids below it",
        f"e.yaml:2: x: unknown key; known here: {SECTIONS} and maintenance",
        f"f.yaml:1: x: unknown key; known here: {SECTIONS} and maintenance",
    ]


def test_a_file_that_is_no_description(parts: Path) -> None:
    written(parts, g="- a\n", h="a: [\n")
    assert said(load(parts)) == [
        f"g.yaml:1: the file must hold keys and values, but is a list; begin with one of {SECTIONS} or maintenance",
        "h.yaml:2: a bracket is never closed; add the closing ] or }",
    ]


def test_a_missing_section_is_missing_from_all_of_them(tmp_path: Path) -> None:
    folder = written(tmp_path, a=PEOPLE, c=POLICIES.replace(", grace", ""))
    assert said(load(folder)) == [
        "a.yaml:1: services: is missing; add it",
        "c.yaml:2: policies.calm: no service uses it; use it, or take it out",
    ]


def test_what_a_file_that_cannot_be_read_may_hold_is_not_missed(parts: Path) -> None:
    written(parts, a="responders: [\n", d="")
    assert [problem.text for problem in load(parts).problems] == ["a bracket is never closed", "the file is empty"]


def test_an_empty_folder(tmp_path: Path) -> None:
    [problem] = load(tmp_path).problems
    assert (problem.line, problem.file, problem.text) == (0, str(tmp_path), "there is no YAML file in this folder")


def test_a_file_that_cannot_be_read_beside_one_that_can(parts: Path) -> None:
    loaded = load_all([parts, parts / "none.yaml"])
    assert loaded.oncall is None
    assert [problem.text for problem in loaded.problems] == ["cannot be read: No such file or directory"]


def test_a_calendar_lies_beside_the_file_that_names_it(parts: Path) -> None:
    deeper = parts / "deeper"
    deeper.mkdir()
    written(deeper, s="schedules:\n  nights: {layers: [{calendar: oncall.ics}]}\n")
    written(parts, c=POLICIES.replace("[ada", "[nights, ada"))
    (deeper / "oncall.ics").write_text("BEGIN:VCALENDAR")
    loaded = load_all([parts, deeper])
    assert loaded.problems == []
    [(calendar, file)] = loaded.calendar_files.items()
    assert loaded.oncall is not None
    assert loaded.oncall.schedules["nights"].layers[0].calendar == calendar
    assert file == deeper / "oncall.ics"
    assert loaded.oncall.calendar_sources == {calendar: ""}


def test_the_tree_knows_where_everything_stands(parts: Path) -> None:
    problem = load(parts).tree.problem(("policies", "calm", "tiers", 0, "wait"), "said", "fix", "warning")
    assert (Path(problem.file).name, problem.line, problem.level) == ("c.yaml", 2, "warning")


def test_hidden_files_alone_are_no_description(tmp_path: Path) -> None:
    (tmp_path / ".oncall.yaml").write_text("[")
    [problem] = load(tmp_path).problems
    assert problem.text == "there is no YAML file in this folder"


def test_a_link_that_leads_nowhere_is_named(parts: Path) -> None:
    (parts / "e.yaml").symlink_to("nowhere")
    loaded = load(parts)
    assert loaded.oncall is None
    assert said(loaded) == ["e.yaml:0: cannot be read: No such file or directory; check the name and who may read it"]


def test_a_file_is_read_once_by_whatever_names(parts: Path) -> None:
    (parts / "e.yaml").symlink_to("a.yaml")
    again = [parts / "a.yaml", parts, parts / ".." / parts.name / "b.yaml", parts]
    assert load_all(again).problems == []
    assert load_all(again).oncall == load(parts).oncall


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("policies: 5\n", "must hold keys and values, but is a number; write ids below it"),
        ("policies: [a, b]\n", "must hold keys and values, but is a list; write ids below it"),
        ("policies:\n", "has no value; give it one, or leave the key out"),
    ],
)
@pytest.mark.parametrize("name", ["b2", "z"])
def test_a_section_that_is_none_hides_no_other_files(parts: Path, section: str, text: str, name: str) -> None:
    written(parts, **{name: f"\n{section}"})
    assert said(load(parts)) == [f"{name}.yaml:2: policies: {text}"]
    assert load(parts).tree.place(("policies", "calm")).line == 2
