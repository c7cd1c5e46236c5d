"""Records open only for the machine and the person together, for so long, and not for guessers."""

from __future__ import annotations

from pathlib import Path

import keyring.backend
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from local_cache import key
from local_cache.key import Keys
from local_cache.machine import GivenSecret, KeyringSecret, OnlineOnly
from local_cache.wraps import Cost
from tests.builders import CLINIC, MORNING, WARD
from tests.local_cache.conftest import SetClock
from workstation.access.signing import verifies
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.record import Sealed

PERSON = HsaId("SE2321000016-P001")
MACHINE = b"\x11" * 32
UNIT_KEY = bytes(range(32))
WEEK = MORNING + 7 * 24 * 3_600_000
PASSWORD = "rätt häst batteri"


@pytest.fixture
def keys(tmp_path: Path, clock: SetClock) -> Keys:
    return on_machine(tmp_path, clock)


def on_machine(folder: Path, clock: SetClock, machine: bytes = MACHINE) -> Keys:
    return Keys(
        folder, person=PERSON, machine_name="PC-17", machine=GivenSecret(machine), clock=clock
    )


def test_who_is_enrolled_opens_the_same_keys_again(keys: Keys) -> None:
    assert not keys.enrolled
    first = keys.enrol(PASSWORD, {WARD: UNIT_KEY}, not_after=WEEK)
    again = keys.unlock(PASSWORD)
    assert again.units == {WARD: UNIT_KEY}
    assert again.own_key == first.own_key
    signed = Sealed(b"x", again.signer.sign(b"x"), again.signer.key_id)
    assert verifies(signed, first.signer.public_key)
    assert not verifies(Sealed(b"y", signed.signature, signed.signer), first.signer.public_key)


def test_the_file_opens_nothing_on_another_machine(
    keys: Keys, tmp_path: Path, clock: SetClock
) -> None:
    keys.enrol(PASSWORD, {WARD: UNIT_KEY}, not_after=WEEK)
    with pytest.raises(key.NotEnrolled):
        on_machine(tmp_path, clock, b"\x22" * 32).unlock(PASSWORD)


def test_no_secret_and_no_name_lies_in_the_file(keys: Keys, tmp_path: Path) -> None:
    opened = keys.enrol(PASSWORD, {WARD: UNIT_KEY}, not_after=WEEK)
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    for secret in (UNIT_KEY, opened.own_key, opened.kek, MACHINE):
        assert secret not in content
        assert secret.hex().encode() not in content
    for text in (PASSWORD, PERSON):
        assert text.encode() not in content
        assert text not in file.name
    assert file.stat().st_mode & 0o077 == 0


def test_a_unit_can_be_added_and_dropped(keys: Keys) -> None:
    opened = keys.enrol(PASSWORD, {WARD: UNIT_KEY}, not_after=WEEK)
    keys.add_unit(opened, CLINIC, b"\x33" * 32)
    opened = keys.unlock(PASSWORD)
    assert opened.units == {WARD: UNIT_KEY, CLINIC: b"\x33" * 32}
    keys.drop_unit(opened, WARD)
    assert keys.unlock(PASSWORD).units == {CLINIC: b"\x33" * 32}


def test_a_new_password_opens_everything_and_the_old_one_nothing(keys: Keys) -> None:
    first = keys.enrol(PASSWORD, {WARD: UNIT_KEY}, not_after=WEEK)
    keys.change_password(PASSWORD, "nytt lösenord")
    with pytest.raises(key.WrongPassword):
        keys.unlock(PASSWORD)
    again = keys.unlock("nytt lösenord")
    assert (again.own_key, again.units) == (first.own_key, first.units)
    assert again.signer.public_key == first.signer.public_key


def test_a_try_is_counted_even_when_the_program_is_ended_in_the_middle(
    keys: Keys, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.enrol(PASSWORD, {}, not_after=WEEK)

    def ended(*_args: object, **_more: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("local_cache.wraps.hash_secret_raw", ended)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                keys.unlock("gissning")
    with pytest.raises(key.TriesPaused):
        keys.unlock(PASSWORD)
    clock.millis += 60_001
    keys.unlock(PASSWORD)


@pytest.mark.slow
def test_guessing_pauses_longer_and_longer_and_ends_in_nothing(
    keys: Keys, clock: SetClock, tmp_path: Path
) -> None:
    keys.enrol(PASSWORD, {WARD: UNIT_KEY}, not_after=WEEK)
    told: list[type[Problem]] = []
    for _ in range(20):
        with pytest.raises(Problem) as caught:
            keys.unlock("gissning")
        told.append(caught.type)
        clock.millis += 15 * 60_000 + 1
    assert told == [key.WrongPassword] * 4 + [key.TriesPaused] * 15 + [key.NotEnrolled]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(key.NotEnrolled):
        keys.unlock(PASSWORD)


def test_a_lease_ends_and_contact_renews_it(keys: Keys, clock: SetClock) -> None:
    keys.enrol(PASSWORD, {}, not_after=WEEK)
    clock.millis = WEEK + 1
    with pytest.raises(key.LeaseExpired):
        keys.unlock(PASSWORD)
    keys.renew_lease(not_after=WEEK + 3_600_000)
    keys.unlock(PASSWORD)


def test_a_clock_set_back_opens_nothing(keys: Keys, clock: SetClock) -> None:
    keys.enrol(PASSWORD, {}, not_after=WEEK)
    clock.millis -= 5 * 60_000
    keys.unlock(PASSWORD)
    clock.millis -= 2 * 24 * 3_600_000
    with pytest.raises(key.ClockSetBack):
        keys.unlock(PASSWORD)


def test_the_servers_time_counts_too(keys: Keys, clock: SetClock) -> None:
    keys.enrol(PASSWORD, {}, not_after=WEEK)
    keys.saw_time(clock.millis + 3_600_000)
    with pytest.raises(key.ClockSetBack):
        keys.unlock(PASSWORD)


def test_a_changed_file_opens_nothing(keys: Keys, tmp_path: Path) -> None:
    keys.enrol(PASSWORD, {}, not_after=WEEK)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes().replace(str(WEEK).encode(), str(WEEK * 2).encode()))
    with pytest.raises(key.NotEnrolled):
        keys.unlock(PASSWORD)


def test_guessing_can_never_be_made_cheap() -> None:
    for cheap in ({"memory_kib": 32 * 1024}, {"time": 2}):
        with pytest.raises(ValueError):
            Cost(**cheap)


def test_without_a_keyring_nothing_is_stored_here() -> None:
    with pytest.raises(OnlineOnly):
        KeyringSecret().read()  # the tests' own setting: no keyring
    with pytest.raises(OnlineOnly):
        KeyringSecret(NoKeyring()).read()  # type: ignore[no-untyped-call]


class PlaintextKeyring(keyring.backend.KeyringBackend):
    """What keyrings.alt offers."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("written in clear")


def test_a_keyring_that_may_store_in_clear_is_refused_unasked() -> None:
    with pytest.raises(OnlineOnly):
        KeyringSecret(PlaintextKeyring()).read()  # type: ignore[no-untyped-call]


def test_the_machine_secret_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}

    class SystemStore(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[service, username] = password

    SystemStore.__module__ = "keyring.backends.SecretService"
    store = SystemStore()  # type: ignore[no-untyped-call]
    first = KeyringSecret(store).read()
    assert KeyringSecret(store).read() == first
    (stored,) = kept.values()
    assert bytes.fromhex(stored) == first
    assert len(stored) == 64
