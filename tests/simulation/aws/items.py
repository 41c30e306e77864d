"""Items on their way into the table and out of it: checked, measured, copied, so that nobody holds the table's own."""

from decimal import Decimal, InvalidOperation

from simulation.aws.errors import NotModelled
from simulation.aws.expressions import Attribute, Item

ITEM_BYTES_MAX = 400 * 1024


def taken_in(item: Item) -> tuple[Item, int]:
    """A copy, and how large it is."""
    size = 0
    copy: Item = {}
    for name, attribute in item.items():
        size += len(name) if name.isascii() else len(name.encode())
        value = attribute.get("S")
        if type(value) is str and len(attribute) == 1:
            size += len(value) if value.isascii() else len(value.encode())
            copy[name] = {"S": value}
        else:
            copy[name], more = _taken_in(attribute)
            size += more
    return copy, size


def _taken_in(attribute: Attribute) -> tuple[Attribute, int]:
    if len(attribute) != 1:
        raise NotModelled(f"an attribute with {len(attribute)} types")
    [(kind, value)] = attribute.items()
    if kind == "S" and type(value) is str:
        return {"S": value}, len(value.encode())
    if kind == "N" and type(value) is str:
        return {"N": canonical(value)}, len(value) // 2 + 2
    if kind == "B" and type(value) is bytes:
        return {"B": value}, len(value)
    if kind in ("BOOL", "NULL") and type(value) is bool:
        return {kind: value}, 1
    if kind == "M" and type(value) is dict:
        inside, size = taken_in(value)
        return {"M": inside}, size + 3 + len(inside)
    if kind == "L" and type(value) is list:
        members = [_taken_in(member) for member in value]
        return {"L": [member for member, _ in members]}, sum(size + 1 for _, size in members) + 3
    raise NotModelled(f"an attribute of type {kind} that is a {type(value).__name__}")


def size_of(item: Item) -> int:
    return taken_in(item)[1]


def given_out(item: Item) -> Item:
    return {
        name: attribute.copy() if "S" in attribute or "N" in attribute else _given_out(attribute)
        for name, attribute in item.items()
    }


def _given_out(attribute: Attribute) -> Attribute:
    if "M" in attribute:
        return {"M": given_out(attribute["M"])}
    if "L" in attribute:
        return {"L": [_given_out(member) for member in attribute["L"]]}
    return attribute.copy()


def canonical(text: str) -> str:
    """A number as DynamoDB gives it back."""
    if text.isdigit() and text.isascii() and (text[0] != "0" or len(text) == 1) and len(text) <= 38:
        return text
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise NotModelled(f"the number {text!r}") from None
    if not found.is_finite() or len(found.as_tuple().digits) > 38 or abs(found.adjusted()) > 38:
        raise NotModelled(f"the number {text!r}")
    return f"{found.normalize():f}" if found else "0"
