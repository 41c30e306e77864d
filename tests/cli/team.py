"""Descriptions with schedules for the commands that show them: a small one, and one with too much of everything."""

from datetime import UTC, datetime
from typing import Any

from people import ADA, BOSS, GRACE

from callout.domain.hours import Hours, Span
from callout.domain.oncall import Contact, OnCall, Policy, Responder, Service, Tier
from callout.domain.schedule import Change, Layer, Override, Schedule, Unit

LONDON = "Europe/London"
WORKDAYS = (0, 1, 2, 3, 4)
HOSTILE = "\x1b]0;owned\x07<b>[red]Söhne & Co[/red]</b>\u202e\r\nline"
NAMES = (
    "Ada Byron",
    "Grace Hopper",
    "Linus Ek",
    "Margaret Hamilton",
    "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine",
    "María de los Ángeles Fernández-Villaverde y Rodríguez",
    "山田 太郎",
    "Nguyễn Thị Minh Khai",
    "Björk Guðmundsdóttir",
    HOSTILE,
    "Ada Bernstein",
    "Chimamanda Ngozi Adichie-Okonkwo",
)


def utc(*numbers: int) -> datetime:
    year, month, day, *rest = numbers
    return datetime(year, month, day, *rest, tzinfo=UTC)


def wall(*numbers: int) -> Any:
    return utc(*numbers).replace(tzinfo=None)


EMPTY = OnCall(version=0)
NIGHTS = Schedule("nights", "Nights", LONDON, (Layer("weekly", LONDON, ("ada", "grace"), anchor=wall(2026, 3, 2, 9)),))
OFFICE = Schedule(
    "office",
    "Office",
    "America/New_York",
    (
        Layer(
            "office",
            "America/New_York",
            ("grace",),
            anchor=wall(2026, 3, 2),
            only=Hours((Span(WORKDAYS, 540, 1020),), "America/New_York"),
        ),
    ),
)


def described(*schedules: Schedule, **changes: Any) -> OnCall:
    policy = Policy("p", (Tier(("schedule:nights",)), Tier(("boss",), ("email",))))
    given: dict[str, Any] = {
        "version": 1,
        "responders": {each.id: each for each in (ADA, GRACE, BOSS)},
        "schedules": {each.id: each for each in schedules or (NIGHTS,)},
        "policies": {"p": policy},
        "services": {"checkout": Service("checkout", "Checkout", "p")},
    }
    return OnCall(**given | changes)


CROWD = tuple(f"p{number}" for number in range(len(NAMES)))


def _span(timezone: str, days: tuple[int, ...], start: int, end: int) -> Hours:
    return Hours((Span(days, start * 60, end * 60),), timezone)


MUCH = Schedule(
    "much",
    f"Everything, everywhere {HOSTILE}",
    LONDON,
    (
        Layer("weekly base rotation of everybody", LONDON, CROWD, anchor=wall(2026, 2, 2, 9)),
        Layer("Europe", LONDON, CROWD[2:6], Unit.DAY, 1, wall(2026, 3, 2, 8), only=_span(LONDON, WORKDAYS, 8, 16)),
        Layer(
            "Americas",
            OFFICE.timezone,
            CROWD[6:9],
            Unit.DAY,
            2,
            wall(2026, 3, 2, 11),
            only=_span(OFFICE.timezone, WORKDAYS, 11, 20),
        ),
        Layer("Asia", "Asia/Tokyo", CROWD[9:11], anchor=wall(2026, 3, 7), only=_span("Asia/Tokyo", (5,), 0, 24)),
        Layer(
            f"a layer with a very long name that nobody wanted to shorten {HOSTILE}",
            LONDON,
            CROWD[10:],
            Unit.MONTH,
            1,
            wall(2026, 3, 1),
            only=_span(LONDON, (6,), 12, 18),
        ),
        Layer("hourly", LONDON, CROWD[:4], Unit.HOUR, 1, wall(2026, 3, 1), only=_span(LONDON, (2,), 10, 14)),
    ),
    (
        Override(utc(2026, 3, 24, 9), utc(2026, 3, 26, 9), Change.REPLACE, ("p11",)),
        Override(utc(2026, 3, 27), utc(2026, 3, 30), Change.ADD, ("p3",)),
        Override(utc(2026, 3, 28, 22), utc(2026, 3, 29, 3), Change.REPLACE, ()),
        Override(utc(2026, 4, 6), utc(2026, 4, 12), Change.SWAP, ("p0", "p4")),
    ),
)
TOO_MUCH = OnCall(
    version=0,
    responders={
        each: Responder(each, name, (Contact("sms", "sms", "+12025550101"),))
        for each, name in zip(CROWD, NAMES, strict=True)
    },
    schedules={"much": MUCH},
)
