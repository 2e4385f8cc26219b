from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as examples
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.suggestions import SealedSuggestion, Suggestion, SuggestionBatch
from feedback.services.ballot_box import envelopes
from feedback.services.ballot_box.custody import Custody
from feedback.services.ground.errors import NotPossible
from feedback.services.messages import suggestions
from feedback.services.messages.suggestions import ENVELOPE_SIZE
from feedback.settings import Settings
from forms.text_lengths import LONGEST_SUGGESTION

OCTOBER = datetime(2026, 10, 20, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


def send(session: Session, custody: Custody, *texts: str, now: datetime = OCTOBER) -> None:
    for text in texts:
        suggestions.send(session, custody, text, now=now)
    session.commit()


def sealed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SealedSuggestion))


def test_a_month_of_three_is_opened_when_it_is_over_and_leaves_no_envelope_and_no_key(
    session: Session, custody: Custody, settings: Settings
):
    send(session, custody, "more light", "menos ruido", "少开会")
    assert suggestions.open_due(session, custody, NOVEMBER) == 3
    assert [batch.month for batch in suggestions.batches(session)] == ["2026-10"]
    assert set(suggestions.batches(session)[0].texts) == {"more light", "menos ruido", "少开会"}
    assert sealed(session) == 0
    assert list((settings.data_dir / "keys").iterdir()) == []


def test_a_month_is_not_opened_before_it_is_over(session: Session, custody: Custody):
    send(session, custody, "a", "b", "c")
    assert suggestions.open_due(session, custody, OCTOBER) == 0
    assert sealed(session) == 3


def test_fewer_than_three_wait_and_are_opened_under_the_month_of_those_they_waited_for(
    session: Session, custody: Custody
):
    send(session, custody, "early bird", "second")
    assert suggestions.open_due(session, custody, NOVEMBER) == 0
    send(session, custody, "late", now=NOVEMBER)
    assert suggestions.open_due(session, custody, DECEMBER) == 3
    assert [(batch.month, len(batch.texts)) for batch in suggestions.batches(session)] == [("2026-11", 3)]


def test_after_an_early_opening_suggestions_go_into_the_box_of_the_next_month(
    session: Session, custody: Custody
):
    send(session, custody, "a", "b", "c")
    assert suggestions.open_due(session, custody, OCTOBER, early=True) == 3
    send(session, custody, "d")
    boxes = session.execute(select(SuggestionBatch.month, SuggestionBatch.opened).order_by("month")).all()
    assert boxes == [("2026-10", True), ("2026-11", False)]
    entries = session.scalars(select(AuditEntry)).all()
    assert [(entry.act, entry.detail) for entry in entries] == [
        ("suggestions opened", {"number": 3, "early": True})
    ]


def test_the_same_text_sent_again_and_again_is_one_suggestion(session: Session, custody: Custody):
    send(session, custody, "me", "me", "me", "other")
    assert suggestions.open_due(session, custody, NOVEMBER) == 0
    send(session, custody, "third", now=NOVEMBER)
    assert suggestions.open_due(session, custody, DECEMBER) == 3


class Killed(Exception):
    pass


def test_an_opening_that_stops_before_the_key_is_destroyed_goes_on_from_there(
    session: Session, custody: Custody, monkeypatch: pytest.MonkeyPatch, settings: Settings
):
    def stop(*arguments: object) -> None:
        raise Killed

    send(session, custody, "a", "b", "c")
    with monkeypatch.context() as patched:
        patched.setattr(suggestions, "forget_deleted_rows", stop)
        with pytest.raises(Killed):
            suggestions.open_due(session, custody, NOVEMBER)
    session.rollback()
    assert list((settings.data_dir / "keys").iterdir()) != []
    assert suggestions.open_due(session, custody, NOVEMBER) == 0
    assert list((settings.data_dir / "keys").iterdir()) == []
    assert len(suggestions.batches(session)[0].texts) == 3


def test_a_key_made_by_a_sender_who_never_committed_serves_the_next_one(session: Session, custody: Custody):
    suggestions.send(session, custody, "lost", now=OCTOBER)
    session.rollback()
    send(session, custody, "a", "b", "c")
    assert suggestions.open_due(session, custody, NOVEMBER) == 3


def test_two_who_make_the_first_box_at_once_get_the_same_key(custody: Custody):
    assert custody.create_once("_suggestions-2026-10") == custody.create_once("_suggestions-2026-10")


def test_every_envelope_has_one_size_and_nothing_is_readable_on_disk(
    session: Session, custody: Custody, settings: Settings
):
    send(session, custody, "short", "x" * LONGEST_SUGGESTION, "金丝雀" * 600)
    assert set(session.scalars(select(func.length(SealedSuggestion.envelope)))) == {ENVELOPE_SIZE}
    disk = b"".join(path.read_bytes() for path in Path(settings.data_dir).rglob("*") if path.is_file())
    assert "金丝雀".encode() not in disk


def test_an_envelope_that_nobody_can_read_stops_nothing(session: Session, custody: Custody):
    send(session, custody, "a", "b", "c")
    session.add(SealedSuggestion(id=b"x" * 16, month="2026-10", envelope=b"junk"))
    session.commit()
    assert suggestions.open_due(session, custody, NOVEMBER) == 3


def test_an_envelope_is_sealed_to_its_month(session: Session, custody: Custody):
    send(session, custody, "a")
    one = session.scalars(select(SealedSuggestion)).one()
    key = custody.private_key("_suggestions-2026-10")
    with pytest.raises(envelopes.Unreadable):
        envelopes.unseal(one.envelope, key, b"feedback suggestion 1|2026-11")


def test_opened_suggestions_lie_in_no_order_of_their_sending(session: Session, custody: Custody):
    sent = [f"suggestion {number:03}" for number in range(60)]
    send(session, custody, *sent)
    suggestions.open_due(session, custody, NOVEMBER)
    shown = list(suggestions.batches(session)[0].texts)
    assert sorted(shown) == sent
    assert shown != sent
    assert set(session.scalars(select(func.length(Suggestion.id)))) == {16}


@pytest.mark.parametrize(
    ("number", "shown"), [(0, None), (2, None), (3, 3), (4, 3), (5, 5), (9, 5), (10, 10), (14, 10)]
)
def test_how_many_wait_is_said_in_steps_and_never_below_three(
    session: Session, custody: Custody, number: int, shown: int | None
):
    send(session, custody, *[str(text) for text in range(number)])
    assert suggestions.waiting(session) == shown


def test_a_full_box_takes_no_more(session: Session, custody: Custody, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(suggestions, "MOST_SEALED", 2)
    send(session, custody, "a", "b")
    with pytest.raises(NotPossible, match="box is full"):
        send(session, custody, "c")


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=strategies.text(min_size=1, max_size=LONGEST_SUGGESTION).filter(lambda text: "\0" not in text))
def test_every_text_comes_out_as_it_went_in(tmp_path: Path, text: str):
    custody = Custody(tmp_path, ["s" * 32])
    public = custody.create_once("box")
    envelope = envelopes.seal(text.encode(), public, b"info", size=ENVELOPE_SIZE)
    found = envelopes.unseal(envelope, custody.private_key("box"), b"info").rstrip(b"\0").decode()
    assert (found, len(envelope)) == (text, ENVELOPE_SIZE)


def test_sending_makes_no_entry_in_the_audit_log(session: Session, custody: Custody):
    send(session, custody, "a", "b", "c")
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_the_first_suggestion_of_a_month_leaves_no_file_whose_age_tells_when_it_was_sent(
    session: Session, custody: Custody, settings: Settings
):
    keys = settings.data_dir / "keys"
    for now in (OCTOBER, NOVEMBER):
        suggestions.prepare(session, custody, now)
        before = {path.name: path.stat().st_mtime_ns for path in keys.iterdir()}
        suggestions.send(session, custody, "more light", now=now)
        assert {path.name: path.stat().st_mtime_ns for path in keys.iterdir()} == before
        suggestions.prepare(session, custody, now)
        assert {path.name: path.stat().st_mtime_ns for path in keys.iterdir()} == before
