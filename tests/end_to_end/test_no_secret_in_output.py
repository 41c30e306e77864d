"""Recognisable values in every place where a secret can stand; then everything that can succeed or fail, and a search.

Nothing of it may stand in what a function prints, nor in an answer that tells of a failure.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import planted
import pytest
from end_to_end.person import form_of, look, send
from end_to_end.running import ROOT, Http, eventually
from end_to_end.saboteur import Saboteur

from callout.domain import feed_address
from callout.domain.identity import problem_id
from callout.domain.oncall import Contact, OnCall, Policy, Responder, Service, Tier
from callout.domain.schedule import Layer, Schedule
from callout.domain.token import SigningKey
from callout.store.keys import SigningKeys
from callout.store.oncall import OnCallVersions
from callout.store.pages import Pages
from infra.local.stack import Stack

pytestmark = pytest.mark.long

PHONE, OTHER = "+12025550142", "+12025550143"
MAIL = "pl4nted-mail@example.com"
KEY = "pl4ntedk3ypl4ntedk3ypl4ntedk3y00"
BEARER = "pl4nted-bearer-t0ken"
IN_PATH = "pl4nted-in-the-path"
IN_BODY = "sk_live_pl4nted_in_the_body"
HEARTBEAT = "https://127.0.0.1:9/pl4nted-heartbeat"
FALLBACK_MAIL, FALLBACK_PHONE = "pl4nted-fallback@example.com", "+12025550144"
CALENDAR = "https://calendar.example.com/pl4nted-calendar"
POLICY = Policy("p", (Tier(("ada",), ("sms", "email"), 3000), Tier(("bob",), ("sms",), 3000)))
PLACES = (PHONE, OTHER, MAIL, KEY, BEARER, IN_PATH, IN_BODY, HEARTBEAT, FALLBACK_MAIL, FALLBACK_PHONE, CALENDAR)
WORDS = {"pl4nted", *PLACES}


@dataclass
class Scene:
    stack: Stack
    http: Http
    saboteur: Saboteur
    answers: list[tuple[int, str]] = field(default_factory=list)
    """Every answer that was not one of success."""
    secrets: set[str] = field(default_factory=lambda: set(WORDS))

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        answer = self.http(method, path, body, **headers)
        if answer.status >= 300:
            self.answers.append((answer.status, f"{dict(answer.headers)} {answer.data.decode('utf-8', 'replace')}"))
        return answer

    def alert(self, key: str, **said: object) -> int:
        body = json.dumps({"key": key, "title": f"Disk full {IN_BODY}", "severity": "critical", **said}).encode()
        headers = {"content_type": "application/json", "authorization": f"Bearer {BEARER}"}
        return int(self.ask("POST", f"/webhooks/generic/{KEY}?x={IN_PATH}", body, **headers).status)

    def invoke(self, function: str, event: object) -> None:
        """What a function answers to whoever called it directly counts as an answer that tells of a failure."""
        answer = self.stack._pools[function].invoke(event)
        if answer.failed:
            self.answers.append((500, answer.payload))

    def printed(self) -> list[str]:
        found = planted.of_outbox(message.as_json() for message in self.stack.outbox())
        return planted.in_lines((line.as_json() for line in self.stack.logs()), found | self.secrets)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    given = {
        "SmsReceipts": "yes",
        "HeartbeatUrl": HEARTBEAT,
        "FallbackEmail": FALLBACK_MAIL,
        "FallbackPhone": FALLBACK_PHONE,
    }
    with Stack(ROOT / "template.yaml", port=0, parameters=given) as stack:
        describe(stack)
        scene = Scene(stack, Http(stack.url, None), Saboteur(stack))
        drive(scene)
        yield scene


def describe(stack: Stack) -> None:
    people = (
        Responder("ada", "Ada", (Contact("sms", "sms", PHONE), Contact("email", "email", MAIL))),
        Responder("bob", "Bob", (Contact("sms", "sms", OTHER),)),
    )
    oncall = OnCall(
        version=1,
        services={"s": Service("s", "Service", "p")},
        policies={"p": POLICY},
        responders={person.id: person for person in people},
        routing_keys={sha256(KEY.encode()).hexdigest(): "s"},
        schedules={"nights": Schedule("nights", "Nights", "UTC", (Layer("l", "UTC", calendar="c"),))},
        calendar_sources={"c": CALENDAR},
    )
    versions = OnCallVersions(stack.client("dynamodb"), stack.outputs["TableName"])
    assert versions.add(oncall)
    assert versions.switch(1, 0)


def drive(scene: Scene) -> None:
    """Once with everything well, then with each service failing in turn."""
    assert scene.alert("well") == 202
    link = eventually(lambda: [m for m in scene.stack.outbox() if m.channel == "sms"])[0].text
    link = next(word for word in link.split() if "/a/" in word)
    form = form_of(look(scene.http, link)).fields
    ring = SigningKeys(scene.stack.client("dynamodb"), scene.stack.outputs["TableName"], bytes).read()
    assert ring is not None
    scene.secrets |= secrets_of(ring.present)
    feed = feed_address.issue(ring.present, "nights")
    scene.secrets.add(feed)
    assert scene.ask("GET", f"/calendar/{feed}").status == 200
    refused(scene)
    with scene.saboteur.failing("sns", "InvalidParameter", "400 Bad Request"):
        scene.alert("sms refused")
        settled(scene, "sms refused")
    with scene.saboteur.failing("ses", "MessageRejected", "400 Bad Request"):
        scene.alert("mail refused")
        settled(scene, "mail refused")
    with scene.saboteur.failing("sns", "InternalError", "500 Internal Server Error"):
        scene.alert("sms is down")
        eventually(lambda: "unavailable" in str(page_of(scene, "sms is down").ledger))
    with scene.saboteur.failing("states", "StateMachineDoesNotExist", "400 Bad Request"):
        scene.alert("no machine")
    with scene.saboteur.failing("dynamodb", "ValidationException", "400 Bad Request", "PutItem"):
        not_saved(scene, link, form)
    for code, status in (("ValidationException", "400 Bad Request"), ("InternalServerError", "500 Error")):
        with scene.saboteur.failing("dynamodb", code, status):
            # A key that it does not know makes the function read them afresh.
            strange = feed_address.issue(SigningKey(ring.present.id + 1, ring.present.secret), "nights")
            table_fails(scene, link, form, strange)


def refused(scene: Scene) -> None:
    """What senders and strangers do wrong."""
    scene.ask("POST", f"/webhooks/generic/{KEY}", b"not json " + IN_BODY.encode(), content_type="text/plain")
    scene.ask("POST", f"/webhooks/alertmanager/{KEY}", b"\xff\xfe" + IN_BODY.encode())
    scene.ask("POST", f"/webhooks/{IN_PATH}/{KEY}", b"{}")
    scene.ask("POST", f"/webhooks/generic/{IN_PATH}", b"{}", authorization=f"Bearer {BEARER}")
    scene.ask("POST", "/webhooks/generic", b"{}", authorization=f"Bearer {BEARER}", x_routing_key=IN_PATH)
    scene.ask("POST", "/v2/enqueue", json.dumps({"routing_key": KEY, "event_action": IN_BODY}).encode())
    scene.ask("POST", "/v2/enqueue", json.dumps({"routing_key": IN_PATH, "event_action": "trigger"}).encode())
    scene.ask("POST", "/v2/enqueue", f"{{{KEY}".encode())
    scene.ask("GET", f"/a/{IN_PATH}")
    scene.ask("GET", f"/calendar/{IN_PATH}")
    scene.ask("GET", f"/{IN_PATH}")
    scene.invoke("Step", {"page": "no-page", "generation": 1})
    scene.invoke("Receipts", {"Records": [{"Sns": {"Message": json.dumps({"mail": MAIL, "eventType": PHONE})}}]})
    scene.invoke("Receipts", {"awslogs": {"data": IN_BODY}})
    scene.invoke("Watch", {})


def not_saved(scene: Scene, link: str, form: dict[str, str]) -> None:
    """The table can be read, and refuses whatever is written with the whole of it in its message."""
    scene.alert("not saved")
    shown = send(scene.http, link, {**form, "action": "acknowledge"}).data.decode()
    scene.answers.append((503, shown.replace(IN_BODY, "")))  # a responder may read what the page is about
    page = page_of(scene, "no machine")
    scene.invoke("Step", {"page": page.id, "generation": page.generation})
    assert scene.answers[-1][0] == 500


def table_fails(scene: Scene, link: str, form: dict[str, str], feed: str) -> None:
    scene.alert("nothing is kept")
    scene.ask("POST", "/v2/enqueue", json.dumps({"routing_key": KEY, "event_action": "trigger"}).encode())
    scene.ask("GET", link)
    scene.answers.append((503, send(scene.http, link, {**form, "action": "acknowledge"}).data.decode()))
    scene.ask("GET", f"/calendar/{feed}")
    page = problem_id("s", "well")
    scene.invoke("Step", {"page": f"{page}-1", "generation": 1})
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": MAIL}]}
    mail = {"messageId": "m", "tags": {"page": [f"{page}-1"], "notice": ["1"]}, "destination": [MAIL]}
    event = {"eventType": "Bounce", "bounce": bounce, "mail": mail}
    scene.invoke("Receipts", {"Records": [{"Sns": {"Message": json.dumps(event)}}]})
    scene.invoke("Watch", {})
    scene.invoke("Probe", {})


def page_of(scene: Scene, key: str) -> Any:
    pages = Pages(scene.stack.client("dynamodb"), scene.stack.outputs["TableName"])
    return eventually(lambda: pages.newest(problem_id("s", key)))


def settled(scene: Scene, key: str) -> None:
    eventually(lambda: "refused" in str([entry.what for entry in page_of(scene, key).ledger]))


def secrets_of(key: SigningKey) -> set[str]:
    return {b64encode(key.secret).decode(), urlsafe_b64encode(key.secret).decode(), key.secret.hex()}


def test_nothing_planted_stands_in_what_the_functions_print(scene: Scene) -> None:
    functions = {line.function for line in scene.stack.logs()}
    assert {"Intake", "Step", "Acknowledge", "Feed", "Watch", "Receipts"} <= functions
    assert any("Callout" in line.text and "_aws" in line.text for line in scene.stack.logs())
    assert scene.printed() == []


def test_nothing_planted_stands_in_an_answer_that_tells_of_a_failure(scene: Scene) -> None:
    statuses = {status for status, _ in scene.answers}
    assert {400, 404, 500, 503} <= statuses
    for status, text in scene.answers:
        assert planted.leaks(text, scene.secrets) == [], (status, text[:80])


def test_what_aws_said_did_repeat_it(scene: Scene) -> None:
    """Else the two above would prove nothing."""
    assert scene.saboteur.repeated > 20


def test_no_output_of_the_template_tells_one(scene: Scene) -> None:
    assert planted.leaks(json.dumps({k: v for k, v in scene.stack.outputs.items() if k != "EmailFrom"}), WORDS) == []


def test_an_unparsed_page_keeps_the_headers_secrets_to_itself(scene: Scene) -> None:
    unparsed = [message for message in scene.stack.outbox() if "not json" in message.text]
    told = [m.text + (m.html or "") for m in unparsed] or ["-"]
    assert not [text for text in told if KEY in text or BEARER in text]
    found = scene.stack.client("dynamodb").scan(TableName=scene.stack.outputs["TableName"])["Items"]
    docs = [item["doc"]["S"] for item in found if item["pk"]["S"].startswith("PAGE#")]
    assert docs
    assert not [doc for doc in docs if KEY in doc or BEARER in doc]
