"""Finding pages: the recent ones, and one by as much of its id as somebody cares to type."""

from datetime import datetime, timedelta

import click

from callout.domain.page import Page
from callout.domain.synthetic import is_synthetic
from callout.domain.text import clean, cut
from callout.runtime import Runtime
from infra.cli.description.problem import listed

ALL_MAX = 5000
PREFIX_AMONG = 300
"""A beginning is looked for among this many of the newest pages."""
OPEN_MAX = 1000
SHOWN_MAX = 5
_FOREVER = timedelta(days=3650)


def recent(runtime: Runtime, limit: int, synthetic: bool = False) -> list[Page]:
    """Pages opened in this month and the one before, newest first, and behind them whatever older is still due.

    An exhausted page may be old, and is the last one that may be missing here. The synthetic ones are either all there
    is, or left out.
    """
    now = runtime.now()
    found = runtime.pages.recent(now, limit, synthetic)
    if len(found) < limit:
        found += runtime.pages.recent(_month_before(now), limit - len(found), synthetic)
    known = {page.id for page in found}
    due = [each.page_id for each in runtime.pages.overdue(now + _FOREVER, OPEN_MAX) if each.page_id not in known]
    older = [page for page in map(runtime.pages.get, due) if page and page.open]
    older = [page for page in older if is_synthetic(page.service.id) is synthetic]
    return [*found, *sorted(older, key=lambda page: page.opened_at, reverse=True)]


def the_one(runtime: Runtime, wanted: str) -> Page:
    """The page of that id, or the only recent one, synthetic or not, whose id begins so; otherwise the command ends."""
    page = runtime.pages.get(wanted)
    if page is not None:
        return page
    pages = (page for synthetic in (False, True) for page in recent(runtime, PREFIX_AMONG, synthetic))
    found = [page for page in pages if page.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    shown = cut(clean(wanted), 40)
    if not found:
        raise click.ClickException(f'no page has the id "{shown}", and no recent one begins so; see `callout pages`')
    ids = [page.id for page in found[:SHOWN_MAX]] + (["others"] if len(found) > SHOWN_MAX else [])
    raise click.ClickException(f'"{shown}" may be {listed(ids, joint="or")}; write more of the id')


def _month_before(now: datetime) -> datetime:
    return now.replace(day=1) - timedelta(days=1)
