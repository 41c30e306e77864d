"""`callout explain`: why somebody was notified of a page, or was not."""

import click

from infra.cli.deployment import Deployment, deployment_options
from infra.cli.pages import page_argument


@click.command()
@page_argument
@click.argument("who", metavar="[WHO]", required=False)
@deployment_options
@click.option("--utc", is_flag=True, help="Times in UTC.  [default: this machine's zone]")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, times in UTC.")
def explain(deployment: Deployment, page: str, who: str | None, utc: bool, as_json: bool) -> None:
    """Say why somebody was notified of a page, or was not.

    ID is a page's id, or as much of its beginning as tells it from the other recent ones. WHO is a responder's id or
    name; left out, everybody is answered for who could have been expected: whom the policy names in whatever way,
    whoever was told, and whoever was on call then.

    Each sentence says what it stands on: a line of the page's ledger, a version of the description, or the rules
    asked once more ("inferred").
    """
    from infra.cli import page_json
    from infra.cli.explaining import as_json as in_json
    from infra.cli.explaining import people, words
    from infra.cli.explaining.clock import Clock
    from infra.cli.explaining.loading import load
    from infra.cli.explaining.why import explain as explained
    from infra.cli.operating import operate
    from infra.cli.page_search import the_one

    _, runtime = operate(deployment)
    case = load(runtime, the_one(runtime, page))
    meant = people.the_one(case, who) if who is not None else None
    say = Clock(utc or as_json, case.page.opened_at)
    found = explained(case, meant, say)
    if as_json:
        page_json.write(in_json.of(case.page, found, case.now))
    else:
        words.show(case.page, found, say, case.now)
