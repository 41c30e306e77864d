"""What is not even YAML, in words for people who do not know the parser."""

import pytest

from infra.cli.yaml_tree import FILE_BYTES_MAX, read

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
        (LAUGHS, 1, "more than 100,000 values"),
        ("a: 1\n" * (FILE_BYTES_MAX // 5 + 1), 1, "larger than 1 MB"),
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
    tree = read(b"a:\n  b: 1\n  c:\n    - x\n    -\n      y\nd: >\n  text\n")
    assert tree.value == {"a": {"b": 1, "c": ["x", "y"]}, "d": "text\n"}
    assert tree.lines == {(): 1, ("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", 0): 4, ("a", "c", 1): 6, ("d",): 7}
    assert tree.line(("a", "c", 7, "z")) == 3


def test_an_alias_counts_where_it_stands() -> None:
    tree = read(b"a: &x {k: 1}\nb: *x\n")
    assert tree.value == {"a": {"k": 1}, "b": {"k": 1}}
    assert tree.lines[("b",)] == 2
