"""`callout pages`: what is open, what was, and the same answers that a link gives."""

from typing import TYPE_CHECKING

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.verbs import verb_follows

if TYPE_CHECKING:
    from callout.domain.events import Answered, Verb
    from callout.domain.page import Page
    from callout.runtime import Runtime

LIMIT = 20
ID_CHARS_MIN = 4
"""Fewer are a slip, or a shell variable that is not set: they must not close whatever page there happens to be."""


def _long_enough(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    if len(text.strip()) < ID_CHARS_MIN:
        said = "no id (an unset shell variable?)" if not text.strip() else "too little of an id"
        raise click.BadParameter(f"{said}; write {ID_CHARS_MIN} characters or more of it, see `callout pages`")
    return text.strip()


page_argument = click.argument("page", metavar="ID", callback=_long_enough)
as_option = click.option(
    "--as", "responder", metavar="RESPONDER", help="Record this responder's answer.  [default: yours, by login name]"
)


@click.group(invoke_without_command=True)
@deployment_options
@click.option("--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="How many, the newest.")
@click.option("--all", "everything", is_flag=True, help="All of this month and the one before.")
@click.option("--synthetic", is_flag=True, help="The pages that Callout sends to itself, instead of the others.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, times in UTC.")
@click.pass_context
def pages(
    context: click.Context, deployment: Deployment, limit: int, everything: bool, synthetic: bool, as_json: bool
) -> None:
    """Show recent pages, open and closed, or answer one.

    The newest of this month and the one before, and besides them whatever else is still open.
    """
    if verb_follows(context):
        return
    from infra.cli import page_json, page_words
    from infra.cli.operating import operate
    from infra.cli.page_search import ALL_MAX, recent

    live, runtime = operate(deployment)
    most = ALL_MAX if everything else limit
    found = recent(runtime, most, synthetic)
    if as_json:
        page_json.write([page_json.of(page) for page in found])
        return
    page_words.show_list(found, runtime.now(), live.name, synthetic)
    if len(found) >= limit and not everything:
        click.echo("There may be more: --all shows those of this month and the one before.", err=True)


@pages.command()
@page_argument
@deployment_options
@click.option("--utc", is_flag=True, help="Times in UTC.  [default: this machine's zone]")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, times in UTC.")
def show(deployment: Deployment, page: str, utc: bool, as_json: bool) -> None:
    """Show one page with its whole ledger.

    ID is a page's id, or as much of its beginning as tells it from the other recent ones.
    """
    from infra.cli import page_json, page_words

    runtime, found = _found(deployment, page)
    ledger = runtime.pages.ledger(found)
    if as_json:
        page_json.write(page_json.with_ledger(found, ledger))
    else:
        page_words.show_page(found, ledger, runtime.now(), utc)


@pages.command()
@page_argument
@deployment_options
@as_option
def ack(deployment: Deployment, page: str, responder: str | None) -> None:
    """Acknowledge a page: nobody else is notified while you are at it.

    ID is a page's id, or as much of its beginning as tells it from the other recent ones.
    """
    from callout.domain.events import Verb

    _answer(deployment, page, Verb.ACKNOWLEDGE, responder)


@pages.command()
@page_argument
@deployment_options
@as_option
def resolve(deployment: Deployment, page: str, responder: str | None) -> None:
    """Resolve a page: it is over, and nobody is notified any more.

    ID is a page's id, or as much of its beginning as tells it from the other recent ones.
    """
    from callout.domain.events import Verb

    _answer(deployment, page, Verb.RESOLVE, responder)


def _found(deployment: Deployment, wanted: str) -> "tuple[Runtime, Page]":
    from infra.cli.operating import operate
    from infra.cli.page_search import the_one

    _, runtime = operate(deployment)
    return runtime, the_one(runtime, wanted)


def _answer(deployment: Deployment, wanted: str, verb: "Verb", responder: str | None) -> None:
    from callout.paging import answer
    from infra.cli import page_words

    runtime, page = _found(deployment, wanted)
    try:
        decision = answer(runtime.world, page.id, _answered(runtime, verb, responder))
    except LookupError as error:
        raise click.ClickException("the page is not kept any more") from error
    click.echo(page_words.outcome(decision.page or page, decision.reason))


def _answered(runtime: "Runtime", verb: "Verb", responder: str | None) -> "Answered":
    from callout.domain.events import Answered
    from infra.cli.login import login_name
    from infra.cli.responders import the_responder

    if responder is None:
        return Answered(verb, "", login_name(), "command")
    person = the_responder(runtime.versions.read(runtime.versions.live()), responder, "--as: ")
    # The ledger keeps both: whose answer it is, and who says so.
    return Answered(verb, person.id, person.name, f"command by {login_name()}")
