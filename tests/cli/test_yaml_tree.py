"""What is not even YAML, in words for people who do not know the parser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cli.description import yaml_fast
from infra.cli.description.yaml_nodes import FILE_BYTES_MAX
from infra.cli.description.yaml_tree import DATE, SWITCH, TRUTH, Odd, Tree, read

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file is empty"),
        ("# nothing yet\n", 1, "the file is empty"),
        ("a:\n\tb: 1\n", 2, "there is a tab"),
        ("a: 1\nb: 'x\nc: 2\n", 2, "this quote is never closed"),
        ('a: 1\nb: "x\nc: 2\n', 2, "this quote is never closed"),
        ("a: 'x\n---\nb: 1\n", 1, "this quote is never closed"),
        ("a: 1\nb: [c, d\ne: 1\n", 2, "this [ is not closed"),
        ("a: {b: c\nd: e\n", 1, "this { is not closed"),
        ("a: [1,\n", 2, "a bracket is never closed"),
        ("a: b: c\n", 1, "a colon stands where no key can be"),
        ("a: - b\n", 1, "a list begins in the middle"),
        ("a: 1\nb\nc: 2\n", 2, "a key has no colon"),
        ("a:\n  b: 1\n c: 2\n", 3, "does not fit the ones above it"),
        ("a: @x\n", 1, "a character that YAML keeps for itself"),
        ("a: `x`\n", 1, "a character that YAML keeps for itself"),
        ("a: *\n", 1, "a value begins with * or &"),
        ("a: *nobody\n", 1, "no anchor"),
        ('a: "\\d"\n', 1, "a backslash begins an escape"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        ("a: 1\nb: \x00\n", 2, "invisible control character"),
        ("a: !<x\n", 1, "this is not YAML"),
        ("[" * 1_000, 1, "nested too deeply"),
        (LAUGHS, 1, "more than 500,000 values"),
        ("a: 1\n" * (FILE_BYTES_MAX // 5 + 1), 1, "larger than 10 MB"),
    ],
)
def test_unreadable(text: str, line: int, said: str) -> None:
    tree = read(text.encode())
    [problem] = tree.problems
    assert tree.value is None
    assert problem.line == line
    assert said in problem.text
    assert problem.fix


@pytest.mark.parametrize("data", [b"a: 1\nb: \xff\xfe\n", "a: 1\nb: ü\n".encode("latin-1")])
def test_not_utf8(data: bytes) -> None:
    [problem] = read(data).problems
    assert (problem.line, problem.text) == (2, "the file is not UTF-8 text")


def test_a_chain_of_aliases_deeper_than_the_stack() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 2000))
    [problem] = read(chain.encode()).problems
    # Which of the two bounds is met first depends on Python's version: 3.12 and later have a deeper stack.
    assert problem.text.startswith(("it is nested too deeply", "with its aliases written out"))


def test_every_value_knows_its_line() -> None:
    tree = read(b"a:\n  b: 1\n  c:\n    - x\n    -\n      z\nd: >\n  text\n")
    assert tree.value == {"a": {"b": 1, "c": ["x", "z"]}, "d": "text\n"}
    assert tree.lines == {(): 1, ("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", 0): 4, ("a", "c", 1): 6, ("d",): 7}
    assert tree.line(("a", "c", 7, "z")) == 3


def test_an_alias_counts_where_it_stands() -> None:
    tree = read(b"a: &x {k: 1}\nb: *x\n")
    assert tree.value == {"a": {"k": 1}, "b": {"k": 1}}
    assert tree.lines[("b",)] == 2


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", Odd(SWITCH, "on")),
        ("Off", Odd(SWITCH, "Off")),
        ("yes", Odd(SWITCH, "yes")),
        ("NO", Odd(SWITCH, "NO")),
        ("y", Odd(SWITCH, "y")),
        ("n", Odd(SWITCH, "n")),
        ('"on"', "on"),
        ("'no'", "no"),
        ("true", Odd(TRUTH, "true")),
        ("1:30", "1:30"),
        ("9:00", "9:00"),
        ("24:00", "24:00"),
        ("09", 9),
        ("2026-11-23", Odd(DATE, "2026-11-23")),
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23T09:00:00Z", Odd(DATE, "2026-11-23T09:00:00Z")),
        ("+12025550101", 12025550101),
        ("~", Odd("nothing", "~")),
        ("1.5", Odd("a number with a fraction", "1.5")),
    ],
)
def test_what_a_plain_word_means(written: str, value: object) -> None:
    assert read(f"a: {written}\n".encode()).value == {"a": value}


def slowly(text: str) -> Tree:
    """Read without libyaml."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_fast, "LIBYAML", None)
        return read(text.encode())


WORDS = st.sampled_from(
    re.findall(
        r"\S+", "a on no true 1 1.5 0o7 0x1f 1_000 2026-11-23 2026-11-23T09:00:00 +1202 ~ null .inf 1e3 12:30 'x' << ="
    )
)
PLAIN = st.recursive(
    WORDS | st.just("!!str 1"),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(["a", "b", "on", "12", "x y"]), inner, max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_the_fast_parser_and_the_slow_one_read_the_same(text: str) -> None:
    assert read(f"k: {text}\n".encode()) == slowly(f"k: {text}\n")


@pytest.mark.parametrize("file", ["infra/cli/example.yaml", "tests/cli/fixtures/mistakes.yaml"])
def test_whole_files_are_read_the_same(file: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    assert yaml_fast.compose(text) is not None
    assert read(text.encode()) == slowly(text)


@pytest.mark.parametrize("text", ["- " * 100_000 + "x", "{a: " * 500 + "1" + "}" * 500])
def test_depth_does_not_exhaust_anything(text: str) -> None:
    [problem] = read(text.encode()).problems
    assert problem.text == "it is nested too deeply"


def test_escaped_halves_are_one_character() -> None:
    assert read(rb'{"\ud83d\udca5": "a\ud83d\udca5b"}') == slowly('{"\U0001f4a5": "a\U0001f4a5b"}')


@pytest.mark.parametrize("text", [r'{"a\ud83d": 1, "b": 2}', r'{"b": "x\udca5"}', r'{"b": ["\udca5\ud83d"]}'])
def test_half_a_character_is_an_error(text: str) -> None:
    tree = read(text.encode())
    assert [problem.text for problem in tree.problems] == [r"an escape (\ud800 to \udfff) is half of a character"]
    assert repr((tree.value, tree.problems)).encode()
    assert set(tree.value) == {"b"}


@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("readers", [read, lambda data: slowly(data.decode())], ids=["fast", "slow"])
def test_lines_are_counted_as_editors_do(odd: str, readers: Callable[[bytes], Tree]) -> None:
    tree = readers(f'\n# {odd}\na: "x{odd}y"\nb:\n  - 1\nc: "é{odd}"\r\nd: 1\n'.encode())
    places = {("a",): 3, ("b",): 4, ("b", 0): 5, ("c",): 6, ("d",): 7}
    assert {path: tree.lines[path] for path in places} == places
    [problem] = readers(f'a: "x{odd}y"\nb: "{odd}"\nc: [1\nd: e: f\n'.encode()).problems
    assert problem.line == 3
