import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local.driving import eventually

from infra.local.function import Function, environment, key_id
from infra.local.logs import Logs
from infra.local.pool import WORKERS_MAX, Pool
from infra.local.sandbox import Answer

CODE = '''
import os, sys, time

def echo(event, context):
    print("printed", event, flush=True)
    sys.stderr.write("and without an end of line")
    return event

def process(event, context):
    return os.getpid()

def raises(event, context):
    raise KeyError("what")

def sleeps(event, context):
    time.sleep(60)

def exits(event, context):
    os._exit(3)

def unserializable(event, context):
    return object()

def large(event, context):
    return "x" * (7 * 1024 * 1024)

def gather(event, context):
    """Waits until as many files as asked for lie there: true only if as many run at once."""
    open(event["mine"], "w").close()
    while len(os.listdir(event["folder"])) < event["count"]:
        time.sleep(0.01)

not_callable = 1
'''

SECOND_ONE_NEVER_LOADS = """
import os, time

here = os.path.dirname(__file__)

def wait_for(name):
    while not os.path.exists(os.path.join(here, name)):
        time.sleep(0.01)

if os.path.exists(os.path.join(here, "first")):
    wait_for("what never comes")
open(os.path.join(here, "first"), "w").close()

def handler(event, context):
    wait_for(event["until"])
    return os.getpid()
"""


class Pools:
    def __init__(self, folder: Path) -> None:
        self.logs = Logs()
        self._folder = folder
        self._made: list[Pool] = []
        (folder / "handlers.py").write_text(CODE, encoding="utf-8")
        (folder / "broken.py").write_text("import a_module_that_is_nowhere", encoding="utf-8")
        (folder / "wrong.py").write_text("1 / 0", encoding="utf-8")

    def __call__(self, handler: str, timeout_seconds: int = 20, concurrency: int | None = None) -> Pool:
        function = Function("F", "f", "arn:f", handler, self._folder, timeout_seconds, 128, {"A": "b"}, concurrency)
        pool = Pool(function, environment(function, "eu-central-1", "http://127.0.0.1:1"), self.logs)
        self._made.append(pool)
        return pool

    def lines(self) -> list[str]:
        return [line.text for line in self.logs.lines()]

    def close(self) -> None:
        for pool in self._made:
            pool.close()


@pytest.fixture
def pools(tmp_path: Path) -> Iterator[Pools]:
    made = Pools(tmp_path)
    yield made
    made.close()


def failure(pool: Pool) -> dict[str, Any]:
    answer = pool.invoke({})
    assert answer.failed
    document = json.loads(answer.payload)
    assert isinstance(document, dict)
    return document


def test_an_event_goes_in_and_a_result_comes_out_and_what_is_printed_is_no_part_of_it(pools: Pools) -> None:
    answer = pools("handlers.echo").invoke({"é": "\x00\n", "deep": [1, None]})
    assert json.loads(answer.payload) == {"é": "\x00\n", "deep": [1, None]}
    assert not answer.failed
    assert pools.lines() == ["printed {'é': '\\x00\\n', 'deep': [1, None]}", "and without an end of line"]


def test_a_worker_is_used_again(pools: Pools) -> None:
    pool = pools("handlers.process")
    assert pool.invoke({}) == pool.invoke({})


def test_a_handler_that_raises_gives_lambdas_error_document(pools: Pools) -> None:
    document = failure(pools("handlers.raises"))
    trace = document.pop("stackTrace")
    assert document.pop("requestId")
    assert document == {"errorMessage": "'what'", "errorType": "KeyError"}
    assert len(trace) == 1
    assert 'in raises\n    raise KeyError("what")' in trace[0]
    assert "Traceback (most recent call last):" in pools.lines()


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [
        ("broken.handler", "Runtime.ImportModuleError", "Unable to import module 'broken': No module named"),
        ("handlers.nothing", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'handlers'"),
        ("handlers.not_callable", "Runtime.HandlerNotFound", "Handler 'not_callable' missing on module 'handlers'"),
        ("wrong.handler", "ZeroDivisionError", "division by zero"),
        ("handlers.unserializable", "Runtime.MarshalError", "Object of type object is not JSON serializable"),
        ("handlers.exits", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        ("handlers.large", "Function.ResponseSizeTooLarge", "Response payload size exceeded"),
    ],
)
def test_every_other_failure_has_lambdas_name_too(pools: Pools, handler: str, kind: str, message: str) -> None:
    pool = pools(handler)
    for _ in range(2):  # a worker that is gone is replaced, and the next event fares no better
        document = failure(pool)
        assert document["errorType"] == kind
        assert message in document["errorMessage"]


def test_a_handler_past_its_timeout_is_ended_and_replaced(pools: Pools) -> None:
    pool = pools("handlers.sleeps", timeout_seconds=1)
    for _ in range(2):
        document = failure(pool)
        message = document.pop("errorMessage")
        assert message.endswith("Error: Task timed out after 1.00 seconds")
        assert document == {"errorType": "Sandbox.Timedout"}


def test_as_many_events_as_there_may_be_workers_run_at_once(pools: Pools, tmp_path: Path) -> None:
    folder = tmp_path / "gathered"
    folder.mkdir()
    pool = pools("handlers.gather")
    answers = []
    threads = [
        threading.Thread(
            target=lambda n=n: answers.append(
                pool.invoke({"folder": str(folder), "mine": str(folder / str(n)), "count": WORKERS_MAX})
            )
        )
        for n in range(WORKERS_MAX)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.failed for answer in answers] == [False] * WORKERS_MAX


def test_an_event_that_made_the_pool_grow_takes_the_first_worker_that_is_free(pools: Pools, tmp_path: Path) -> None:
    (tmp_path / "slow_to_load.py").write_text(SECOND_ONE_NEVER_LOADS, encoding="utf-8")
    pool = pools("slow_to_load.handler")
    first = pool.invoke({"until": "first"})
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(pool.invoke({"until": "both"}))) for _ in range(2)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(pool._workers) == 2)
    (tmp_path / "both").touch()
    for thread in threads:
        thread.join()
    assert answers == [first, first]


def test_events_queue_where_the_template_reserves_one(pools: Pools) -> None:
    pool = pools("handlers.process", concurrency=1)
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(pool.invoke({}).payload)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


def test_closing_ends_a_handler_in_the_middle(pools: Pools) -> None:
    pool = pools("handlers.sleeps", timeout_seconds=300)
    pool.start_one()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(pool.invoke({})))
    thread.start()
    pool.close()
    thread.join(timeout=30)
    assert [answer.failed for answer in answers] == [True]
    assert pool.invoke({}).failed


def test_nothing_of_the_developers_environment_reaches_a_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    function = Function("F", "f", "arn:f", "handlers.echo", Path("/code"), 3, 256, {"TABLE": "t"}, None)
    given = environment(function, "eu-central-1", "http://127.0.0.1:1")
    assert "AWS_PROFILE" not in given
    assert given["AWS_ACCESS_KEY_ID"] == key_id("F") != key_id("G")
    assert (given["TABLE"], given["AWS_ENDPOINT_URL"]) == ("t", "http://127.0.0.1:1")
