"""What must hold after every event: a second opinion of what pages are, held against what the table and the phones see.

It knows the promises, the description and the wire; of the engine's code it uses nothing.

PUNCTUAL_SECONDS, how late a page may be with which nothing has gone wrong: its own execution drives it. Clocks of two
containers apart, and what a step's own calls take.

BOUND_SECONDS, how late a page may be while AWS is up and whatever has become of its execution:
    30  the watchdog looks for what is overdue by more than this
  + 60  it looks every minute
  +  4  clocks of two containers apart
  +  6  the run's own calls before it comes to this page, and the second to which moments are cut
A fault in what works on the page, or in a run of the watchdog that it is overdue for, begins the time anew, and a run
that is missed or late does for all: the bound is one of undisturbed time. A moment that is past when it is written down
(by whoever takes an answer back, or saves a page that was put off) counts from then.

Duplicates: the provider gets each notice once without faults, and for each fault that hits the page's own invocations
at most once more, with whatever else was on its way to the same person just then (a text and its news: one process
held both). Before each time its intent has been written down.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import chain
from typing import TYPE_CHECKING, Any

from simulation import seen, telling_laws
from simulation.account import Account, Way
from simulation.climbing_laws import climbed, failed
from simulation.seen import Page
from simulation.timeline import seconds_of

if TYPE_CHECKING:
    from simulation.world import World

OVERDUE_SECONDS, CLOCKS_SECONDS = 30, 4
BOUND_SECONDS = OVERDUE_SECONDS + 60 + CLOCKS_SECONDS + 6
PUNCTUAL_SECONDS = CLOCKS_SECONDS + 6
AGAIN = frozenset({"ran out", "risen", "raised", "speaks", "policy", "undone"})
"""Reasons for which a ladder begins anew, or goes back."""
HURRIED = frozenset({"unreachable", "hurried", *AGAIN})
"""Reasons to leave a turn before its time."""
PUT_OFF_SECONDS_MAX = 32 * 60
TRIES = 5
"""As often is a provider called that is not there, before the next way is taken."""


Intent = tuple[str, int, int, int]
"""A page, a notice, which try, and the page's revision that says so."""


class Violated(BaseException):  # no handler of the engine may swallow it
    """An invariant does not hold."""


class Invariants:
    def __init__(self, world: "World") -> None:
        self._world = world
        self.accounts: dict[str, Account] = {}
        self._of_key: dict[tuple[str, str], list[str]] = {}
        self._open: dict[tuple[str, str], str] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._requests: dict[tuple[str, str], int] = {}
        self.everything_disturbed_at = float("-inf")
        self.just_intended: list[Intent] = []
        """Of the write that was seen last."""
        self._faults: Counter[str] = Counter()
        """By problem."""
        self.writes = 0

    # ---- what is written --------------------------------------------------------------------------------------------

    def wrote(self, before: Any, after: Any, by: str, stepped: Callable[[str], None]) -> None:
        """Told of every change of the table, at the moment of it; tells whoever is at work that it has taken a step."""
        if after is None or "doc" not in after or not after["pk"]["S"].startswith("PAGE#"):
            return
        self.writes += 1
        if before is not None and before["doc"] == after["doc"]:
            self._put_off(after)
            return
        page = seen.read(after)
        account = self.accounts.get(page.id)
        if account is None:
            account = self._opened(page)
            self._intended(account, page, ())
            self._telling(account, None, page)
        else:
            if "step" in page.words_since(account.page):
                stepped(page.id)
            self._changed(account, account.page, page)
            account.page = page
        account.writers.append(by)
        self._one_open(page)
        self._due(account, page, after)
        account.put_off = int(after["put_off"]["N"]) if "put_off" in after else 0

    def _opened(self, page: Page) -> Account:
        self.must(page.revision == 1, page, "a new page has the first revision")
        self.must(bool(page.ledger), page, "a new page says why there is one")
        faults = self._faults[page.problem]
        account = self.accounts[page.id] = Account(page, faults=faults, disturbed=bool(faults))
        account.turn_began = account.climbing_since = self._world.time.seconds
        self._of_key.setdefault((page.service.id, page.key), []).append(page.id)
        if page.number > 1:
            old = self.accounts.get(f"{page.problem}-{page.number - 1}")
            self.must(old is not None and not old.page.open, page, "its predecessor is closed")
        return account

    def _one_open(self, page: Page) -> None:
        key = (page.service.id, page.key)
        if page.open:
            other = self._open.setdefault(key, page.id)
            self.must(other == page.id, page, f"one problem, one open page: {other} is open too")
        elif self._open.get(key) == page.id:
            del self._open[key]

    def _due(self, account: Account, page: Page, item: Any) -> None:
        """Accepted means never lost: whatever is open says when it must be looked at, and the index shows it."""
        due = seconds_of(seen.moment(item["due_at"]["S"])) if "due_at" in item else None
        self.must(("due" in item) == (due is not None), page, "it stands in the index with its moment")
        if not page.open:
            self.must(due is None, page, "a closed page is due never")
        elif due is None:
            forever = page.state == "acknowledged" and page.policy.ack_timeout_seconds is None
            self.must(forever, page, f"an open page ({page.state}) has a due_at")
        moments = [n.try_at for n in page.notices if n.outcome not in seen.SETTLED]
        for moment in [*moments, page.ladder_at, page.news_at] if page.open else []:
            if moment is not None:
                self.must(due is not None and due <= seconds_of(moment), page, f"it is due at {moment}, or before")
        if due is not None:
            self._in_time(page, due)
        self._shown(account, page, due)

    def _shown(self, account: Account, page: Page, due: float | None) -> None:
        """The index shows the page with this moment. One that is past already is late from now on."""
        if due is None:
            account.due = account.shown = None
        elif due != account.shown:
            account.due, account.shown = max(due, self._world.time.seconds), due
        if account.due is not None:
            heappush(self._deadlines, (account.due + PUNCTUAL_SECONDS, page.id))

    def _in_time(self, page: Page, due: float) -> None:
        """No open page is left alone for longer than its policy says."""
        policy, now = page.policy, self._world.time.seconds + self._world.options.skew_seconds + 1
        longest = {
            "triggered": max(tier.wait_seconds for tier in policy.tiers),
            "exhausted": policy.comeback_seconds,
            "acknowledged": 900 if page.summary or page.aging_at else (policy.ack_timeout_seconds or 86_400),
        }[page.state]
        if page.held_until is not None:
            longest = max(longest, 300, seconds_of(page.held_until) - now)
        self.must(due <= now + max(longest, 60), page, f"{page.state}, it is looked at within {longest} s")

    def _put_off(self, item: Any) -> None:
        """Only the index's moment was changed: by the watchdog, because its step failed."""
        page = seen.read(item)
        account, due = self.accounts[page.id], seconds_of(seen.moment(item["due_at"]["S"]))
        now, times = self._world.time.seconds, int(item["put_off"]["N"])
        self.must(account.faults > 0, page, "it is put off, and nothing has gone wrong with it")
        self.must(times <= account.faults, page, "it is put off no more often than something went wrong")
        self.must(due <= now + PUT_OFF_SECONDS_MAX + 5, page, "it is put off for half an hour at most")
        account.put_off = times
        self._shown(account, page, due)

    def _changed(self, account: Account, before: Page, page: Page) -> None:
        self.must(page.revision == before.revision + 1, page, f"revision {before.revision} was followed by the next")
        words = page.words_since(before)
        if page.standing != before.standing:
            self.must(page.has_new_line(before), page, "every change has a reason on the ledger")
        if page.ledger_parts == before.ledger_parts:
            kept = len(before.ledger) - 1
            self.must(page.ledger[:kept] == before.ledger[:kept], page, "the ledger is only ever added to")
        if not page.is_summary:
            # One that is said again because of a fault may count twice, where somebody else wrote between.
            requests = self._requests[page.service.id, page.key] + account.faults
            self.must(page.alerts <= requests, page, f"{page.alerts} alerts were counted, and {requests} came")
        self._answers(account, before, page)
        self._notices(account, before, page, words)
        self._telling(account, before, page)
        account.hurried = account.hurried or not words.isdisjoint(HURRIED)
        self._ladder(account, before, page, words)

    # ---- the ladder -------------------------------------------------------------------------------------------------

    def _ladder(self, account: Account, before: Page, page: Page, words: set[str]) -> None:
        now = self._world.time.seconds
        if page.turn < before.turn or (before.quiet and not page.quiet):
            self.must(not words.isdisjoint(AGAIN), page, "a ladder that begins anew, or goes back, says why")
            account.climbing_since = now
        if (page.turn, page.comebacks) != (before.turn, before.comebacks) and page.turn >= 0:
            for fault in climbed(self._world, account, before, page):
                self.must(False, page, fault)
            account.turn_began, account.hurried = now, not words.isdisjoint(HURRIED - {"ran out"})
        if page.state == "exhausted" != before.state and not page.summary:
            self.must(page.turn == page.policy.turns, page, "it is exhausted when every turn was given")

    # ---- notices ----------------------------------------------------------------------------------------------------

    def _intended(self, account: Account, page: Page, before: tuple[seen.Notice, ...]) -> None:
        known = {n.number: n for n in before}
        for notice in page.notices:
            old = known.get(notice.number)
            if notice.outcome == "intended" and (old is None or (old.outcome, old.tries) != ("intended", notice.tries)):
                self._one_intended(account, page, notice)
            if notice.outcome == "given up":
                self.must(notice.tries >= TRIES, page, f"{notice.way} is given up after {TRIES} tries, not before")
            if notice.outcome == "sent" and (old is None or old.outcome != "sent"):
                sent = account.ways[notice.way]
                sent.marked.add(notice.number)
                self.must(len(sent.marked) <= sent.accepted, page, f"{notice.way} was sent what is marked so")

    def _one_intended(self, account: Account, page: Page, notice: seen.Notice) -> None:
        sent = account.ways[notice.way]
        if account.page.quiet and not page.quiet and (notice.number, notice.tries) in sent.tried:
            return  # what is taken back brings it with it
        sent.tried.add((notice.number, notice.tries))
        sent.intents += 1
        sent.numbers.add(notice.number)
        there = [n for n in page.notices if n.way == notice.way and n.outcome == "intended"]
        sent.at_once = max(sent.at_once, len(there))
        self.just_intended.append((page.id, notice.number, notice.tries, page.revision))
        if page.quiet:
            later = notice.kind == "news" or (notice.kind == "still open" and page.aging_at is not None)
            self.must(later, page, f"{page.state}, and {notice.way} is to get one more {notice.kind}")
            account.outstanding[notice.way] += 1
        if notice.kind == "page":
            done = {answer.who for answer in page.answers}
            self.must(notice.responder not in done, page, f"{notice.responder} has answered and is left in peace")

    def _notices(self, account: Account, before: Page, page: Page, words: set[str]) -> None:
        self._intended(account, page, before.notices)
        if page.quiet and not before.quiet:
            account.outstanding.clear()
            account.outstanding.update(n.way for n in before.notices if n.outcome == "intended")
            account.stopped = tuple(n for n in before.notices if n.outcome not in seen.SETTLED)
        if page.quiet:
            return
        if before.quiet and "undone" in words:
            self._brought_back(account, page)
        for fault in failed(self._world, before, page):
            self.must(False, page, fault)
        there = {n.number for n in page.notices}
        ways = {(n.responder, n.contact) for n in page.notices}
        answered = {answer.who for answer in page.answers}
        for notice in before.notices:
            if notice.number in there or notice.outcome in seen.SETTLED or notice.responder in answered:
                continue
            taken_over = (notice.responder, notice.contact) in ways and notice.tries == 0
            self.must(taken_over, page, f"notice {notice.number} for {notice.way} ({notice.outcome}) is not forgotten")

    def _telling(self, account: Account, before: Page | None, page: Page) -> None:
        faults = [telling_laws.told(self._world, account, before, page)]
        if before is not None:
            faults.append(telling_laws.told_news(self._world, before, page))
            faults.append(telling_laws.all_have_answered(self._world, before, page))
            if (page.turn, page.comebacks) != (before.turn, before.comebacks) and before.state == "triggered":
                faults.append(telling_laws.asked_in_vain(account, before))
        for fault in chain.from_iterable(faults):
            self.must(False, page, fault)

    def _brought_back(self, account: Account, page: Page) -> None:
        """Who takes an answer back lets everybody be told whom it had kept from being told."""
        there = {n.number for n in page.notices}
        answered = {answer.who for answer in page.answers}
        for notice in account.stopped:
            kept = notice.number in there or notice.responder in answered
            self.must(kept, page, f"notice {notice.number} for {notice.way}, stopped by an answer, comes back with it")

    def attempted(self, page_id: str, way: Way) -> None:
        """The provider is called, whatever it answers."""
        account = self.accounts[page_id]
        sent = account.ways[way]
        sent.attempts += 1
        page = account.page
        self.must(
            sent.attempts <= sent.intents, page, f"what {way} is sent was written down before ({sent.intents} intents)"
        )
        if page.quiet:
            account.outstanding[way] -= 1
            self.must(account.outstanding[way] >= 0, page, f"{page.state}, and {way} is sent what was not on its way")
        if page.state == "exhausted":
            account.last_resort_at = self._world.time.seconds

    def rejected(self, page_id: str, way: Way) -> None:
        """The provider says no, for good."""
        self.accounts[page_id].ways[way].rejected += 1

    def accepted_by_provider(self, page_id: str, way: Way) -> None:
        """The phone rings."""
        account = self.accounts[page_id]
        sent = account.ways[way]
        sent.accepted += 1
        most = len(sent.numbers) + account.faults * sent.at_once
        self.must(sent.accepted <= most, account.page, f"{way} got {sent.accepted}, at most {most} were bargained for")

    # ---- answers ----------------------------------------------------------------------------------------------------

    def _answers(self, account: Account, before: Page, page: Page) -> None:
        now = self._world.time.seconds
        there, was = {a.who for a in page.answers}, {a.who for a in before.answers}
        for who in there - was:
            account.answered[who] = now
        for who in was - there:
            account.gone[who] = now
        account.ever_answered = account.ever_answered or bool(there)
        must = set(before.must_answer)
        if page.state == "acknowledged" != before.state and (there - was) & must:
            self.must(must <= there, page, f"each of {sorted(must)} must answer")

    def told(self, words: str, page_id: str, who: str, since: float) -> None:
        """A person reads this on their screen; what they did began at `since`."""
        account = self.accounts.get(page_id)
        if words not in ("acknowledged", "resolved", "counted") or account is None:
            return
        page = account.page
        if words == "resolved":
            closed = not page.open or "undone" in {line.what for line in page.ledger[-5:]}
            self.must(closed, page, f"{who} was told it is closed")
            return
        there = any(answer.who == who for answer in page.answers)
        self.must(there or account.gone.get(who, -1.0) >= since, page, f"{who} was told {words}: it is on the page")

    # ---- alerts -----------------------------------------------------------------------------------------------------

    def accepted(self, service: str, key: str, action: str, since: float) -> None:
        """The sender got its 2xx for what it said at `since`."""
        ids = self._of_key.get((service, key), [])
        if action != "trigger":
            self._over(ids, since)
            return
        if not ids:
            raise Violated(f"accepted for {service} {key}, and there is no page")
        page = self.accounts[ids[-1]].page
        skew = self._world.options.skew_seconds + 0.001
        fresh = seconds_of(page.alerted_at) >= since - skew
        closed = page.closed_at is not None and seconds_of(page.closed_at) >= since - skew
        self.must(fresh or closed, page, "accepted means that the page knows of it")

    def _over(self, ids: list[str], since: float) -> None:
        for page_id in ids[-1:]:
            page = self.accounts[page_id].page
            said_since = seconds_of(page.alerted_at) >= since - self._world.options.skew_seconds
            undone = any(line.what == "undone" and seconds_of(line.at) >= since - 3 for line in page.ledger[-5:])
            acted = page.state == "acknowledged" or not page.open or said_since or undone
            self.must(acted, page, "accepted means that the end of it counts")

    def asked(self, service: str, key: str) -> None:
        """A sender's request begins that says it is firing."""
        self._requests[service, key] = self._requests.get((service, key), 0) + 1

    # ---- executions -------------------------------------------------------------------------------------------------

    def started(self, page_id: str, generation: int) -> None:
        """An execution begins."""
        account = self.accounts.get(page_id)
        if account is None:
            raise Violated(f"{page_id} is not saved yet, and its execution begins")
        saved = account.page.generation
        self.must(saved >= generation, account.page, f"execution {generation} begins, and {saved} is saved")

    def stepped(self, page_id: str, generation: int | None) -> None:
        """A step is taken: by that execution, or (None) by the watchdog."""
        account = self.accounts[page_id]
        if generation is not None:
            saved = account.page.generation
            self.must(generation >= saved, account.page, f"execution {generation} acts, and {saved} has replaced it")

    def handed_over(self, intents: "list[Intent]", by: str) -> None:
        """A step has ended well: nothing that it intended is left without a word, unless another came between."""
        for page_id, number, tries, revision in intents:
            page = self.accounts[page_id].page
            if any(writer != by for writer in self.accounts[page_id].writers[revision:]):
                continue
            left = any((n.number, n.tries, n.outcome) == (number, tries, "intended") for n in page.notices)
            self.must(not left, page, f"notice {number} was intended, and its step has ended without a word of it")

    def taken_over(self, page_id: str, started_at: float | None, since: float) -> None:
        """The watchdog drove the page in a run without faults: an execution goes on from there."""
        account = self.accounts[page_id]
        if account.page.open and account.due is not None:
            fresh = started_at is not None and started_at >= since
            self.must(fresh, account.page, f"the watchdog starts execution {account.page.generation} anew")

    # ---- time -------------------------------------------------------------------------------------------------------

    def disturbed(self, problems: "list[str] | None") -> None:
        """A fault that hit these, in order of time; None: every page that is due, or will be soon."""
        now = self._world.time.seconds
        if problems is None:
            self.everything_disturbed_at = now
            return
        self._faults.update(problems)
        for page_id in chain.from_iterable(self._ids(problem) for problem in problems):
            account = self.accounts[page_id]
            account.faults += 1
            account.disturbed_at, account.disturbed = now, True

    def watched_in_vain(self) -> None:
        """A run of the watchdog has gone wrong: it held these pages, or would have come to them."""
        now = self._world.time.seconds
        for account in self.accounts.values():
            if account.due is not None and account.due + OVERDUE_SECONDS - CLOCKS_SECONDS <= now:
                account.disturbed_at = now

    def fated(self, page_id: str) -> None:
        """Something that is no call goes wrong with the page's execution, or the delivery of a step."""
        self.accounts[page_id].disturbed = True

    def _ids(self, problem: str) -> Iterator[str]:
        number = 1
        while (page_id := f"{problem}-{number}") in self.accounts:
            yield page_id
            number += 1

    def time_is(self, seconds: float) -> None:
        """No page is overdue by more than the watchdog's bound."""
        deadlines = self._deadlines
        while deadlines and deadlines[0][0] < seconds:
            deadline, page_id = heappop(deadlines)
            account = self.accounts[page_id]
            bound = BOUND_SECONDS if account.disturbed else PUNCTUAL_SECONDS
            if account.due is None or account.due + PUNCTUAL_SECONDS > deadline:
                continue  # saved since then, with a deadline of its own
            if account.due + bound > deadline:
                heappush(deadlines, (account.due + bound, page_id))
                continue
            anew = max(account.disturbed_at, self.everything_disturbed_at) + BOUND_SECONDS
            if anew > deadline and anew >= seconds:
                heappush(deadlines, (anew, page_id))
                continue
            late = seconds - account.due
            self.must(False, account.page, f"due {late:.0f} s ago and nobody has looked")

    # ---- the end ----------------------------------------------------------------------------------------------------

    def at_the_end(self, quiet_seconds: float) -> None:
        """Faults have stopped and time has run on for so long: whatever nobody answered has reached its last resort."""
        now = self._world.time.seconds
        for account in self.accounts.values():
            page = account.page
            if page.quiet or page.held_until is not None or account.climbing_since > now - quiet_seconds:
                continue
            self.must(page.state == "exhausted", page, "nobody answered: every tier had its turn by now")
            at = account.last_resort_at
            recent = at is not None and now - at <= page.policy.comeback_seconds + BOUND_SECONDS + 60
            self.must(recent or self._unreachable(page), page, "it comes back on its rhythm")

    def _unreachable(self, page: Page) -> bool:
        return all(n.outcome in ("refused", "given up") for n in page.notices)

    def must(self, holds: bool, page: Page, what: str) -> None:
        if not holds:
            raise Violated(f"{page.id} ({page.service.id} {page.key}, revision {page.revision}): {what}")
