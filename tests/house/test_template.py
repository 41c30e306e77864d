"""template.yaml and the state machine: valid, no wider than needed, and what the functions are promised."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_all
from samtranslator.yaml_helper import yaml_parse

from infra.local.template import translate

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
SOURCE: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
MACHINE: dict[str, Any] = json.loads((ROOT / "infra/escalation.asl.json").read_text(encoding="utf-8"))

EVERYWHERE = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
SENDS = {"BASE_URL", "EMAIL_FROM", "SMS_SENDER_ID", "EMAIL_CONFIGURATION_SET", "SMS_RECEIPTS"}
ENVIRONMENT = {
    "Intake": {"TABLE", "MACHINE_ARN"},
    "Step": {"TABLE", "MACHINE_ARN", *SENDS},
    "Acknowledge": {"TABLE", "MACHINE_ARN"},
    "Feed": {"TABLE"},
    "Watch": {"TABLE", "MACHINE_ARN", *SENDS, "HEARTBEAT_URL"},
    "Probe": {"TABLE", "BASE_URL"},
    "Receipts": {"TABLE", "MACHINE_ARN"},
}
ROUTES = {
    ("POST", "/v2/enqueue", "Intake"),
    ("POST", "/webhooks/{format}/{key}", "Intake"),
    ("POST", "/webhooks/{format}", "Intake"),
    ("GET", "/a/{token}", "Acknowledge"),
    ("HEAD", "/a/{token}", "Acknowledge"),
    ("OPTIONS", "/a/{token}", "Acknowledge"),
    ("POST", "/a/{token}", "Acknowledge"),
    ("GET", "/calendar/{token}", "Feed"),
}
# Wildcards in policies, each with its reason. The list may only shrink: an entry without its wildcard fails.
TEXTS = "a phone number is no resource that could be named; every topic is excluded instead"
EMAILS = "the sender's identity may be its domain or its address; the condition names the address"
WILDCARDS = {
    ("StepRole", "SendSms"): TEXTS,
    ("WatchRole", "SendSms"): TEXTS,
    ("StepRole", "SendEmail"): EMAILS,
    ("WatchRole", "SendEmail"): EMAILS,
    ("EscalationRole", "DeliverLogs"): "these actions know no resource",
}
MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": "SAM gives it to every function: writing its log",
    "AWSXrayWriteOnlyAccess": "SAM adds it where tracing is on",
}
# What the access log may tell: nothing with a path in it, where routing keys and the tokens of links stand.
LOGGED = {
    "requestTime",
    "requestId",
    "identity.sourceIp",
    "routeKey",
    "status",
    "responseLatency",
    "integration.status",
    "integrationErrorMessage",
}


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    document = translate(TEMPLATE, {"EmailFrom": "pager@example.com"}).document
    resources: dict[str, Any] = document["Resources"]
    return resources


def of_type(resources: dict[str, Any], resource_type: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == resource_type}


def complaints(template: str) -> list[str]:
    """Errors and warnings; cfn-lint's hints are not asked for."""
    return [f"{m.rule.id} line {m.linenumber}: {m.message}" for m in lint_all(template) if m.rule.id[0] in "EW"]


def test_cfn_lint_finds_neither_error_nor_warning() -> None:
    assert complaints(TEMPLATE.read_text(encoding="utf-8")) == []


def as_template(machine: dict[str, Any]) -> str:
    """cfn-lint holds the Amazon States Language schema, and applies it to a definition that stands in a template."""
    filled = re.sub(r"\$\{Partition}", "aws", json.dumps(machine)).replace("${StepArn}", "step")
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/machine", "Definition": json.loads(filled)}
    return json.dumps(
        {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    )


def test_the_machine_is_valid_amazon_states_language() -> None:
    assert complaints(as_template(MACHINE)) == []


def test_an_invalid_machine_is_found() -> None:
    states = {**MACHINE["States"], "Step": {**MACHINE["States"]["Step"], "Nxt": "Done?"}}
    assert any("Nxt" in complaint for complaint in complaints(as_template({**MACHINE, "States": states})))


def successors(state: dict[str, Any]) -> set[str]:
    named = {state.get("Next"), state.get("Default"), *(choice["Next"] for choice in state.get("Choices", []))}
    return {name for name in named if name}


def test_every_state_is_reachable_and_every_target_exists() -> None:
    states = MACHINE["States"]
    targets = {MACHINE["StartAt"]}.union(*(successors(state) for state in states.values()))
    assert targets == set(states)


def test_every_path_of_the_machine_is_a_plain_reference() -> None:
    paths = [text for text in strings(MACHINE) if text.startswith("$") and not text.startswith("${")]
    assert paths
    for path in paths:
        assert re.fullmatch(r"\$\$?(\.[A-Za-z_]+)+", path), path


def test_the_machine_and_the_template_agree() -> None:
    escalation = SOURCE["Resources"]["Escalation"]["Properties"]
    substitutions = set(re.findall(r"\$\{(\w+)}", json.dumps(MACHINE)))
    assert substitutions == set(escalation["DefinitionSubstitutions"])
    assert escalation["Logging"]["IncludeExecutionData"] is False
    assert escalation["Tracing"]["Enabled"] is True
    # The machine must outwait the function, or it would start a second step beside one that still runs.
    assert MACHINE["States"]["Step"]["TimeoutSeconds"] > SOURCE["Resources"]["Step"]["Properties"]["Timeout"]


def test_each_function_gets_its_environment_and_no_more(resources: dict[str, Any]) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    seen = {name: set(each["Environment"]["Variables"]) for name, each in functions.items()}
    assert seen == {name: own | EVERYWHERE for name, own in ENVIRONMENT.items()}


def test_each_function_is_the_file_of_its_name(resources: dict[str, Any]) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    assert {name: each["Handler"] for name, each in functions.items()} == {
        name: f"{name.lower()}.handler" for name in ENVIRONMENT
    }
    assert {each["Runtime"] for each in functions.values()} == {"python3.13"}
    tracing = {name: each["TracingConfig"]["Mode"] for name, each in functions.items()}
    assert tracing == {name: "PassThrough" if name == "Watch" else "Active" for name in ENVIRONMENT}


def test_the_makefile_builds_what_the_template_asks_it_to() -> None:
    asked = {name for name, each in SOURCE["Resources"].items() if "BuildMethod" in each.get("Metadata", {})}
    makefile = (ROOT / "functions/Makefile").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"\bbuild-(\w+)", makefile))
    entries = re.findall(r"^build-(\w+): ENTRY = (\w+)\.py$", makefile, flags=re.MULTILINE)
    assert {(name, f"{file}.handler") for name, file in entries} == {
        (name, SOURCE["Resources"][name]["Properties"]["Handler"]) for name in ENVIRONMENT
    }


def test_the_routes_are_these() -> None:
    routes = set()
    for name, resource in SOURCE["Resources"].items():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "HttpApi":
                routes.add((event["Properties"]["Method"], event["Properties"]["Path"], name))
    assert routes == ROUTES


def test_the_watchdog_runs_every_minute_and_ends_before_the_next(resources: dict[str, Any]) -> None:
    rule = of_type(resources, "AWS::Events::Rule")["WatchEveryMinute"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert of_type(resources, "AWS::Lambda::Function")["Watch"]["Timeout"] < 60


def test_the_access_log_tells_no_path() -> None:
    settings = SOURCE["Resources"]["Api"]["Properties"]["AccessLogSettings"]
    assert set(json.loads(settings["Format"]))  # one JSON object a line
    assert set(re.findall(r"\$context\.([\w.]+)", settings["Format"])) == LOGGED


def test_every_log_has_an_end(resources: dict[str, Any]) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] for group in groups.values())
    written = [each["LoggingConfig"]["LogGroup"] for each in of_type(resources, "AWS::Lambda::Function").values()]
    assert {group["Ref"] for group in written} | {"ApiLogs", "EscalationLogs"} == set(groups)


def statements(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for role, properties in of_type(resources, "AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            yield from ((role, statement) for statement in policy["PolicyDocument"]["Statement"])


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in strings(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in strings(each))


def test_no_action_is_a_wildcard(resources: dict[str, Any]) -> None:
    actions = [action for _, statement in statements(resources) for action in strings(statement["Action"])]
    assert actions
    assert [action for action in actions if "*" in action] == []


def test_a_resource_is_a_wildcard_only_for_a_stated_reason(resources: dict[str, Any]) -> None:
    wide = {
        (role, statement.get("Sid", ""))
        for role, statement in statements(resources)
        if any("*" in text for text in strings([statement.get("Resource"), statement.get("NotResource")]))
    }
    assert wide == set(WILDCARDS)


def test_managed_policies_are_the_ones_that_sam_adds(resources: dict[str, Any]) -> None:
    roles = of_type(resources, "AWS::IAM::Role").values()
    names = {text.rpartition("/")[2] for role in roles for text in strings(role["ManagedPolicyArns"])}
    assert names == set(MANAGED_POLICIES)


def test_each_function_reaches_only_the_items_it_needs(resources: dict[str, Any]) -> None:
    families: dict[str, dict[str, set[str]]] = {}
    for role, statement in statements(resources):
        if statement["Resource" if "Resource" in statement else "NotResource"] != {"Fn::GetAtt": ["Table", "Arn"]}:
            continue
        [keys] = [condition["dynamodb:LeadingKeys"] for condition in statement["Condition"].values()]
        actions = {action.removeprefix("dynamodb:") for action in strings(statement["Action"])}
        for family in dict.fromkeys(key.rstrip("#*") for key in keys):
            families.setdefault(role, {}).setdefault(family, set()).update(actions)
    # One statement for both: a long page's older lines leave it in one transaction with the page itself.
    pages = {key: {"GetItem", "Query", "PutItem", "ConditionCheckItem"} for key in ("PAGE", "LEDGER")}
    config = {key: {"BatchGetItem", "Query"} for key in ("CONFIG", "CALENDAR")}
    assert families == {
        "IntakeRole": {**pages, **config, "CAME": {"UpdateItem"}, "KEYS": {"GetItem"}},
        "StepRole": {
            **pages,
            **config,
            "TURN": {"UpdateItem"},
            "SPENT": {"UpdateItem"},
            "KEYS": {"GetItem", "PutItem"},
            "SENT": {"PutItem"},
        },
        "AcknowledgeRole": {**pages, "KEYS": {"GetItem"}},
        "FeedRole": {**config, "KEYS": {"GetItem"}},
        "WatchRole": {
            **pages,
            **config,
            "PAGE": {*pages["PAGE"], "UpdateItem"},
            "CALENDAR": {*config["CALENDAR"], "PutItem", "UpdateItem"},
            "TURN": {"UpdateItem"},
            "SPENT": {"UpdateItem"},
            "KEYS": {"GetItem", "PutItem"},
            "SENT": {"PutItem"},
        },
        # It is told which page it is: it looks for none, and never opens one again.
        "ReceiptsRole": {**config, **{key: {"GetItem", "PutItem"} for key in ("PAGE", "LEDGER")}, "SENT": {"GetItem"}},
        "ProbeRole": {"KEYS": {"GetItem", "PutItem"}},
    }


@pytest.mark.parametrize(
    ("parameter", "value", "accepted"),
    [
        ("PublicUrl", "", True),
        ("PublicUrl", "https://pager.example.com", True),
        ("PublicUrl", "https://pager.example.com/", False),
        ("PublicUrl", "http://pager.example.com", False),
        ("PublicUrl", "https://pager.example.com/pages", False),
        ("EmailFrom", "pager+night@on-call.example.com", True),
        ("EmailFrom", "Pager <pager@example.com>", False),
        ("EmailFrom", "", False),
        ("SmsSenderId", "", True),
        ("SmsSenderId", "CALLOUT", True),
        ("SmsSenderId", "TWELVE-CHARS", False),
        ("FallbackEmail", "night@example.com", True),
        ("FallbackEmail", "", False),
        ("FallbackPhone", "", True),
        ("FallbackPhone", "+12025550123", True),
        ("FallbackPhone", "2025550123", False),
        ("FallbackPhone", "+1 202 555 0123", False),
        ("HeartbeatUrl", "", True),
        ("HeartbeatUrl", "https://hc.example.com/ping/0f6b?rid=1", True),
        ("HeartbeatUrl", "http://hc.example.com/ping", False),
        ("HeartbeatUrl", "https://user:secret@hc.example.com/ping", False),
        ("HeartbeatUrl", "https://hc.example.com/a b", False),
    ],
)
def test_parameters_are_checked_before_anything_is_made(parameter: str, value: str, accepted: bool) -> None:
    pattern = SOURCE["Parameters"][parameter]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is accepted
