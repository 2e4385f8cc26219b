import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from feedback.services.ballot_box.custody import Custody
from feedback.services.ground.errors import NotPossible

OLD, NEW = "o" * 32, "n" * 32


def test_the_private_key_fits_the_public_one_and_never_lies_on_disk_in_clear(tmp_path: Path):
    custody = Custody(tmp_path, [OLD])
    public = custody.create("q4")
    private = custody.private_key("q4")
    assert private.public_key().public_bytes_raw() == public
    assert private.private_bytes_raw() not in (tmp_path / "q4.key").read_bytes()
    assert (tmp_path / "q4.key").stat().st_mode & 0o077 == 0


def test_a_key_survives_the_rotation_of_secrets_and_not_their_loss(tmp_path: Path):
    Custody(tmp_path, [OLD]).create("q4")
    assert isinstance(Custody(tmp_path, [OLD, NEW]).private_key("q4"), X25519PrivateKey)
    with pytest.raises(NotPossible, match="older key removed"):
        Custody(tmp_path, [NEW]).private_key("q4")


def test_a_destroyed_key_is_gone_and_destroying_it_again_does_nothing(tmp_path: Path):
    custody = Custody(tmp_path, [OLD])
    custody.create("q4")
    custody.destroy("q4")
    custody.destroy("q4")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotPossible, match="cannot be opened"):
        custody.private_key("q4")


def test_a_key_file_of_another_campaign_does_not_open(tmp_path: Path):
    custody = Custody(tmp_path, [OLD])
    custody.create("q3")
    (tmp_path / "q3.key").rename(tmp_path / "q4.key")
    with pytest.raises(NotPossible):
        custody.private_key("q4")


def test_a_key_that_was_being_written_when_the_machine_stopped_is_destroyed_with_the_other(tmp_path: Path):
    trustees = [X25519PrivateKey.generate() for _ in range(3)]
    custody, other = Custody(tmp_path, [OLD]), "q4.key"
    custody.create("q4", [key.public_key().public_bytes_raw() for key in trustees])
    custody.create(other)
    custody.keep(custody.quorum("q4").peel(trustees[0]))
    half_opened = (tmp_path / "q4.trustees").read_bytes()
    for left in ("q4.trustees.0123abcd", "q4.key.0123abcd"):
        (tmp_path / left).write_bytes(half_opened)
    custody.destroy("q4")
    assert [path.name for path in tmp_path.iterdir()] == ["q4.key.key"]
    assert custody.private_key(other)


@pytest.mark.parametrize("shared_before", [False, True])
def test_an_older_key_of_a_campaign_is_destroyed_by_the_next_one(tmp_path: Path, shared_before: bool):
    """Such as the server's own, once trustees hold the key: it would still lie there after the close."""
    custody = Custody(tmp_path, [OLD])
    keys = [X25519PrivateKey.generate().public_key().public_bytes_raw() for _ in range(3)]
    custody.create("q4", keys if shared_before else None)
    left = kept_by_a_backup(next(tmp_path.iterdir()))
    before = left.read_bytes()
    custody.create("q4", None if shared_before else keys)
    name = "q4.key" if shared_before else "q4.trustees"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", name]
    assert not same_places(before, left.read_bytes())


def kept_by_a_backup(path: Path) -> Path:
    """Another name of the same file, whose bytes on the disk stay when its first name goes."""
    other = path.with_name("backup")
    os.link(path, other)
    return other


@pytest.mark.parametrize("shared", [False, True])
def test_the_bytes_of_a_destroyed_key_are_overwritten_where_they_lay(tmp_path: Path, shared: bool):
    custody = Custody(tmp_path, [OLD])
    keys = [X25519PrivateKey.generate().public_key().public_bytes_raw() for _ in range(3)]
    custody.create("q4", keys if shared else None)
    left = kept_by_a_backup(tmp_path / ("q4.trustees" if shared else "q4.key"))
    before = left.read_bytes()
    custody.destroy("q4")
    assert len(left.read_bytes()) == len(before)
    assert not same_places(before, left.read_bytes())


def test_what_was_sealed_to_trustees_is_overwritten_where_it_lay_when_one_layer_is_off(tmp_path: Path):
    trustees = [X25519PrivateKey.generate() for _ in range(3)]
    custody = Custody(tmp_path, [OLD])
    custody.create("q4", [key.public_key().public_bytes_raw() for key in trustees])
    left = kept_by_a_backup(tmp_path / "q4.trustees")
    before = left.read_bytes()
    custody.keep(custody.quorum("q4").peel(trustees[0]))
    assert len(left.read_bytes()) == len(before)
    assert not same_places(before, left.read_bytes())


def same_places(one: bytes, other: bytes) -> bool:
    """Whether much more stands at the same place than chance puts there."""
    return sum(a == b for a, b in zip(one, other, strict=True)) > max(8, len(one) / 20)


def test_a_mark_that_was_half_written_is_written_again_and_leaves_nothing_behind(tmp_path: Path):
    custody = Custody(tmp_path, [OLD])
    custody.create("q4")
    half = tmp_path / "q4.counted.0123abcd"
    half.touch()
    custody.mark_counted("q4")
    custody.destroy("q4")
    assert [path.name for path in tmp_path.iterdir()] == ["q4.counted"]
