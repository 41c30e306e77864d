from hypothesis import given
from hypothesis import strategies as st

from callout.formats.members import COUNTED_MAX, MEMBERS_MAX, counted, in_text, name, names

labels = st.dictionaries(st.text(min_size=1), st.text(), min_size=1, max_size=4)


@given(labels)
def test_a_name_does_not_depend_on_the_order_of_labels(of: dict[str, str]) -> None:
    assert name("", of) == name(None, dict(reversed(of.items())))


def test_a_fingerprint_is_the_name() -> None:
    assert name("b58697af53df12b0", {"a": "1"}) == "b58697af53df12b0"
    assert name(7, {"a": "1"}) == name("", {"a": "1"})


@given(st.integers(0, 2 * COUNTED_MAX), st.integers(0, 2 * COUNTED_MAX))
def test_a_counted_group_gains_members_only_by_growing(before: int, after: int) -> None:
    gained = set(counted(after)) - set(counted(before))
    assert bool(gained) is (min(after, COUNTED_MAX) > min(before, COUNTED_MAX))


def test_a_group_has_each_name_once_and_not_too_many() -> None:
    assert names(["b", "a", "b"]) == ("a", "b")
    assert len(names(str(each) for each in range(2 * MEMBERS_MAX))) == MEMBERS_MAX


def test_a_text_is_told_apart_by_its_labels_alone() -> None:
    block = "Labels:\n - a = 1\n - b = x - y\nAnnotations:\n - value = 91\nSource: s\n"
    assert in_text(block) == in_text(block.replace("91", "92"))
    assert in_text(block) != in_text(block.replace("a = 1", "a = 2"))
    assert len(in_text(block + block.replace("a = 1", "a = 2"))) == 2
    assert in_text("nothing of the kind") == ()
