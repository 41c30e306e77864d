"""Finding a deployment: on AWS (moto's CloudFormation stands in) and on this machine; every failure is one sentence."""

import json
import re
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Thread
from typing import Any

import boto3
import click
import pytest
from click.testing import CliRunner

from infra.cli.deployment import LOCAL_URL, Deployment, deployment_options
from infra.cli.live import Live, Outputs, connect
from infra.local import certificate
from infra.local.server import Server

REGION = "eu-central-1"
OUTPUTS = {
    "TableName": "callout-table",
    "MachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:callout",
    "BaseUrl": "https://abc.example.com",
}
FACTS = {"endpoint": "http://127.0.0.1:1", "region": REGION, "stack": "callout", "outputs": OUTPUTS}


@pytest.fixture(autouse=True)
def nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "no-such-file")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "no-such-file")


@pytest.fixture(scope="module")
def emulated() -> Iterator[str]:
    """moto in a process of its own: in this one it would share, and empty, what other tests keep there."""
    command = [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with Popen(command, stdout=DEVNULL, stderr=PIPE, text=True) as process:
        assert process.stderr is not None
        found = next(filter(None, (re.search(r"http://127\.0\.0\.1:\d+", line) for line in process.stderr)))
        try:
            yield found[0]
        finally:
            process.terminate()


@pytest.fixture
def aws(emulated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulated)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def deploy(stack: str, outputs: dict[str, str]) -> None:
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    client = boto3.client("cloudformation", region_name=REGION)
    client.create_stack(StackName=stack, TemplateBody=json.dumps(template))


def refusal(deployment: Deployment) -> str:
    with pytest.raises(click.ClickException) as caught:
        connect(deployment)
    assert caught.value.exit_code == 1
    return caught.value.format_message()


@pytest.mark.usefixtures("aws")
def test_a_stack_on_aws() -> None:
    deploy("callout", {**OUTPUTS, "EmailFrom": "callout@example.com"})
    live = connect(Deployment(region=REGION))
    assert live.name == "stack callout in eu-central-1"
    assert live.outputs == Outputs(
        OUTPUTS["TableName"], OUTPUTS["MachineArn"], OUTPUTS["BaseUrl"], "callout@example.com"
    )
    assert live.client("dynamodb").list_tables()["TableNames"] == []


@pytest.mark.usefixtures("aws")
def test_the_region_may_come_from_where_sam_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    deploy("second", OUTPUTS)
    monkeypatch.setenv("AWS_REGION", REGION)
    assert connect(Deployment("second")).client("stepfunctions").meta.region_name == REGION


@pytest.mark.usefixtures("aws")
def test_no_such_stack() -> None:
    said = refusal(Deployment(stack="pager", region=REGION))
    assert said.startswith("there is no stack pager in eu-central-1; deploy it with `sam deploy`")


@pytest.mark.usefixtures("aws")
def test_a_stack_of_something_else() -> None:
    deploy("other", {"TableName": "t"})
    said = refusal(Deployment("other", REGION))
    assert said.startswith("stack other in eu-central-1 is not a finished Callout (no output MachineArn)")


@pytest.mark.parametrize(
    ("deployment", "said"),
    [
        (
            Deployment(),
            "no AWS region is chosen; add --region, for example --region eu-central-1, or reach `callout local`",
        ),
        (Deployment(region=REGION), "there are no AWS credentials; log in"),
        (Deployment(region=REGION, profile="work"), "this AWS profile does not exist"),
        (Deployment(region="not a region"), "this is not the name of an AWS region"),
    ],
)
def test_aws_without_a_way_in(deployment: Deployment, said: str) -> None:
    assert refusal(deployment).startswith(said)


class Local(BaseHTTPRequestHandler):
    answers: dict[str, bytes]

    def do_GET(self) -> None:
        body = self.answers.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def served() -> Iterator[str]:
    Local.answers = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Local) as server:
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_local_stack(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    Local.answers["/_local/stack"] = json.dumps(FACTS).encode()
    live = connect(Deployment(local_url=served))
    assert live.outputs == Outputs(OUTPUTS["TableName"], OUTPUTS["MachineArn"], OUTPUTS["BaseUrl"])
    assert live.client("dynamodb").meta.endpoint_url == "http://127.0.0.1:1"
    assert live.client("dynamodb").meta.region_name == REGION


def test_the_local_stack_never_sees_real_credentials(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    Local.answers["/_local/stack"] = json.dumps(FACTS).encode()
    live: Live = connect(Deployment(local_url=served))
    credentials = live.session.get_credentials()
    assert credentials is not None
    assert (credentials.access_key, credentials.secret_key) == ("local", "local")


@pytest.mark.parametrize(
    "answer", [None, b"<html>", b"[]", b"{}", b'{"region": "x", "endpoint": "y", "outputs": 1}', b"\xff"]
)
def test_something_else_answers(served: str, answer: bytes | None) -> None:
    if answer is not None:
        Local.answers["/_local/stack"] = answer
    assert refusal(Deployment(local_url=served)).startswith(f"what answers at {served} is not callout local")


def test_nothing_answers() -> None:
    said = refusal(Deployment(local_url="http://127.0.0.1:1"))
    assert said.startswith("callout local is not running at http://127.0.0.1:1; start `callout local`")


@pytest.mark.parametrize("url", ["127.0.0.1:8025", "file:///etc/passwd", "here", "http://", "http://x:port"])
def test_not_an_address(url: str) -> None:
    assert "is not an address" in refusal(Deployment(local_url=url))


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The local stack's own server and certificate; there is no need of a stack behind them."""
    context, ca = certificate.make("127.0.0.1", tmp_path)
    server = Server("127.0.0.1", 0, context)
    server.start(lambda environ, start: (start("200 OK", []), [json.dumps(FACTS).encode()])[1])
    yield f"127.0.0.1:{server.port}", ca
    server.close()


def test_http_to_a_stack_with_tls(secured: tuple[str, Path]) -> None:
    address, _ = secured
    assert refusal(Deployment(local_url=f"http://{address}")) == (
        f"callout local at http://{address} speaks https (--tls); "
        f"add --local-url https://{address}, and set SSL_CERT_FILE to the certificate that it names"
    )


def test_https_to_a_stack_with_tls(secured: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    address, ca = secured
    assert "the certificate of" in refusal(Deployment(local_url=f"https://{address}"))
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    assert connect(Deployment(local_url=f"https://{address}")).outputs.table == "callout-table"


def test_https_to_a_stack_without_tls(served: str) -> None:
    said = refusal(Deployment(local_url=served.replace("http", "https")))
    assert said.endswith("does not speak https; write http:// in --local-url")


def test_somebody_who_hangs_up_is_no_tls(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Local, "do_GET", lambda self: None)
    assert refusal(Deployment(local_url=served)).startswith(f"callout local at {served} does not answer")


@click.command()
@deployment_options
@click.argument("file")
def probe(deployment: Deployment, file: str) -> None:
    """Stands for any command that speaks to a deployment."""
    click.echo(f"{deployment} {file}")


@pytest.mark.parametrize(
    ("words", "deployment"),
    [
        (["x"], Deployment("callout")),
        (["--stack", "a", "--region", "b", "--profile", "c", "x"], Deployment("a", "b", "c")),
        (["--local", "x"], Deployment(local_url=LOCAL_URL)),
        (["--local-url", "http://127.0.0.1:9000/", "x"], Deployment(local_url="http://127.0.0.1:9000")),
    ],
)
def test_options(words: list[str], deployment: Deployment) -> None:
    assert CliRunner().invoke(probe, words).output == f"{deployment} x\n"


def test_local_and_aws_at_once() -> None:
    result = CliRunner().invoke(probe, ["--local", "--region", "eu-central-1", "x"])
    assert result.exit_code == 2
    assert "leave --stack, --region and --profile out" in result.output
