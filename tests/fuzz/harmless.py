"""What must hold of everything that is shown or sent, whatever it is made of."""

import re
import unicodedata
from html.parser import HTMLParser

from callout.channels import gsm

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "div", "p", "span", "b", "bdi", "strong"),
    *("h1", "h2", "dl", "dt", "dd", "ul", "li", "a", "form", "input", "button", "label"),
    *("table", "tbody", "tr", "th", "td", "caption", "br", "details", "summary"),
}
NEVER = ("src", "srcset", "srcdoc", "formaction", "background")
NAME = re.compile(r"[^\W_][.\u3002\uff0e\uff61][^\W\d_]{2}")
"""What a phone may take for the name of a host."""
LINK = re.compile(r"https://callout\.example\.com/a/[A-Za-z0-9_-]{35}")


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"<{tag}>"
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in NEVER, name
            assert name != "href" or (value or "").lower().startswith(("https://", "http://", "tel:")), value

    def handle_data(self, data: str) -> None:
        self.text += data


def html(page: str) -> str:
    """Its text; nothing in it is anybody's but ours."""
    page.encode()
    return Reader(page).text


def sms(text: str) -> None:
    """Within its segments, and with one link, which is ours."""
    if gsm.is_gsm(text):
        assert gsm.septets(text) <= 2 * 153
    else:
        assert gsm.units(text) <= 3 * 67
    assert len(LINK.findall(text)) == 1
    assert text.count("://") == 1
    assert not NAME.search(LINK.sub("", text)), "one link, and nothing else that a phone would underline"
    assert not text.startswith("https:")
    visible(text)


def subject(text: str) -> None:
    assert text
    assert len(text) <= 200
    visible(text)


def visible(text: str) -> None:
    assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs")], ascii(text)
