"""The forms of an HTML page, as a browser would post them: for whoever taps a link without being one."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Form:
    method: str
    action: str
    """"" means: to the page's own address."""
    fields: dict[str, str] = field(default_factory=dict)
    """Every input's name and value, as the page sets it."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """(name, value) of each button; a browser posts the one that was pressed."""


def forms(html: str) -> list[Form]:
    parser = _Parser()
    parser.feed(html)
    return parser.found


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("method", "get"), given.get("action", "")))
        elif self.found and tag == "input" and "name" in given:
            self.found[-1].fields[given["name"]] = given.get("value", "")
        elif self.found and tag == "button" and "name" in given:
            self.found[-1].buttons.append((given["name"], given.get("value", "")))
