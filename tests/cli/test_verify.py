"""`callout verify` and `callout responders`: codes that really went out, typed back by hand."""

import io
import json
import os
import pty
import re
import select
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from subprocess import Popen
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends
from people import ADA, TWO_TIERS, oncall_of

from callout.domain import clock
from callout.domain.local_time import date_and_clock
from callout.domain.oncall import Away, Contact, Responder, Rule
from callout.domain.priority import Urgency
from callout.domain.verified import Verified
from infra.cli.contacts import unverified, warning
from infra.cli.responder_words import show, write_json
from tests.cli.conftest import Deployed
from tests.cli.test_against_local import DEADLINE_SECONDS, EXAMPLE, run
from tests.cli.test_against_local import url as url

REGION = "eu-central-1"
NOW = datetime(2026, 11, 22, 2, 20, 30, tzinfo=UTC)
ALONE = replace(ADA, contacts=(*ADA.contacts, Contact("sms-2", "sms", "+12025550109")))
MORE = oncall_of(TWO_TIERS, ALONE)
CODE = re.compile(r"code (\d{6}), for ")


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found is not None, text
    return found[1]


def texted(number: str) -> str:
    messages = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
    return [code_in(text) for to, text, *_ in messages if to == number][-1]


def mailed(address: str) -> str:
    messages: list[Any] = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    return [code_in(mail.subject) for mail in messages if address in mail.destinations["ToAddresses"]][-1]


def ada_texted() -> str:
    return texted("+12025550101")


def ada_mailed() -> str:
    return mailed("ada@example.com")


def wrong() -> str:
    return "no code"


def skip() -> str:
    return ""


class Hands(io.BufferedIOBase):
    """Types one line each time the command asks, looking into the phone only then."""

    def __init__(self, *lines: Callable[[], str]) -> None:
        self._lines = iter(lines)

    def readable(self) -> bool:
        return True

    def read(self, _: int | None = -1) -> bytes:
        return b""

    def read1(self, _: int = -1) -> bytes:
        line = next(self._lines, None)
        return b"" if line is None else f"{line()}\n".encode()


@pytest.fixture
def ready(deployed: Deployed, asked: None) -> Deployed:
    deployed.describe()
    deployed.verify_sender()
    return deployed


def verified(deployed: Deployed) -> set[str]:
    """The ids of Ada's contacts that are verified."""
    person = deployed.oncall.responders["ada"]
    left = {contact.id for contact in unverified(deployed.runtime, [person]).get("ada", [])}
    return {contact.id for contact in person.contacts} - left


def verify(deployed: Deployed, *words: str, typed: Hands | None = None) -> Any:
    return deployed.run("verify", "ada", *words, typed=typed)  # type: ignore[arg-type]


def test_each_contact_by_its_own_code(ready: Deployed) -> None:
    result = verify(ready, typed=Hands(ada_texted, ada_mailed))
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "Verifying ada from stack callout in eu-central-1:"
    assert lines[1].startswith("  sms to …01: taken, message id ")
    assert lines[2].startswith("  email to a…@example.com: taken, message id ")
    assert "The code that came by sms to …01 (Enter skips): " in result.output
    assert "  sms to …01: verified\n" in result.output
    assert "  email to a…@example.com: verified\n" in result.output
    assert verified(ready) == {"sms", "email"}


def test_what_the_phone_shows(ready: Deployed) -> None:
    verify(ready, typed=Hands(skip, skip))
    [(_, text, *_)] = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
    assert re.fullmatch(
        r"Test message from Callout: code \d{6}, for olga, who is checking that messages reach you "
        r"\(nothing to answer\)",
        text,
    )
    assert len(text) <= 160
    [mail] = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert re.match(r"Test: Callout: code \d{6}, for olga", mail.subject)


def test_who_did_it_and_when_is_kept(ready: Deployed) -> None:
    """On AWS it is whom AWS takes the operator for."""
    verify(ready, "--contact", "sms", typed=Hands(ada_texted))
    me = boto3.client("sts").get_caller_identity()["Arn"]
    [found] = ready.runtime.contacts.verified([("sms", "+12025550101")]).values()
    assert found.by == me
    assert abs(found.at - ready.now) < timedelta(minutes=5)


def test_a_code_may_be_typed_in_two_halves(ready: Deployed) -> None:
    verify(ready, "--contact", "sms", typed=Hands(lambda: f" {ada_texted()[:3]} {ada_texted()[3:]} "))
    assert verified(ready) == {"sms"}


def test_the_third_try_still_counts(ready: Deployed) -> None:
    result = verify(ready, "--contact", "sms", typed=Hands(wrong, wrong, ada_texted))
    assert result.exit_code == 0
    assert "That is not the code that was sent there; 2 more tries.\n" in result.output
    assert "That is not the code that was sent there; one more try.\n" in result.output
    assert verified(ready) == {"sms"}


def test_there_is_no_fourth(ready: Deployed) -> None:
    result = verify(ready, "--contact", "sms", typed=Hands(wrong, wrong, wrong, ada_texted))
    assert result.exit_code == 1
    assert "no more tries" in result.output
    assert "Not verified: sms. Run this again for a new code; pages go there all the same." in result.output
    assert verified(ready) == set()


def test_the_code_of_one_contact_does_not_verify_another(ready: Deployed) -> None:
    verify(ready, typed=Hands(ada_mailed, skip, ada_texted, skip))
    assert verified(ready) == set()


@pytest.mark.parametrize("typed", ["000000", "\u0661\u0662\u0663\u0664\u0665\u0666", "12345", "1234567", "\udcff"])
def test_whatever_else_is_typed_is_a_wrong_code(ready: Deployed, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr("infra.cli.verify.secrets.randbelow", lambda _: 123456)
    answers = iter([typed, ""])
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    result = verify(ready, "--contact", "sms")
    assert result.exit_code == 1
    assert "That is not the code that was sent there; 2 more tries." in result.output
    assert verified(ready) == set()


def test_a_code_may_begin_with_noughts(ready: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.cli.verify.secrets.randbelow", lambda _: 7)
    verify(ready, "--contact", "sms", typed=Hands(lambda: "7", lambda: "000007"))
    assert ada_texted() == "000007"
    assert verified(ready) == {"sms"}


def test_enter_skips_one(ready: Deployed) -> None:
    result = verify(ready, typed=Hands(skip, ada_mailed))
    assert result.exit_code == 1
    assert "No text after a minute?" in result.output
    assert "No mail after a minute?" not in result.output
    assert "Not verified: sms. Run this again" in result.output
    assert verified(ready) == {"email"}


def test_what_was_typed_stays_where_the_rest_is_broken_off(ready: Deployed) -> None:
    result = verify(ready, typed=Hands(ada_texted))
    assert result.exit_code == 1
    assert "Aborted!" in result.output
    assert verified(ready) == {"sms"}


def test_what_is_verified_is_not_asked_again(ready: Deployed) -> None:
    verify(ready, typed=Hands(ada_texted, skip))
    result = verify(ready, typed=Hands(ada_mailed))
    assert result.exit_code == 0
    assert "sms" not in result.output
    assert verified(ready) == {"sms", "email"}
    again = verify(ready)
    assert (again.exit_code, again.output) == (
        0,
        "Every contact of ada is verified already; --contact sends a code all the same.\n",
    )


def test_one_that_is_verified_may_be_verified_again(ready: Deployed) -> None:
    verify(ready, typed=Hands(ada_texted, ada_mailed))
    assert "sms to …01: verified" in verify(ready, "--contact", "sms", typed=Hands(ada_texted)).output


def test_a_new_address_in_the_file_is_not_verified(ready: Deployed) -> None:
    verify(ready, typed=Hands(ada_texted, ada_mailed))
    moved = replace(ADA, contacts=(Contact("sms", "sms", "+12025550108"), ADA.contacts[1]))
    ready.describe(oncall_of(TWO_TIERS, moved))
    assert verified(ready) == {"email"}
    assert "sms to …08: verified" in verify(ready, typed=Hands(lambda: texted("+12025550108"))).output


def test_a_second_phone_by_its_id(ready: Deployed) -> None:
    ready.describe(MORE)
    result = verify(ready, "--contact", "sms-2", typed=Hands(lambda: texted("+12025550109")))
    assert "sms-2 to …09: verified" in result.output
    assert verified(ready) == {"sms-2"}


def test_a_provider_that_refuses_is_not_asked_for(deployed: Deployed, asked: None) -> None:
    """moto refuses mail of a sender that is not verified, as SES does."""
    deployed.describe()
    result = verify(deployed, typed=Hands(ada_texted))
    assert result.exit_code == 1
    assert "email to a…@example.com: refused (MessageRejected)" in result.output
    assert "came by email" not in result.output
    assert "Not verified: email." in result.output
    assert verified(deployed) == {"sms"}


def test_without_anybody_who_could_type(deployed: Deployed) -> None:
    deployed.describe()
    result = verify(deployed)
    assert (result.exit_code, result.output) == (
        1,
        "Error: nothing was sent: there is nobody here to type the code; run it in a terminal\n",
    )
    assert not sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages


def test_contacts_and_people_that_are_not_there(ready: Deployed) -> None:
    ready.describe(oncall_of(TWO_TIERS, ALONE, Responder("boss", "Boss")))
    assert (
        "ada has no contact of that id; --contact takes sms, email and sms-2"
        in verify(ready, "--contact", "sms-3").output
    )
    assert "Error: boss has no contact method\n" in ready.run("verify", "boss").output
    assert 'did you mean "boss"?' in ready.run("verify", "bos").output


def test_no_code_and_no_address_is_kept_or_shown(ready: Deployed) -> None:
    result = verify(ready, typed=Hands(wrong, ada_texted, ada_mailed))
    items = json.dumps(
        boto3.client("dynamodb").query(
            TableName="callout",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "VERIFIED"}},
        )["Items"]
    )
    for secret in (ada_texted(), ada_mailed(), "2025550101", "ada@example.com"):
        assert secret not in items
    said = [line for line in result.output.splitlines() if "Enter skips" not in line]  # it echoes what is typed there
    for secret in (ada_texted(), ada_mailed(), "2025550101", "ada@example.com"):
        assert secret not in "\n".join(said)


class TestWarning:
    def test_of_several(self, deployed: Deployed) -> None:
        deployed.describe()
        people = deployed.oncall.responders.values()
        assert warning(deployed.runtime, people) == (
            "5 contacts of 3 responders were never verified: `callout verify ada` sends codes to type back, "
            "`callout responders --live` lists them."
        )

    def test_of_one(self, deployed: Deployed) -> None:
        for contact in ALONE.contacts:
            assert contact.id in warning(deployed.runtime, [ALONE])
        for contact in ALONE.contacts[1:]:
            deployed.runtime.contacts.mark(contact.channel, contact.address, Verified(NOW, "olga"))
        assert warning(deployed.runtime, [ALONE]) == (
            "sms of ada was never verified: `callout verify ada` sends codes to type back."
        )

    def test_of_nobody(self, deployed: Deployed) -> None:
        for contact in ADA.contacts:
            deployed.runtime.contacts.mark(contact.channel, contact.address, Verified(NOW, "olga"))
        assert warning(deployed.runtime, [ADA]) == ""
        assert warning(deployed.runtime, []) == ""

    def test_a_table_that_does_not_answer_says_nothing(self, deployed: Deployed) -> None:
        boto3.client("dynamodb").delete_table(TableName="callout")
        assert warning(deployed.runtime, [ADA]) == ""


FAR = Responder(
    "ruby",
    "Ruby \x1b[31m Payne",
    (Contact("sms", "sms", "+12025550105"), Contact("email", "email", "ruby@example.com")),
    timezone="Australia/Lord_Howe",
    rules={Urgency.HIGH: (Rule("sms"), Rule("email", 150)), Urgency.LOW: (Rule("email"),)},
    alternates=("ada", "grace"),
    away=(Away(NOW - timedelta(hours=1), NOW + timedelta(hours=1)), Away(NOW - timedelta(hours=2), NOW)),
)
KNOWN = {("sms", "+12025550105"): Verified(datetime(2026, 3, 4, 23, 59, tzinfo=UTC), "olga")}


class TestTable:
    def test_everything_in_one_line_for_grep(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("COLUMNS", raising=False)
        show([FAR, ADA], KNOWN, NOW)
        heading, ruby, ada = capsys.readouterr().out.splitlines()
        assert heading.split() == ["id", "name", "clock", "contacts", "own", "rules", "alternates", "away"]
        assert re.split(r"\s{2,}", ruby.strip()) == [
            "ruby",
            "Ruby [31m Payne",
            "Sun 13:20 Australia/Lord_Howe",
            "sms …05 verified 2026-03-04, email r…@example.com never verified",
            "high: sms, email after 2m30s, low: email",
            "ada, grace",
            "until Sun 22 Nov 14:20 +11",
        ]
        assert "sms …01 never verified, email a…@example.com never verified" in ada

    def test_in_a_narrow_terminal(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "80"}.items():
            monkeypatch.setenv(name, value)
        show([FAR], KNOWN, NOW)
        out = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
        assert [line.rstrip() for line in out.splitlines()] == [
            "ruby  Ruby [31m Payne  Sun 13:20 Australia/Lord_Howe",
            "  sms …05 verified 2026-03-04",
            "  email r…@example.com never verified",
            "  high: sms, email after 2m30s",
            "  low: email",
            "  stand-in: ada, grace",
            "  away until Sun 22 Nov 14:20 +11",
            "",
        ]
        assert {len(line) for line in out.splitlines()} <= set(range(81))

    def test_in_a_wide_terminal(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "130"}.items():
            monkeypatch.setenv(name, value)
        show([FAR], KNOWN, NOW)
        out = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
        rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in out.splitlines() if line[0] == "│"]
        assert rows[:2] == [
            ["ruby", "sms …05 verified 2026-03-04", "high: sms, email after 2m30s"],
            ["Ruby [31m Payne", "email r…@example.com never verified", "low: email"],
        ]

    def test_a_coming_absence_is_shown(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "200")
        start, end = NOW + timedelta(days=2), NOW + timedelta(days=3)
        later = Away(NOW + timedelta(days=9), NOW + timedelta(days=10))
        person = replace(ADA, away=(later, Away(start, end)), timezone="UTC")
        show([person], None, NOW)
        assert f"from {date_and_clock(start, 'UTC')} until {date_and_clock(end, 'UTC')}" in capsys.readouterr().out
        write_json([person], None, NOW)
        [told] = json.loads(capsys.readouterr().out)
        assert (told["away_until"], told["next_away"]) == (
            None,
            {"from": clock.text(start), "until": clock.text(end)},
        )

    def test_of_files_nobody_can_tell(self, capsys: pytest.CaptureFixture[str]) -> None:
        show([FAR], None, NOW)
        assert "verified" not in capsys.readouterr().out

    def test_nobody(self, capsys: pytest.CaptureFixture[str]) -> None:
        show([], {}, NOW)
        assert capsys.readouterr().out.startswith("Nobody is described here")

    def test_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        write_json([FAR], KNOWN, NOW)
        assert json.loads(capsys.readouterr().out) == [
            {
                "id": "ruby",
                "name": "Ruby \x1b[31m Payne",
                "timezone": "Australia/Lord_Howe",
                "local_time": "2026-11-22T13:20:30+11:00",
                "contacts": [
                    {
                        "id": "sms",
                        "channel": "sms",
                        "address": "…05",
                        "verified": True,
                        "verified_at": "2026-03-04T23:59:00Z",
                        "verified_by": "olga",
                    },
                    {
                        "id": "email",
                        "channel": "email",
                        "address": "r…@example.com",
                        "verified": False,
                        "verified_at": None,
                        "verified_by": None,
                    },
                ],
                "rules": {
                    "high": [{"channel": "sms", "after_seconds": 0}, {"channel": "email", "after_seconds": 150}],
                    "low": [{"channel": "email", "after_seconds": 0}],
                },
                "alternates": ["ada", "grace"],
                "away_until": "2026-11-22T03:20:30Z",
                "next_away": None,
            }
        ]

    def test_json_of_files(self, capsys: pytest.CaptureFixture[str]) -> None:
        write_json([FAR], None, NOW)
        [person] = json.loads(capsys.readouterr().out)
        assert [contact["verified"] for contact in person["contacts"]] == [None, None]

    def test_of_what_is_live(self, ready: Deployed) -> None:
        verify(ready, typed=Hands(ada_texted, skip))
        lines = ready.run("responders", "--live").output.splitlines()
        assert [line.split()[0] for line in lines] == ["id", "ada", "grace", "boss"]
        assert re.search(r"sms …01 verified \d{4}-\d\d-\d\d, email a…@example.com never verified", lines[1])
        [ada, *_] = json.loads(ready.run("responders", "--live", "--json").output)
        assert [contact["verified"] for contact in ada["contacts"]] == [True, False]

    def test_of_a_file(self, deployed: Deployed) -> None:
        result = deployed.run("responders", EXAMPLE)
        assert result.exit_code == 0
        assert "linus" in result.output
        assert "verified" not in result.output


class Terminal:
    """The command in a process and a terminal of its own, and a person who reads what it writes."""

    def __init__(self, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        command = [sys.executable, "-c", "from infra.cli.main import main; main()", *words]
        environment = {**os.environ, "LOGNAME": "olga", "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        self._seen = b""

    def until(self, text: str) -> None:
        """Reads on until it is there; what comes after it is left for the next time."""
        while text.encode() not in self._seen:
            assert select.select([self._ours], [], [], DEADLINE_SECONDS)[0], self._seen
            self._seen += os.read(self._ours, 4096)
        self._seen = self._seen.partition(text.encode())[2]

    def type(self, line: str) -> None:
        os.write(self._ours, f"{line}\n".encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def terminal(url: str) -> Iterator[Terminal]:
    run(url, "apply", EXAMPLE, "--yes")
    opened = Terminal("verify", "ada", "--local-url", url)
    yield opened
    opened.close()


@pytest.mark.long
def test_in_a_real_terminal_against_the_local_stack(terminal: Terminal, url: str) -> None:
    terminal.until("The code that came by sms to …01 (Enter skips): ")
    with urlopen(f"{url}/_local/outbox") as answer:
        codes = {
            message["channel"]: code_in(message.get("subject") or message["text"]) for message in json.load(answer)
        }
    terminal.type(codes["email"])
    terminal.until("That is not the code that was sent there; 2 more tries.")
    terminal.until("(Enter skips): ")
    terminal.type(codes["sms"])
    terminal.until("The code that came by email to a…@example.com (Enter skips): ")
    terminal.type(codes["email"])
    terminal.until("verified")
    assert terminal.process.wait(DEADLINE_SECONDS) == 0
    [ada, grace, *_] = json.loads(run(url, "responders", "--json"))
    assert [(contact["verified"], contact["verified_by"]) for contact in ada["contacts"]] == [(True, "olga")] * 2
    assert not any(contact["verified"] for contact in grace["contacts"])
    assert "never verified" not in run(url, "test", "ada")
    assert "sms and email of grace were never verified: `callout verify grace`" in run(url, "test", "grace")
