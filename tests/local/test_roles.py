"""A handler and a state machine may do what their roles allow, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from local.driving import TEMPLATE, Http, eventually

from infra.local.policies import MANAGED
from infra.local.stack import Stack
from infra.local.template import TemplateRefused

MEDDLED = {
    "an unknown operator": ("StringEquals: {", "IpAddress: {", "the condition operator IpAddress"),
    "an unknown context key": ('"ses:FromAddress": ', '"aws:SourceIp": ', "the context key aws:SourceIp"),
    "an unknown element": ("{Sid: Text, Effect", "{Sid: Text, Principal: '*', Effect", "the element Principal"),
    "a boundary": (
        "Handler: tick.handler",
        "PermissionsBoundary: arn\n      Handler: tick.handler",
        "PermissionsBoundary",
    ),
    "a foreign role": (
        "Handler: slow.handler",
        "Role: arn:aws:iam::123456789012:role/mine\n      Handler: slow.handler",
        "the role of Slow is not one",
    ),
    "a managed policy": (
        "Handler: slow.handler",
        "Policies: [AdministratorAccess]\n      Handler: slow.handler",
        "the managed policy AdministratorAccess of SlowRole is not known locally",
    ),
}


def meddled(folder: Path, before: str, after: str) -> Path:
    """The template of these tests with one thing changed."""
    source = TEMPLATE.read_text(encoding="utf-8")
    assert before in source
    for name in ("functions", "machine.asl.json"):
        (folder / name).symlink_to(TEMPLATE.parent / name)
    (folder / "template.yaml").write_text(source.replace(before, after, 1), encoding="utf-8")
    return folder / "template.yaml"


@pytest.mark.parametrize("change", MEDDLED)
def test_what_is_not_evaluated_is_refused_at_the_start(tmp_path: Path, change: str) -> None:
    before, after, why = MEDDLED[change]
    with pytest.raises(TemplateRefused, match=why), Stack(meddled(tmp_path, before, after), port=0):
        pass


def test_what_a_role_does_not_allow_is_answered_as_by_the_service_itself(http: Http, stack: Stack) -> None:
    said: dict[str, Any] = http("POST", "/verb/forbidden").json()
    assert {call: code for call, (code, _) in said.items()} == {
        "dynamodb get_item": "AccessDeniedException",
        "dynamodb list_tables": "AccessDeniedException",
        "sns publish": "AuthorizationError",
        "lambda invoke": "AccessDeniedException",
        "sesv2 send_email": "AccessDeniedException",
    }
    assert "is not authorized to perform: sns:Publish on resource: +12025550177" in said["sns publish"][1]
    assert "+12025550177" not in {message.to for message in stack.outbox()}


def test_a_refusal_is_in_the_log_with_function_action_and_resource(http: Http, stack: Stack) -> None:
    http("POST", "/verb/forbidden")
    lines = [line.text for line in stack.logs() if line.function == "Echo" and line.text.startswith("AccessDenied")]
    table = "arn:aws:dynamodb:eu-central-1:123456789012:table/other"
    assert f"AccessDenied: its role does not allow dynamodb:GetItem on {table}" in lines
    assert "AccessDenied: its role does not allow sns:Publish on a phone number" in lines
    assert any("infra/local/asks.py does not know what dynamodb: ListTables asks leave for" in line for line in lines)
    refused = {(each["role"], each["action"]) for each in stack.permissions()["refused"]}
    assert {("Echo", "sns:Publish"), ("Echo", "ses:SendEmail"), ("Echo", "lambda:InvokeFunction")} <= refused


def test_what_was_used_is_recorded_by_statement_and_resource(http: Http, stack: Stack) -> None:
    assert http("POST", "/verb/increment?count=1").status == 200
    http.start(name="recorded", sms=["+12025550101"], text="recorded")
    eventually(lambda: [message for message in stack.outbox() if "recorded" in message.text])
    found = stack.permissions()
    assert json.loads(json.dumps(found)) == http("GET", "/_local/permissions").json()
    used = {(each["role"], each["action"], m["resource"]) for each in found["used"] for m in each["matches"]}
    machine, table = (stack.outputs[name] for name in ("MachineArn", "TableName"))
    arn = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{table}"
    assert {
        ("Echo", "dynamodb:PutItem", arn),
        ("Echo", "states:StartExecution", machine),
        ("Step", "sns:Publish", "not arn:aws:sns:*:*:*"),
    } <= used
    assert [(role, action) for role, action, _ in used if role == "Machine"] == [("Machine", "lambda:InvokeFunction")]
    assert not [role for role, _, _ in used if role not in {"Echo", "Step", "Machine", "Tick"}]


def test_nobody_else_is_held_to_anything(stack: Stack) -> None:
    assert stack.client("dynamodb").list_tables()["TableNames"]
    assert "operator" not in {each["role"] for each in stack.permissions()["used"]}


def test_a_machine_that_may_not_run_its_step_fails_as_on_aws(tmp_path: Path) -> None:
    before, after = "LambdaInvokePolicy: {FunctionName: !Ref Step}", "LambdaInvokePolicy: {FunctionName: !Ref Slow}"
    with Stack(meddled(tmp_path, before, after), port=0) as stack:
        machine = stack.client("stepfunctions")
        arn = machine.start_execution(stateMachineArn=stack.outputs["MachineArn"], input="{}")["executionArn"]
        events = eventually(
            lambda: "TaskFailed" in str(found := machine.get_execution_history(executionArn=arn)) and found
        )
        failed = next(each["taskFailedEventDetails"] for each in events["events"] if "taskFailedEventDetails" in each)
        assert failed["error"] == "Lambda.AWSLambdaException"
        assert "is not authorized to perform: lambda:InvokeFunction" in failed["cause"]
        machine.stop_execution(executionArn=arn)


def test_the_managed_policies_are_as_aws_has_them() -> None:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    known = json.loads(aws_managed_policies_data)
    for name, actions in MANAGED.items():
        allowed = {action for each in known[name]["Document"]["Statement"] for action in each["Action"]}
        assert allowed == set(actions)
