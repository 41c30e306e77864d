"""template.yaml as CloudFormation will see it: translated by the SAM translator, with what is local filled in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.conditions import chosen, settle, values
from infra.local.refused import TemplateRefused as TemplateRefused
from infra.local.shield import without_own_aws

REGION = "eu-central-1"
# The translator wants to see packages where `sam deploy` would have put them.
UPLOADED = "s3://local/package"
# moto has no packages to unpack: the handlers run from their folders, in worker processes.
NO_PACKAGE = {"ZipFile": "# runs in a worker process of the local stack\n"}


@dataclass(frozen=True, slots=True)
class Translated:
    """The CloudFormation template, and the folder of each function's code by logical id."""

    document: dict[str, Any]
    code: Mapping[str, Path]

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.document["Resources"].items()
            if resource["Type"] == resource_type
        }


def translate(path: Path, parameters: Mapping[str, str], region: str = REGION) -> Translated:
    # The translator takes half a second to import: only whoever starts a stack pays for it.
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    source = yaml_parse(path.read_text(encoding="utf-8"))
    defaults = (source.get("Globals") or {}).get("Function") or {}
    code = {
        name: _take_code(resource["Properties"], defaults, path.parent)
        for name, resource in source["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::StateMachine":
            _inline_definition(resource["Properties"], path.parent)
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = UPLOADED
    defaults.pop("CodeUri", None)
    try:
        with without_own_aws(region):
            translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
            document = translator.translate(source, parameter_values=dict(parameters), get_managed_policy_map=dict)
    except InvalidDocumentException as error:
        raise TemplateRefused(f"{path.name}: " + "; ".join(cause.message for cause in error.causes)) from error
    plain = _plain(document)
    settle(plain, parameters)
    there = {name: folder for name, folder in code.items() if name in plain["Resources"]}
    translated = Translated(plain, there)
    for properties in translated.of_type("AWS::Events::Rule").values():
        if rhythm := properties.get("ScheduleExpression"):
            properties["ScheduleExpression"] = chosen(rhythm, plain, values(plain, parameters))
        _deliver(properties)
    for properties in translated.of_type("AWS::Lambda::Function").values():
        properties["Code"] = dict(NO_PACKAGE)
    for properties in translated.of_type("AWS::StepFunctions::StateMachine").values():
        _substitute(properties)
    return translated


def _take_code(properties: dict[str, Any], defaults: Mapping[str, Any], root: Path) -> Path:
    folder = properties.get("CodeUri", defaults.get("CodeUri"))
    if not isinstance(folder, str) or not (root / folder).is_dir():
        raise TemplateRefused(f"CodeUri {folder!r} is not a folder beside the template")
    properties["CodeUri"] = UPLOADED
    return (root / folder).resolve()


def _inline_definition(properties: dict[str, Any], root: Path) -> None:
    uri = properties.pop("DefinitionUri", None)
    if isinstance(uri, str):
        properties["Definition"] = json.loads((root / uri).read_text(encoding="utf-8"))


def _substitute(properties: dict[str, Any]) -> None:
    """moto does not know DefinitionSubstitutions, but it knows Fn::Sub."""
    separator, lines = properties["DefinitionString"]["Fn::Join"]
    substitutions = properties.pop("DefinitionSubstitutions", {})
    properties["DefinitionString"] = {"Fn::Sub": [separator.join(lines), substitutions]}


def _deliver(properties: dict[str, Any]) -> None:
    """No queue for what cannot be delivered: all of it is delivered here."""
    for target in properties.get("Targets", []):
        target.pop("DeadLetterConfig", None)


def _plain(value: Any) -> Any:
    """The translator's own dict and str types, as plain ones."""
    return json.loads(json.dumps(value))
