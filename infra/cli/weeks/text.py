"""A calendar in the terminal: weeks as rows, days as columns, people as bars across them.

It says the same without colour: bars carry names or marks, gaps are rows of exclamation marks.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from callout.domain.schedule import Shift
from infra.cli.screen import plain
from infra.cli.weeks import words as words
from infra.cli.weeks.people import Face, Faces, stranger
from infra.cli.weeks.weeks import DAY_HOURS, NOBODY, WEEK_DAYS, Bar, Day, Lane, Month, Week

DAY_COLUMNS_MIN = 9
DAY_COLUMNS_MAX = 22
HANDOFFS_SHOWN_MAX = 4
NAME_COLUMNS_MAX = 40
TIME_COLUMNS = 6
"""A handoff's time and a space."""
GAP_STYLE = "bold #ffffff on #c02020"
GAP_WORDS = ("NOBODY", "!!", "!")
WARNING_STYLE = "bold yellow"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def show(month: Month, faces: Faces, screen: Console) -> None:
    sheet = Sheet(screen, faces, month.schedule.timezone)
    screen.print(plain(f"Who is on call: {month.schedule.name}", style="bold"))
    screen.print(Text(words.period(month), style="dim"))
    screen.print()
    screen.print(sheet.heading())
    for week in month.weeks:
        for line in sheet.week(week):
            screen.print(line, no_wrap=True, crop=False, overflow="ignore")
        screen.print()
    screen.print(Text("For how long in these weeks:", style="dim"))
    for line in sheet.legend(month):
        screen.print(line, no_wrap=True)
    for line in _remarks(month):
        screen.print(line)


def _remarks(month: Month) -> Iterator[Text]:
    if month.clock_changes:
        yield Text()
        yield from (Text(line, style=WARNING_STYLE) for line in words.clock_changes(month))
    if month.gaps:
        yield Text()
        yield Text(words.gaps_heading(month), style="bold red")
        yield from (Text(f"  {line}", style="red") for gap in words.gaps(month) for line in gap)


class Sheet:
    """How wide things are on this screen, and whether it has colours."""

    def __init__(self, screen: Console, faces: Faces, timezone: str) -> None:
        self.faces = faces
        self.timezone = timezone
        self.width = screen.width
        self.coloured = screen.color_system is not None and not screen.no_color
        self.ascii = screen.options.ascii_only
        self.day = min(DAY_COLUMNS_MAX, max(DAY_COLUMNS_MIN, (screen.width - 1) // WEEK_DAYS))

    @property
    def edge(self) -> Text:
        return Text("|" if self.ascii else "│", style="dim")

    def heading(self) -> Text:
        room = self.day - 1
        names = [day if len(day) <= room else day[:3] for day in WEEKDAYS]
        return Text().join(Text(f" {name:<{room}}", style="dim") for name in names)

    def week(self, week: Week) -> Iterator[Text]:
        yield self.cells(self.date(day, first) for first, day in zip(_firsts(week.days), week.days, strict=True))
        yield from (self.lane(lane) for lane in week.lanes)
        yield from self.handoffs(week)

    def cells(self, texts: Iterable[Text]) -> Text:
        line = Text()
        for text in texts:
            text.truncate(self.day - 1, pad=True)
            line.append(self.edge).append(text)
        return line

    def date(self, day: Day, first: bool) -> Text:
        text = Text(words.short_day(day.date) if first else str(day.date.day), style="bold")
        if day.hours != DAY_HOURS:
            text.append(f" {words.hours(day.hours)} h", style=WARNING_STYLE)
        return text

    def lane(self, lane: Lane) -> Text:
        """One character cell after the other belongs to somebody, to nobody, or stays empty."""
        total = self.day * WEEK_DAYS
        owners: list[Bar | None] = [None] * total
        for bar in sorted(lane, key=lambda bar: bar.who == NOBODY):  # a gap is never hidden by its neighbours
            left, right = round(bar.left * self.day), round(bar.right * self.day)
            if bar.who == NOBODY:
                left = min(left, total - 1)
                right = max(right, left + 1)
            owners[left:right] = [bar] * (right - left)
        for bar in lane:  # what is too short for a cell takes one that is free
            at = min(int(bar.left * self.day), total - 1)
            owners[at] = owners[at] or bar
        return Text().join(self.piece(bar, length) for bar, length in _runs(owners))

    def piece(self, bar: Bar | None, length: int) -> Text:
        if bar is None:
            return Text(" " * length)
        if bar.who == NOBODY:
            fill = " " if self.coloured else "!"
            return self.filled(GAP_WORDS, length, fill, "" if self.coloured or length < 8 else "!", GAP_STYLE)
        face = self.face(bar.who)
        start = "|" if bar.begins else self.line
        style = f"bold #ffffff on {face.colour}"
        return self.filled(
            face.words, length, " " if self.coloured else self.line, "" if self.coloured else start, style
        )

    def filled(self, choices: Sequence[str], length: int, fill: str, start: str, style: str) -> Text:
        """As much of a name as fits, behind `start`, and `fill` up to the end."""
        lead = start or (fill if length > cell_len(choices[-1]) else "")
        word = words.fitting(choices, length - cell_len(lead), cell_len)
        lead = lead if word or start else ""
        shown = lead + word
        return Text(shown + fill * (length - cell_len(shown)), style=style if self.coloured else "")

    @property
    def line(self) -> str:
        return "-" if self.ascii else "─"

    def face(self, who: str) -> Face:
        return self.faces.get(who) or stranger(who)

    def handoffs(self, week: Week) -> Iterator[Text]:
        columns = [self.handoff_lines(day) for day in week.handoffs]
        for number in range(max(map(len, columns))):
            yield self.cells(column[number] if number < len(column) else Text() for column in columns)

    def handoff_lines(self, shifts: Sequence[Shift]) -> list[Text]:
        shown = shifts if len(shifts) <= HANDOFFS_SHOWN_MAX else shifts[: HANDOFFS_SHOWN_MAX - 1]
        lines = [self.handoff(shift) for shift in shown]
        if len(shown) < len(shifts):
            lines.append(Text(f"+{len(shifts) - len(shown)} more", style="dim"))
        return lines

    def handoff(self, shift: Shift) -> Text:
        text = Text().append(f"{words.clock(shift.start, self.timezone)} ", style="dim" if shift.who else "bold red")
        room = self.day - 1 - TIME_COLUMNS
        if not shift.who:
            return text.append(words.fitting(GAP_WORDS, room), style="bold red")
        return text.append(self.together([self.face(who) for who in shift.who], room))

    def together(self, people: Sequence[Face], room: int) -> str:
        """Names where all of them fit, marks otherwise."""
        choices = ["+".join(each.words[level] for each in people) for level in range(3)]
        return words.fitting([*choices, f"{len(people)} people", people[0].mark], room, cell_len)

    def legend(self, month: Month) -> Iterator[Text]:
        entries = [self.entry(face, month.seconds().get(face.id, 0)) for face in self.faces.values()]
        widest = max((entry.cell_len for entry in entries), default=1)
        columns = max(1, self.width // (widest + 2))
        rows = -(-len(entries) // columns)
        for row in range(rows):
            line = Text()
            for entry in entries[row::rows]:
                entry.align("left", widest + 2)
                line.append(entry)
            line.rstrip()
            yield line

    def entry(self, face: Face, seconds: float) -> Text:
        mark = Text(f" {face.mark} ", style=f"bold #ffffff on {face.colour}" if self.coloured else "bold")
        name = face.name
        if cell_len(name) > NAME_COLUMNS_MAX:
            name = set_cell_size(name, NAME_COLUMNS_MAX - 1).rstrip() + "…"
        return Text.assemble(mark, f" {name} ", (f"{round(seconds / 3600)} h", "dim"))


def _firsts(days: Sequence[Day]) -> list[bool]:
    """Where the month's name stands: on a week's first day and on a month's."""
    return [number == 0 or day.date.day == 1 for number, day in enumerate(days)]


def _runs(owners: Sequence[Bar | None]) -> Iterator[tuple[Bar | None, int]]:
    start = 0
    for at in range(1, len(owners) + 1):
        if at == len(owners) or owners[at] is not owners[start]:
            yield owners[start], at - start
            start = at
