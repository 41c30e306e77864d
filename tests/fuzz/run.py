"""Fuzz one target, guided by coverage: python tests/fuzz/run.py TARGET [--minutes 10]

Needs atheris (pip install atheris: Linux only, which is why it is in none of pyproject's groups). What it finds becomes
a file under findings/TARGET/, one for each place where something breaks, and test_findings.py replays all of them.
A finding can be read and made shorter by hand; what is left must fail the same test.
"""

import argparse
import faulthandler
import json
import random
import sys
import time
import traceback
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "functions"), str(HERE.parents[1]), str(HERE.parent)]

import atheris  # type: ignore[import-untyped]  # noqa: E402

OURS = ("callout", "infra.cli.description")
THEIRS = ("icalendar", "recurring_ical_events", "dateutil.rrule", "gsm0338", "ruamel.yaml")
HANGS_SECONDS = 60
MEMORY_MB = 1_500
NASTY: tuple[Any, ...] = (
    *("", " ", "\0", "\ud800", "\u202eabc", "🔥" * 200, "a\r\nb", "<script>alert(1)</script>"),
    *("https://[", "https://evil.example.net/x", "javascript:alert(1)", "9" * 400, "{{7*7}}", "2026-02-30T00:00:00Z"),
    *("'\"><img src=x onerror=alert(1)>", "www.example.net", "ftp://example.net", "%00", "data:text/html,x"),
    *("resolve", "trigger", "acknowledge", "firing", "resolved", "critical", "x" * 1_500, "ſ" * 300, "\u0344" * 300),
    *(None, True, 0, -1, 1e308, 10**18, [], {}, [[]], [{}], {"": ""}, [None] * 50),
)


class Fuzzing:
    """One run: what is tried, what has been found so far."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self.seen: set[str] = set()
        self.findings = HERE / "findings" / target.name
        self.pool = [json.loads(seed) for seed in target.seeds() if _is_json(seed)] if target.is_json else []

    def try_one(self, data: bytes) -> None:
        faulthandler.dump_traceback_later(HANGS_SECONDS, exit=True)
        began = time.process_time()
        try:
            self.target.run(data)
            if time.process_time() - began > self.target.seconds_max:
                self._found(data, "slow", f"{time.process_time() - began:.1f} s")
        except Exception as error:
            self._found(data, _place(error), "".join(traceback.format_exception(error)[-6:]))
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _found(self, data: bytes, place: str, what: str) -> None:
        if place in self.seen:
            return
        self.seen.add(place)
        self.findings.mkdir(parents=True, exist_ok=True)
        file = self.findings / sha256(data).hexdigest()[:12]
        file.write_bytes(data)
        print(f"FOUND {place}: {file}\n{what}", flush=True)

    def change(self, data: bytes, size: int, seed: int) -> bytes:
        """One value of a JSON text becomes another; every third time, and where it is no JSON, bytes do."""
        chance = random.Random(seed)
        if not self.target.is_json or chance.random() < 0.33 or not _is_json(data):
            return bytes(atheris.Mutate(data, size))
        value = json.loads(data)
        for _ in range(chance.randint(1, 3)):
            value = self._changed(value, chance)
        changed = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
        return changed[:size]

    def _changed(self, value: Any, chance: random.Random) -> Any:
        holders = [each for each in _all(value) if isinstance(each, dict | list) and each]
        if not holders:
            return self._new(value, chance)
        holder = chance.choice(holders)
        name = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        match chance.randrange(6):
            case 0:
                del holder[name]
            case 1 if isinstance(holder, list):
                holder.extend([holder[name]] * chance.choice((1, 2, 30)))
            case 2 if isinstance(holder, dict):
                holder[str(self._new(name, chance))] = holder.pop(name)
            case _:
                holder[name] = self._new(holder[name], chance)
        return value

    def _new(self, old: Any, chance: random.Random) -> Any:
        match chance.randrange(4):
            case 0 if isinstance(old, str):
                return bytes(atheris.Mutate(old.encode("utf-8", "replace"), len(old) + 20)).decode("utf-8", "replace")
            case 1 if isinstance(old, str):
                return old + str(chance.choice(NASTY))
            case 2 if self.pool:
                return deepcopy(chance.choice(list(_all(chance.choice(self.pool)))))
        return deepcopy(chance.choice(NASTY))


def _place(error: Exception) -> str:
    """One finding for each line that breaks, and each kind of error there."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "/functions/" in each.filename]
    inner = traceback.extract_tb(error.__traceback__)[-1]
    places = (f"{Path(each.filename).name}:{each.lineno}" for each in ((frames or [inner])[-1], inner))
    return f"{type(error).__name__} in {', '.join(places)}"


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _all(value: Any) -> Any:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _all(inner)


def _folder(target: Any) -> tuple[Path, Path]:
    """The seeds and the words, where libFuzzer finds them."""
    folder = Path(mkdtemp(prefix=f"fuzz-{target.name}-"))
    (folder / "corpus").mkdir()
    for number, seed in enumerate(target.seeds()):
        (folder / "corpus" / f"seed-{number:03d}").write_bytes(seed)
    words = folder / "words"
    said = (HERE / "words" / f"{target.name}.txt").read_text(encoding="utf-8").splitlines()
    spelled = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in said)
    words.write_text("".join(f'"{word}"\n' for word in spelled))
    return folder / "corpus", words


def main() -> None:
    with atheris.instrument_imports(include=[*OURS, *THEIRS]):
        import icalendar  # the house loads these two when it reads its first calendar
        import recurring_ical_events
        from fuzz.table import TARGETS
    del icalendar, recurring_ical_events
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--minutes", type=float, default=10)
    chosen = parser.parse_args()
    target = TARGETS[chosen.target]
    fuzzing = Fuzzing(target)
    corpus, words = _folder(target)
    options = [
        sys.argv[0],
        f"-max_total_time={chosen.minutes * 60:.0f}",
        f"-max_len={target.bytes_max}",
        f"-timeout={5 * HANGS_SECONDS}",  # never: a calendar needs the alarm, and hangs are the faulthandler's
        f"-rss_limit_mb={MEMORY_MB}",
        "-print_final_stats=1",
        f"-dict={words}",
        str(corpus),
    ]
    if target.is_json:
        atheris.Setup(options, fuzzing.try_one, custom_mutator=fuzzing.change)
    else:
        atheris.Setup(options, fuzzing.try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
