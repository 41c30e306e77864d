"""The project's template with one action of one statement of one function taken away."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from end_to_end.permitted import Grant
from end_to_end.running import ROOT
from samtranslator.yaml_helper import yaml_parse


def without(missing: Grant, folder: Path) -> Path:
    """Writes it into the folder, beside links to the code."""
    # Through JSON: what several functions share by an anchor is taken from one of them only.
    document: Any = json.loads(json.dumps(yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))))
    before = deepcopy(document)
    policies = document["Resources"][missing.role]["Properties"]["Policies"]
    for policy in policies:
        policy["Statement"] = [_less(each, missing) for each in policy["Statement"]]
        policy["Statement"] = [each for each in policy["Statement"] if each["Action"]]
    assert document != before, "there is no such grant"
    document["Resources"][missing.role]["Properties"]["Policies"] = [each for each in policies if each["Statement"]]
    for name in ("functions", "infra"):
        (folder / name).symlink_to(ROOT / name)
    path = folder / "template.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _less(statement: dict[str, Any], missing: Grant) -> dict[str, Any]:
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    if statement.get("Sid") != missing.sid:
        return statement
    return {**statement, "Action": [action for action in actions if action != missing.action]}
