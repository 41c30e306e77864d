"""People: they answer late, not at all, twice, on an old or a broken link; they take back, close, and try again."""

from functools import partial
from typing import TYPE_CHECKING

from simulation.aws.providers import Sent
from simulation.chance import drawn, hashed, picked
from simulation.functions import Seen, acknowledge, tampered
from simulation.lambdas import Outcome

from callout.domain.events import Verb

if TYPE_CHECKING:
    from simulation.random_run import Run

HABITS = (
    *("nothing",) * 6,
    *("acknowledges",) * 6,
    *("acknowledges and closes",) * 3,
    *("closes",) * 2,
    "takes back",
    "closes and takes back",
    "twice",
    "broken link",
    "old link",
    "late",
)
MAILS = ("nothing is told",) * 4 + ("arrives",) * 3 + ("arrives twice", "comes back", "comes back twice")
AGAIN_SECONDS, AGAIN_MAX = 6.0, 3
OLD_LINKS = 50


class People:
    def __init__(self, run: "Run") -> None:
        self._run = run
        self._links: dict[str, list[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self.screens: dict[str, int] = {}
        """How often each thing was read on a screen."""

    def message(self, page_id: str, who: str, sent: Sent, link: str) -> None:
        number = self._counts[page_id, who] = self._counts.get((page_id, who), 0) + 1
        name = f"{who} of {page_id}, message {number}"
        seed = self._run.seed
        habit = picked(HABITS, seed, name)
        if sent.channel == "email" and self._comes_back(name, sent):
            return
        links = self._links.setdefault(who, [])
        if habit != "nothing" and self._run.happens(f"{name}: {habit}"):
            delay = 3 + (2000 if habit == "late" else 200) * drawn(seed, name, "delay") ** 2
            if habit == "old link" and links:
                link = links[hashed(seed, name, "which") % len(links)]
            elif habit == "broken link":
                link = tampered(link)
            self._act(habit, name, link, delay)
        links.append(link)
        del links[:-OLD_LINKS]

    def _comes_back(self, name: str, sent: Sent) -> bool:
        """Whether nobody ever reads it. Of most mails something is told, of some twice, and of some too late."""
        fate, after = picked(MAILS, self._run.seed, name, "mail"), 300 * drawn(self._run.seed, name, "receipt") ** 3
        if fate == "nothing is told" or not self._run.happens(f"{name}: {fate}"):
            return False
        refused = fate.startswith("comes back")
        for count in range(2 if fate.endswith("twice") else 1):
            self._run.world.time.after(0.5 + after + 7 * count, self._run.world.receipt, sent, refused)
        return refused

    def _act(self, habit: str, name: str, link: str, delay: float) -> None:
        later = delay + 70 * drawn(self._run.seed, name, "later")
        first = Verb.RESOLVE if habit.startswith("closes") else Verb.ACKNOWLEDGE
        self._tap(name, link, first, delay)
        if habit == "twice":
            self._tap(f"{name} again", link, first, delay + 0.004)
        elif habit.endswith("takes back"):
            self._tap(f"{name} takes back", link, Verb.UNDO, later)
        elif habit == "acknowledges and closes":
            self._tap(f"{name} closes", link, Verb.RESOLVE, delay + 900 * drawn(self._run.seed, name, "end"))

    def _tap(self, name: str, link: str, verb: Verb, after: float, tries: int = 0) -> None:
        self._run.world.time.after(after, self._tapped, name, link, verb, tries)

    def _tapped(self, name: str, link: str, verb: Verb, tries: int) -> None:
        world, since = self._run.world, self._run.world.time.seconds

        def done(outcome: Outcome) -> None:
            seen: Seen = outcome.value or Seen("error")
            self.screens[seen.words] = self.screens.get(seen.words, 0) + 1
            world.trace("screen", f"{name}: {seen.words}")
            world.invariants.told(seen.words, seen.page_id, seen.who, since)
            if seen.words in ("error", "not recorded") and tries < AGAIN_MAX:
                self._tap(name, link, verb, AGAIN_SECONDS, tries + 1)

        world.lambdas.invoke(
            "acknowledge", f"{name} {verb} ({tries})", partial(acknowledge, link=link, verb=verb), done
        )
