from pathlib import Path

import pytest

from infra.local.template import TemplateRefused, translate

FIXTURES = Path(__file__).with_name("fixtures")
PARAMETERS = {"EmailFrom": "callout@example.com"}


def variant(tmp_path: Path, old: str, new: str) -> Path:
    """The fixture template with one thing said differently."""
    text = (FIXTURES / "template.yaml").read_text(encoding="utf-8")
    assert old in text
    for name in ("functions", "machine.asl.json"):
        (tmp_path / name).symlink_to(FIXTURES / name)
    path = tmp_path / "template.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_every_function_is_found_with_its_code_folder() -> None:
    translated = translate(FIXTURES / "template.yaml", PARAMETERS)
    assert dict(translated.code) == dict.fromkeys(["Echo", "Step", "Slow", "Broken", "Tick"], FIXTURES / "functions")
    assert set(translated.of_type("AWS::Lambda::Function")) == {"Echo", "Step", "Slow", "Broken", "Tick"}


def test_the_machines_definition_stands_in_the_template_with_its_substitutions() -> None:
    machine = translate(FIXTURES / "template.yaml", PARAMETERS).of_type("AWS::StepFunctions::StateMachine")["Machine"]
    text, substitutions = machine["DefinitionString"]["Fn::Sub"]
    assert '"FunctionName": "${StepArn}"' in text
    assert substitutions["StepArn"] == {"Fn::GetAtt": ["Step", "Arn"]}


def test_a_code_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="'nowhere/' is not a folder"):
        translate(variant(tmp_path, "CodeUri: functions/", "CodeUri: nowhere/"), PARAMETERS)


def test_what_the_translator_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match=r"\[Tick\].*Handler"):
        translate(variant(tmp_path, "Handler: tick.handler", "Description: no handler"), PARAMETERS)
