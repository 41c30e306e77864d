"""Rotating the signing keys: which links live on, which end, and never a secret on the screen."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from callout.store.keys import SigningKeys
from tests.cli.conftest import Deployed

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callout.store.keys.ROTATION_PAUSE", timedelta(0))


def ids(deployed: Deployed) -> list[int]:
    ring = deployed.runtime.keys.read()
    return sorted(ring.by_id) if ring else []


def test_shown(deployed: Deployed) -> None:
    assert "no signing key yet" in deployed.run("signing-keys").output
    assert ids(deployed) == []
    deployed.runtime.keys.read_or_make()
    assert deployed.run("signing-keys").output == "key 0: signs new links\n"
    deployed.runtime.keys.rotate(NOW)
    shown = "key 1: signs new links\nkey 0: links that it has signed are still valid\n"
    assert deployed.run("signing-keys").output == shown


def test_rotated(deployed: Deployed) -> None:
    deployed.runtime.keys.read_or_make()
    first = deployed.run("signing-keys", "rotate", "--yes")
    assert first.exit_code == 0
    assert first.output == (
        "Key 1 signs new links. Functions take up to 60 seconds to see it.\n"
        "Links and calendar feeds signed with key 0 stay valid until the next rotation.\n"
    )
    second = deployed.run("signing-keys", "rotate", "--yes")
    assert second.output.endswith(
        "Links and calendar feeds signed with key 1 stay valid until the next rotation.\n"
        "Links and calendar feeds signed with key 0 are not valid any more.\n"
    )
    assert ids(deployed) == [1, 2]


def test_nobody_to_ask(deployed: Deployed) -> None:
    result = deployed.run("signing-keys", "rotate")
    assert result.exit_code == 1
    assert "add --yes" in result.output
    assert ids(deployed) == []


@pytest.mark.usefixtures("asked")
def test_asked(deployed: Deployed) -> None:
    for _ in range(2):
        deployed.runtime.keys.rotate(NOW)
    before = ids(deployed)
    result = deployed.run("signing-keys", "rotate", typed="n\n")
    assert result.exit_code == 1
    assert "Links signed with key 1 will end. [y/N]" in result.output
    assert ids(deployed) == before
    assert deployed.run("signing-keys", "rotate", typed="y\n").exit_code == 0


def test_somebody_else_rotates_at_this_moment(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed.runtime.keys.read_or_make()
    read_or_make = SigningKeys.read_or_make

    def overtaken(keys: SigningKeys) -> object:
        ring = read_or_make(keys)
        monkeypatch.setattr(SigningKeys, "read_or_make", read_or_make)
        deployed.runtime.keys.rotate(NOW)
        return ring

    monkeypatch.setattr(SigningKeys, "read_or_make", overtaken)
    result = deployed.run("signing-keys", "rotate", "--yes")
    assert result.exit_code == 1
    assert "somebody else rotated the keys at this moment" in result.output
    assert ids(deployed) == [0, 1]


def test_no_secret_is_ever_shown(deployed: Deployed) -> None:
    for _ in range(3):
        deployed.run("signing-keys", "rotate", "--yes")
        deployed.run("signing-keys")
    ring = deployed.runtime.keys.read()
    assert ring is not None
    for key in ring.by_id.values():
        for secret in (b64encode(key.secret).decode(), key.secret.hex(), repr(key.secret)):
            assert not [output for output in deployed.outputs if secret in output]


def test_options_before_the_verb_are_refused(deployed: Deployed) -> None:
    result = deployed.run("signing-keys", "--local", "rotate", "--yes")
    assert result.exit_code == 2
    assert ids(deployed) == []


def test_twice_at_once_would_leave_functions_signing_with_a_dead_key(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callout.store.keys.ROTATION_PAUSE", timedelta(minutes=5))
    assert deployed.run("signing-keys", "rotate", "--yes").exit_code == 0
    again = deployed.run("signing-keys", "rotate", "--yes")
    assert again.exit_code == 1
    assert "a moment ago" in again.output
    assert ids(deployed) == [0, 1]
