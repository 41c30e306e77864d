"""The whole of it: front door, workers, table, machine, outbox, with the fixture template."""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from local.driving import Http, eventually

from infra.local import frontdoor
from infra.local.stack import Stack

TOO_MUCH = b"x" * (10 * 1024 * 1024 + 1)
# Python itself sets it where the locale of LANG is not installed.
PYTHONS_OWN = {"LC_CTYPE"}


def in_threads(count: int, run: Any) -> None:
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            run(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def status(stack: Stack, arn: str) -> Any:
    return stack.client("stepfunctions").describe_execution(executionArn=arn)["status"]


def ended(stack: Stack, arn: str) -> Any:
    return eventually(lambda: (now := status(stack, arn)) != "RUNNING" and now)


# ---- the front door ------------------------------------------------------------------------------------------------


def test_a_request_reaches_its_handler_as_api_gateway_would_give_it(http: Http) -> None:
    event = http.event("POST", "/echo/a%20b/c?x=1&x=2", b'{"a": 1}', cookie="a=1; b=2", x_one="1")
    assert event["routeKey"] == "POST /echo/{name}/{other}"
    assert event["pathParameters"] == {"name": "a b", "other": "c"}
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["body"] == '{"a": 1}'
    assert event["headers"]["x-one"] == "1"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/echo"), ("POST", "/echo/x"), ("GET", "/_local/nothing")]
)
def test_what_has_no_route_is_not_found(http: Http, method: str, path: str) -> None:
    answer = http(method, path)
    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})


def test_every_method_reaches_an_any_route(http: Http) -> None:
    event = http.event("PUT", "/rest/a/b")
    assert (event["routeKey"], event["pathParameters"]) == ("ANY /rest/{proxy+}", {"proxy": "a/b"})


def test_a_head_request_is_answered_without_a_body(http: Http) -> None:
    answer = http("HEAD", "/echo/x")
    assert (answer.status, answer.data) == (200, b"")


def test_a_body_that_is_too_long_is_refused_and_the_client_hears_of_it(http: Http) -> None:
    answer = http("POST", "/echo", TOO_MUCH)
    assert (answer.status, answer.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize("path", ["/verb/raise", "/verb/exit", "/verb/unserializable", "/slow"])
def test_a_handler_that_fails_in_any_way_is_a_server_error(http: Http, path: str) -> None:
    answer = http("POST", path)
    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_handler_that_cannot_be_imported_is_a_server_error(http: Http, stack: Stack) -> None:
    assert http("GET", "/broken").status == 500
    assert any("a_module_that_is_nowhere" in line.text for line in stack.logs() if line.function == "Broken")


def test_a_handler_slower_than_api_gateways_patience_is_unavailable(
    http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontdoor, "INTEGRATION_SECONDS", 0.2)
    answer = http("POST", "/slow")
    assert (answer.status, answer.json()) == (503, {"message": "Service Unavailable"})


def test_a_result_becomes_the_response(http: Http) -> None:
    wanted = {"statusCode": 202, "headers": {"X-A": "b"}, "cookies": ["a=1", "b=2"], "body": "done"}
    answer = http("POST", "/verb/answer", json.dumps(wanted).encode())
    assert (answer.status, answer.data, answer.headers["x-a"]) == (202, b"done", "b")
    assert answer.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert http("POST", "/verb/infer").json() == {"a": "é"}
    assert http("POST", "/verb/text").data == b"just text"


# ---- what a handler sees -------------------------------------------------------------------------------------------


def test_a_handler_sees_exactly_the_environment_of_the_template_and_of_lambda(
    http: Http, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = http.event("POST", "/verb/environment")
    names = set(given) - PYTHONS_OWN
    assert {name for name in names if not name.startswith(("AWS_", "LAMBDA_"))} == {
        *("GREETING", "TABLE", "MACHINE_ARN", "BASE_URL"),
        *("LANG", "PATH", "TZ", "_HANDLER"),
    }
    assert given["GREETING"] == "hello"
    assert given["TABLE"] == stack.outputs["TableName"]
    assert given["MACHINE_ARN"] == stack.outputs["MachineArn"]
    assert given["BASE_URL"] == stack.url
    assert given["AWS_ENDPOINT_URL"] == stack.endpoint
    assert "HOME" in os.environ
    assert "HOME" not in names


def test_a_handler_is_given_lambdas_context(http: Http, stack: Stack) -> None:
    context = http.event("POST", "/verb/context")
    name = context["function_name"]
    assert name.startswith("callout-Echo-")
    assert context["invoked_function_arn"] == f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
    assert (context["memory_limit_in_mb"], context["function_version"]) == (256, "$LATEST")
    assert context["log_group_name"] == f"/aws/lambda/{name}"
    assert 0 < context["remaining"] <= 28_000


# ---- the emulated AWS ----------------------------------------------------------------------------------------------


def increment(client: Any, table: str, key: dict[str, Any]) -> None:
    """Compare-and-set until it is taken: a write that is taken and lost leaves the number too small."""
    while True:
        item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {"n": {"N": "0"}})
        seen = item["n"]
        try:
            client.put_item(
                TableName=table,
                Item={**key, "n": {"N": str(int(seen["N"]) + 1)}},
                ConditionExpression="attribute_not_exists(pk) OR n = :seen",
                ExpressionAttributeValues={":seen": seen},
            )
            return
        except client.exceptions.ConditionalCheckFailedException:
            continue


@pytest.fixture
def threads_take_turns_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_take_turns_often")
@pytest.mark.long  # every day test_no_write_of_handlers_is_lost says the same, with less load
def test_no_write_is_lost_under_threads(stack: Stack) -> None:
    key, table = {"pk": {"S": "in threads"}}, stack.outputs["TableName"]

    def ten(_: int) -> None:
        client = stack.client("dynamodb")
        for _ in range(10):
            increment(client, table, key)

    in_threads(8, ten)
    assert stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]["n"] == {"N": "80"}


def test_no_write_of_handlers_is_lost(http: Http, stack: Stack) -> None:
    def increment_ten_times(_: int) -> None:
        assert http("POST", "/verb/increment?count=10").status == 200

    in_threads(8, increment_ten_times)
    item = stack.client("dynamodb").get_item(TableName=stack.outputs["TableName"], Key={"pk": {"S": "n"}})["Item"]
    assert item["n"] == {"N": "80"}


def test_two_handlers_run_at_the_same_time(http: Http) -> None:
    answers = {}

    def meet(number: int) -> None:
        mine, other = ("left", "right") if number else ("right", "left")
        answers[mine] = http("POST", f"/verb/meet?mine={mine}&other={other}").status

    in_threads(2, meet)
    assert answers == {"left": 200, "right": 200}


def test_a_function_can_be_invoked_from_outside(stack: Stack) -> None:
    name = stack.client("cloudformation").describe_stack_resource(StackName="callout", LogicalResourceId="Step")[
        "StackResourceDetail"
    ]["PhysicalResourceId"]
    awslambda = stack.client("lambda")
    answer = awslambda.invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read())["done"] is True
    answer = awslambda.invoke(FunctionName=name, Payload=b'{"raise": true}')
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == "RuntimeError"


def test_an_invocation_holds_up_no_other_call(stack: Stack) -> None:
    """The handler makes calls itself: were the lock held meanwhile, this would end in its timeout."""
    name = stack.client("cloudformation").describe_stack_resource(StackName="callout", LogicalResourceId="Step")[
        "StackResourceDetail"
    ]["PhysicalResourceId"]
    payload = json.dumps({"sms": ["+12025550111"], "text": "from within"}).encode()
    assert "FunctionError" not in stack.client("lambda").invoke(FunctionName=name, Payload=payload)
    assert stack.outbox()[0].to == "+12025550111"


# ---- the state machine ---------------------------------------------------------------------------------------------


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_wait_ends_at_its_instant_in_every_time_zone(http: Http, stack: Stack, zone: str) -> None:
    due_at = (datetime.now(UTC) + timedelta(seconds=1)).replace(microsecond=900_000)
    written = due_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    arn = http.start(name=f"in-{zone.replace('/', '-')}", due_at=written, sms=["+12025550101"], text=f"wait in {zone}")
    assert ended(stack, arn) == "SUCCEEDED"
    [message] = [message for message in stack.outbox() if f"wait in {zone} " in message.text]
    assert datetime.fromisoformat(message.text.rpartition(" at ")[2]) >= due_at


def test_a_waiting_execution_can_be_stopped(http: Http, stack: Stack) -> None:
    arn = http.start(name="stopped", due_at="2099-01-01T00:00:00Z")
    client = stack.client("stepfunctions")
    eventually(lambda: "Wait" in str(client.get_execution_history(executionArn=arn)["events"]))
    client.stop_execution(executionArn=arn)
    assert ended(stack, arn) == "ABORTED"


@pytest.mark.parametrize("due_at", ["2026-11-21 20:24:40Z", "2026-11-21T20:24:40", "soon", 7])
def test_a_wait_for_what_is_no_instant_fails_as_on_aws(http: Http, stack: Stack, due_at: Any) -> None:
    arn = http.start(name=f"no-instant-{str(due_at)[10:11]}{len(str(due_at))}", due_at=due_at)
    assert ended(stack, arn) == "FAILED"


def test_a_repeated_execution_name_is_one_execution(http: Http, stack: Stack) -> None:
    given = {"name": "twice", "due_at": "2099-01-01T00:00:00Z"}
    arn = http.start(**given)
    assert http.start(**given) == arn
    assert http("POST", "/verb/start", json.dumps({**given, "other": 1}).encode()).status == 500
    stack.client("stepfunctions").stop_execution(executionArn=arn)


def test_a_failing_task_is_tried_again(http: Http, stack: Stack) -> None:
    arn = http.start(**{"name": "retried", "raise": True})
    client = stack.client("stepfunctions")

    def failures() -> int:
        return str(client.get_execution_history(executionArn=arn)["events"]).count("'TaskFailed'")

    eventually(lambda: failures() >= 2)
    client.stop_execution(executionArn=arn)


# ---- messages, schedules, pages ------------------------------------------------------------------------------------


def test_messages_are_in_the_outbox_with_their_time(http: Http, stack: Stack) -> None:
    before = datetime.now(UTC).isoformat(timespec="milliseconds")
    arn = http.start(name="messages", sms=["+12025550102"], email=["anna@example.com"], text="hello")
    assert ended(stack, arn) == "SUCCEEDED"
    mail, sms = http.event("GET", "/_local/outbox")[:2]
    assert before <= sms.pop("at") <= mail.pop("at")
    assert sms.pop("text").startswith("hello at ")
    assert sms == {"channel": "sms", "to": "+12025550102"}
    assert mail == {
        "channel": "email",
        "to": "anna@example.com",
        "subject": "A subject",
        "text": "hello",
        "html": "<p>hello</p>",
    }


def test_a_sender_that_ses_has_not_verified_is_refused(stack: Stack) -> None:
    client = stack.client("sesv2")
    content = {"Simple": {"Subject": {"Data": "S"}, "Body": {"Text": {"Data": "T"}}}}
    with pytest.raises(client.exceptions.MessageRejected):
        client.send_email(
            FromEmailAddress="other@example.net", Destination={"ToAddresses": ["a@example.com"]}, Content=content
        )
    assert not [message for message in stack.outbox() if message.to == "a@example.com"]


def test_a_schedule_calls_its_function(stack: Stack) -> None:
    assert [(rule.name, rule.seconds) for rule in stack.rules()] == [("TickMinute", 60)]
    assert not stack.fire("TickMinute").failed
    assert [message.text for message in stack.outbox() if message.to == "+12025550199"] == [
        "aws.events Scheduled Event"
    ]


def test_another_process_finds_everything_under_local_stack(http: Http, stack: Stack) -> None:
    facts = http.event("GET", "/_local/stack")
    assert facts == {
        "endpoint": stack.endpoint,
        "region": "eu-central-1",
        "stack": "callout",
        "outputs": {
            "BaseUrl": stack.url,
            "TableName": stack.outputs["TableName"],
            "MachineArn": stack.outputs["MachineArn"],
        },
    }
    assert facts["endpoint"].startswith("http://127.0.0.1:")


def test_what_handlers_print_is_in_the_logs(http: Http) -> None:
    http("POST", "/echo")
    assert {"function": "Echo", "text": "seen /echo"} in [
        {key: line[key] for key in ("function", "text")} for line in http.event("GET", "/_local/logs")
    ]
