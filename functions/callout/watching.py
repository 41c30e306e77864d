"""The watchdog: the second way to every page. It drives what is overdue through the same step."""

from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from contextlib import suppress
from datetime import datetime, timedelta

from callout.domain.errors import Impossible, Unavailable
from callout.domain.overdue import Overdue
from callout.paging import step
from callout.world import World

OVERDUE_SECONDS = 30
"""How far past its due_at a page may be before the watchdog drives it."""
WATCH_SECONDS = 40
"""How long one run begins new pages; the next run, a minute later, goes on with the oldest."""
HANGING_SECONDS = 5
"""So long after that, a page whose step is still not through is left behind: the run must end before its function."""
SLOW_SECONDS = 30
"""So long may a step be on its way by then, because AWS is slow to answer or to fail, before its page is put off."""
WATCHED_MAX = 1000
"""How many pages one run takes on, the longest overdue; as many as it can well drive in its time."""
DRIVEN_AT_ONCE = 8


def watch(world: World) -> int:
    """The second way: drive the pages that are past their due_at through the same step, and say how many there were.

    1. Ask the index for them, those first that are overdue for longest. Most of the time there is none.
    2. Drive them, several side by side, for as long as a run lasts; the next run goes on with what is left.
    3. Put off each whose step failed of itself, or hangs: it must not stand in front of the others. One that began late
       in the run and is not through is the first of the next run, which will tell.

    Raises Unavailable when the index cannot be asked.
    """
    began = world.now()
    found = world.pages.overdue(began - timedelta(seconds=OVERDUE_SECONDS), WATCHED_MAX)
    pages = [each for each in found if each.page_id]
    if len(pages) < len(found):
        world.journal.trouble("overdue, and no page: left for whoever knows it", items=len(found) - len(pages))
    if pages:
        _drive_all(world, pages, began + timedelta(seconds=WATCH_SECONDS))
    return len(pages)


def _drive_all(world: World, pages: Sequence[Overdue], until: datetime) -> None:
    pool = world.pool(DRIVEN_AT_ONCE)
    begun: dict[str, datetime] = {}
    driven = {pool.submit(_drive, world, page, until, begun): page for page in pages}
    seconds = (until - world.now()).total_seconds() + HANGING_SECONDS
    _, rest = wait(driven, timeout=max(0.0, seconds))
    pool.shutdown(wait=False, cancel_futures=True)
    for each in rest:
        if not each.cancelled():
            _leave_behind(world, driven[each], begun)


def _leave_behind(world: World, page: Overdue, begun: Mapping[str, datetime]) -> None:
    now = world.now()
    if now - begun.get(page.page_id, now) > timedelta(seconds=SLOW_SECONDS):
        _put_off(world, page, "it hangs")
    else:
        _missed(world, page, "it is slow")


def _drive(world: World, page: Overdue, until: datetime, begun: dict[str, datetime]) -> None:
    if world.now() > until:
        return
    begun[page.page_id] = world.now()
    world.journal.note("overdue: the watchdog drives it", page.page_id)
    world.journal.count("PagesOverdue")
    try:
        step(world, page.page_id, None, until)
    except Impossible as error:
        _put_off(world, page, str(error))
    except Unavailable as error:  # AWS's trouble, not the page's: the next run may well succeed
        _missed(world, page, str(error))
    except Exception as error:  # one page's trouble must not hold up the others
        _put_off(world, page, type(error).__name__)


def _missed(world: World, page: Overdue, trouble: str) -> None:
    world.journal.trouble("the watchdog's step failed", page.page_id, error=trouble)
    with suppress(ValueError):  # late, and not even taken: the alarm about late steps must know
        world.journal.late((world.now() - datetime.fromisoformat(page.due_at)).total_seconds())


def _put_off(world: World, page: Overdue, trouble: str) -> None:
    later: datetime | str | None = "not known"
    try:
        later = world.pages.put_off(page, world.now())
        world.journal.trouble("the watchdog's step failed", page.page_id, error=trouble, put_off_until=later)
    except Exception as error:  # then the next run begins with it once more
        failed = type(error).__name__
        world.journal.trouble("the watchdog's step failed", page.page_id, error=trouble, not_put_off=failed)
    if later is not None:  # else its step has saved meanwhile: it is slow, not stuck
        world.journal.count("PagesPutOff")
