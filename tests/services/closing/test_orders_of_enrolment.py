"""Whatever is done in whatever order: a campaign opens with three keys that all three trustees have confirmed."""

from collections.abc import Callable

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from feedback.models.campaigns import CampaignState
from feedback.services.accounts import accounts
from feedback.services.closing import trustees
from feedback.services.closing.passphrases import WrongPassphrase
from feedback.services.ground.errors import NotPossible
from tests.factories import ACTOR, NOW, Office
from tests.trustees import (
    PASSPHRASES,
    appoint,
    confirm_one,
    enrol_one,
    on_record,
    open_campaign,
    seen_by,
    swap,
    write,
)

ACTS = some.lists(
    some.tuples(
        some.sampled_from(
            ["enrol", "confirm", "enrol and confirm", "replace", "swap", "keep", "put back", "forge"]
        ),
        some.integers(0, 2),
    ),
    min_size=3,
    max_size=14,
)
Set = frozenset[tuple[int, bytes | None]]


class Story:
    """What may open, told without a tag: the keys that each trustee set himself, and which three he confirmed last."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.campaign = office.draft({"client": 3}, code=f"Q{next(office.numbers)}")
        self.rows = appoint(office, self.campaign, self.campaign.code)
        self.words = list(PASSPHRASES)
        self.own: set[tuple[int, bytes | None]] = set()
        self.confirmed: dict[int, Set | None] = {}
        self.copies: dict[int, tuple[dict[str, object], Set | None]] = {}

    @property
    def on_record(self) -> Set:
        return frozenset((row.user_id, row.public_key) for row in self.rows)

    @property
    def may_open(self) -> bool:
        confirmed = all(self.confirmed.get(row.user_id) == self.on_record for row in self.rows)
        return confirmed and self.on_record <= self.own

    def tell(self, act: str, place: int) -> None:
        try:
            ACT_OF[act](self, place)
        except (NotPossible, WrongPassphrase):
            self.office.session.rollback()
        self.office.session.expire_all()

    def enrol(self, place: int, *, confirming: bool = False) -> None:
        row, words = self.rows[place], f"the passphrase {next(self.office.numbers)}"
        seen = seen_by(self.office, self.campaign, row) if confirming else None
        enrol_one(self.office, self.campaign, row, words, seen)
        self.words[place] = words
        self.own.add((row.user_id, row.public_key))
        self.confirmed[row.user_id] = self.on_record if confirming else None

    def confirm(self, place: int) -> None:
        row = self.rows[place]
        confirm_one(self.office, self.campaign, row, self.words[place])
        self.confirmed[row.user_id] = self.on_record

    def replace(self, place: int) -> None:
        """Somebody else becomes trustee in his place."""
        session, name = self.office.session, f"new{next(self.office.numbers)}@example.com"
        accounts.create(session, name, None, "employee", actor=ACTOR, now=NOW)
        session.flush()
        staying = [row.user_id for row in self.rows if row is not self.rows[place]]
        keys = on_record(self.office, self.campaign)
        wanted = [name, *(key.email for key in keys if key.user_id in staying)]
        trustees.appoint(session, self.campaign, wanted, actor=ACTOR, now=NOW)
        session.commit()
        self.rows[place] = trustees.find_by_email(session, self.campaign, name)

    def swap(self, place: int) -> None:
        if self.rows[place].salt:
            swap(self.office, self.rows[place], self.campaign.code, salt=bool(place % 2))

    def keep(self, place: int) -> None:
        """The thief copies the row, tags and all."""
        row = self.rows[place]
        names = ("public_key", "salt", "enrolment_tag", "confirmation_tag")
        copy = {name: getattr(row, name) for name in names}
        self.copies[row.user_id] = copy, self.confirmed.get(row.user_id)

    def put_back(self, place: int) -> None:
        row = self.rows[place]
        if row.user_id in self.copies:
            copy, confirmed = self.copies[row.user_id]
            write(self.office, row, **copy)
            self.confirmed[row.user_id] = confirmed

    def forge(self, place: int) -> None:
        """The thief writes the confirmation of the next one in the place of his."""
        row, other = self.rows[place], self.rows[(place + 1) % 3]
        write(self.office, row, confirmation_tag=other.confirmation_tag)
        self.confirmed[row.user_id] = None


ACT_OF: dict[str, Callable[[Story, int], None]] = {
    "enrol": Story.enrol,
    "confirm": Story.confirm,
    "enrol and confirm": lambda story, place: story.enrol(place, confirming=True),
    "replace": Story.replace,
    "swap": Story.swap,
    "keep": Story.keep,
    "put back": Story.put_back,
    "forge": Story.forge,
}


def test_no_order_of_setting_confirming_replacing_and_swapping_opens_with_an_unconfirmed_set(office: Office):
    outcomes = set()

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(ACTS, some.booleans())
    @example([], True)  # of random orders few open
    def check(acts: list[tuple[str, int]], well_meant: bool) -> None:
        story = Story(office)
        if well_meant:
            acts = [*(("enrol", n) for n in range(3)), *acts, *(("confirm", n) for n in range(3))]
        for act, place in acts:
            story.tell(act, place)
        expected = story.may_open
        outcomes.add(expected)
        try:
            open_campaign(office, story.campaign)
        except NotPossible:
            office.session.rollback()
        assert (story.campaign.state == CampaignState.OPEN) is expected
        if expected:
            sealed_to = office.custody.quorum(story.campaign.code).trustees
            assert sealed_to == {key for _, key in story.on_record}

    check()
    assert outcomes == {True, False}
