"""`callout demo`: one page's whole life on this machine, in a minute, with the real parts."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from shlex import quote
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import click

from infra.cli.called import called, short
from infra.cli.ground import CAPTURES, EXAMPLE, template

if TYPE_CHECKING:
    from callout.domain.oncall import OnCall
    from callout.domain.page import Entry, Page
    from infra.local.outbox import Message
    from infra.local.stack import Stack

WAIT_SECONDS = 8
"""What each tier waits here. The example's own waits are minutes, as they should be."""
PATIENCE_SECONDS = 30
DEPLOY = (
    "sam build && sam deploy --stack-name callout --resolve-s3 --capabilities CAPABILITY_IAM "
    "--parameter-overrides EmailFrom=you@example.com FallbackEmail=you@example.com"
)


@click.command()
def demo() -> None:
    """Show one page's life, from the alert to the ledger. Takes under a minute; nothing leaves this machine."""
    from infra.cli.described import described, install
    from infra.cli.screen import console as screen
    from infra.local.stack import Stack

    console = screen(markup=True)
    console.print("[bold]Callout[/] pages somebody, on this machine only: no AWS account, no SMS is sent.\n")
    oncall = _hurried(described(EXAMPLE))
    with console.status("starting template.yaml in an emulated AWS …"):
        stack = Stack(template(), port=0).__enter__()
    try:
        install(stack, oncall)
        Demo(console, stack, oncall).run()
    finally:
        with console.status("clearing away …"):
            stack.__exit__(None, None, None)
    what_next(console)


def _hurried(oncall: "OnCall") -> "OnCall":
    policies = {
        name: replace(policy, tiers=tuple(replace(tier, wait_seconds=WAIT_SECONDS) for tier in policy.tiers))
        for name, policy in oncall.policies.items()
    }
    return replace(oncall, policies=policies)


class Demo:
    def __init__(self, console: Any, stack: "Stack", oncall: "OnCall") -> None:
        from infra.cli.described import runtime_in

        self._console, self._stack, self._oncall = console, stack, oncall
        self._pages = runtime_in(stack).pages
        self._page_id = ""
        self._seen = 0
        self._began = time.monotonic()

    def run(self) -> None:
        self._say(
            "started", f"template.yaml at {self._stack.url}; {EXAMPLE.name} is live, its waits cut to {WAIT_SECONDS} s"
        )
        self._began = time.monotonic()
        self._alert_comes_in()
        self._first_tier()
        link = self._second_tier()
        self._answer(link)
        self._nobody_else()
        self._monitor_resolves()
        self._ledger()

    def _alert_comes_in(self) -> None:
        answer = self._post("1_firing_single")
        self._say("alert", f"a captured Alertmanager request, posted over HTTP: {answer}")
        self._page_id = self._the_page().id
        self._say("accepted", f"page {self._page_id}: {self._the_page().title}", "green")

    def _first_tier(self) -> None:
        for message in self._messages(1, "notifying tier 1"):
            self._show(message)

    def _second_tier(self) -> str:
        messages = self._messages(4, f"nobody answers tier 1; it waits {WAIT_SECONDS} s")
        self._say("no answer", "tier 1 had its time, tier 2 is notified")
        for message in messages:
            self._show(message)
        return next(_link(message.text) for message in messages if message.channel == "sms")

    def _answer(self, link: str) -> None:
        from infra.local.forms import forms

        with self._console.status("somebody wakes up and reads …"):
            time.sleep(2)
        with urlopen(link, timeout=10) as shown:
            form = forms(shown.read().decode())[0]
        self._say("link opened", f"{link}: opening it changes nothing, it is still {self._the_page().state}")
        body = urlencode({**form.fields, "action": "acknowledge"}).encode()
        with urlopen(Request(link, data=body, method="POST"), timeout=10):
            pass
        page = self._the_page()
        self._say("button tapped", f"{page.state} by {page.answers[0].name}", "green")

    def _nobody_else(self) -> None:
        until = time.monotonic() + WAIT_SECONDS + 1.5
        self._wait("the time of the next turn passes", lambda: time.monotonic() >= until)
        more = len(self._stack.outbox()) - self._seen
        self._say(
            "quiet",
            "nobody else was paged" if not more else f"{more} more messages went out",
            "green" if not more else "red",
        )

    def _monitor_resolves(self) -> None:
        answer = self._post("3_resolved_single")
        page = self._the_page()
        self._say("resolved", f"the monitor says it is over: {answer}")
        self._say("closed", f"page {page.id} is {page.state}, closed by {page.closed_by}", "green")

    def _ledger(self) -> None:
        page = self._the_page()
        show_ledger(self._console, page.id, self._pages.ledger(page))

    def _post(self, capture: str) -> str:
        from infra.cli.described import key_in

        body = json.loads((CAPTURES / "webhook" / f"{capture}.json").read_text())["body"]
        url = f"{self._stack.url}/webhooks/alertmanager/{key_in(EXAMPLE)}"
        began = time.monotonic()
        with urlopen(
            Request(url, data=body.encode(), headers={"content-type": "application/json"}), timeout=10
        ) as answer:
            return f"{answer.status} after {time.monotonic() - began:.2f} s"

    def _the_page(self) -> "Page":
        page = self._pages.get(self._page_id) if self._page_id else None
        if page is None:
            page = self._pages.recent(datetime.now(UTC), 1)[0]
        return page

    def _messages(self, count: int, waiting: str) -> list["Message"]:
        """The next so many messages, oldest first."""
        self._wait(waiting, lambda: len(self._stack.outbox()) >= self._seen + count)
        messages = self._stack.outbox()[::-1][self._seen :]
        self._seen += len(messages)
        return messages

    def _wait(self, doing: str, done: Callable[[], bool]) -> None:
        began = time.monotonic()
        with self._console.status(doing) as status:
            while not done():
                waited = time.monotonic() - began
                if waited > PATIENCE_SECONDS:
                    raise click.ClickException(
                        f"gave up after {PATIENCE_SECONDS} s: {doing}; try `callout local --verbose`"
                    )
                status.update(f"{doing} … {waited:.0f} s")
                time.sleep(0.1)

    def _show(self, message: "Message") -> None:
        name = next(r.name for r in self._oncall.responders.values() if message.to in {c.address for c in r.contacts})
        self._say(
            "SMS" if message.channel == "sms" else "email", f"to {name}: {message.subject or message.text}", "yellow"
        )

    def _say(self, what: str, text: str, style: str = "cyan") -> None:
        from rich.table import Table
        from rich.text import Text

        line = Table.grid(padding=(0, 2))
        line.add_column(width=7, justify="right", style="dim")
        line.add_column(width=13, style=style)
        line.add_column(overflow="fold")
        line.add_row(f"{time.monotonic() - self._began:.1f} s", what, Text(text))
        self._console.print(line)


def _link(text: str) -> str:
    return next(word for word in text.split() if "/a/" in word)


def show_ledger(console: Any, page_id: str, ledger: "Sequence[Entry]") -> None:
    from rich.text import Text

    from infra.cli.screen import framed

    table = framed(console, "time (UTC)", "what", "", "late by", title=f"The ledger of page {page_id}")
    for entry in ledger:
        late = "" if entry.late_seconds is None else f"{entry.late_seconds:.3f} s"
        table.add_row(f"{entry.at:%H:%M:%S.%f}"[:-3], Text(entry.what), Text(entry.text), late)
    console.print()
    console.print(table)


def what_next(console: Any) -> None:
    """Commands that can be pasted as they stand."""
    from rich.text import Text

    me = called()
    steps = {
        f"{me} local": "keep the stack up and watch the phones in your browser",
        f"{me} check {quote(short(EXAMPLE))}": "the on-call file that this used: copy it and make it yours",
        DEPLOY: "the same template in your own AWS account (with an address of yours that SES has verified)",
    }
    console.print("\n[bold]Try next[/]")
    for command, words in steps.items():
        console.print(Text(f"  {command}", style="cyan"), Text(f"      {words}"), sep="\n", soft_wrap=True)
