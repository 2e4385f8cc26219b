"""A campaign file, as far as it can be read without looking up whom it names::

    code = "2026Q4"                        # names the campaign in commands
    period = "2026Q4"                      # a year, a quarter or a month 2026-11
    kind = "both"                          # client | 360 | both
    title = {en = "Fourth quarter 2026", zh = "2026年第四季度"}
    closes_at = 2026-12-15                 # the end of that day here, or a time: 2026-12-15T18:00:00+08:00
    questionnaire = "account-manager"      # of the library, the latest version or "code/2"; or a file: "own.toml"
    scheme = "account-manager"             # likewise

    nominations_until = 2026-11-27         # from here to [minimum] everything may be left out
    approvals_until = 2026-12-01
    languages = "zh,en"                    # zh,en | zh | en
    recurring = false
    trustees = ["a@x.com", "b@x.com", "c@x.com"]   # who hold the key together; left out: the server holds it

    [minimum]                              # rater groups that need more answers than the scheme says
    client = 5

    [subjects]                             # one of these
    all = true                             # everybody with a level
    departments = ["east"]                 # everybody with a level who works there
    levels = ["senior"]
    people = ["A01", "A02"]

    [peers]                                # subject = the colleagues who rate as peers
    A01 = ["C07", "C11", "A02"]

Contacts of the subject's clients, the manager, direct reports and the subject follow from what was imported.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from feedback.models.campaigns import CampaignKind
from feedback.services.ballot_box.enrolled_keys import NUMBER_OF_TRUSTEES
from feedback.services.ballot_box.invitations import ADDRESS_FIELDS
from feedback.services.definitions import library
from feedback.services.ground import days
from feedback.services.ground.errors import NotFound
from feedback.services.people import addresses
from feedback.services.rosters import rosters
from forms import periods
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.document import Fault, InvalidDocument, Section, read_toml
from forms.questionnaire import Questionnaire
from forms.scheme import Group, Scheme, with_minimum
from forms.text_lengths import MOST_ASKED
from forms.words import N_

MESSAGES = {
    "reserved_code": N_("a campaign cannot be called %(name)s: that is the address of another page"),
    "not_a_language": N_("'%(value)s' is not one of: zh,en; zh; en"),
    "not_a_period": N_("'%(value)s' is not a year 2026, a quarter 2026Q3 or a month 2026-09"),
    "unreadable_file": N_("%(name)s cannot be read: %(detail)s"),
    "not_in_library": N_("%(detail)s"),
    "not_one_choice": N_("needs exactly one of all, departments, levels, people"),
    "nobody": N_("selects nobody: account managers are the people with a level"),
    "unknown_person": N_("there is no person %(code)s"),
    "unknown_department": N_("nobody with a level works in department %(code)s"),
    "unknown_level": N_("nobody has the level %(code)s"),
    "unknown_account": N_("there is no account %(email)s that can sign in"),
    "not_three": N_("a key is entrusted to three different accounts"),
    "unknown_group": N_("the scheme has no rater group %(group)s"),
    "not_a_subject": N_("%(code)s is not a subject of this campaign"),
    "peers_not_asked": N_("this campaign does not ask peers"),
    "asked_already": N_("%(name)s would be asked about %(subject)s twice: as %(groups)s"),
    "no_wording": N_("item %(item)s has no text to show to raters"),
    "reserved_item": N_("an item cannot be called %(item)s: the answer form uses that name itself"),
    "asked_nothing": N_("asks nothing of the rater group %(group)s"),
}
RESERVED_CODES = ("new",)
LANGUAGES = ("zh,en", "zh", "en")
SELECTIONS = ("departments", "levels", "people")

Definition = TypeVar("Definition", Questionnaire, Scheme)


class SpecFault(Fault):
    """A fault that only a campaign can have."""

    @property
    def message(self) -> str:
        return MESSAGES[self.code] % self.params


class Spec(Section):
    """The file as a table that can also hand out times."""

    def moment(self, key: str) -> date:
        """A date or a time, which is a date as well."""
        return self._take(key, date, "a date or a time, without quotes", None, date.max)

    def note(self, path: str, code: str, **params: object) -> None:
        self.faults.append(SpecFault(path, code, params))


@dataclass(frozen=True)
class Outline:
    """A campaign file that is right in itself; whom it names is not looked up yet."""

    code: str
    period: str
    kind: CampaignKind
    titles: Mapping[str, str]
    closes_at: datetime
    questionnaire: Questionnaire
    scheme: Scheme
    groups: tuple[Group, ...]
    selection: str
    selected: tuple[str, ...]
    peers: Mapping[str, tuple[str, ...]]
    nominations_until: datetime | None
    approvals_until: datetime | None
    languages: str
    recurring: bool
    trustees: tuple[str, ...]


def outline(session: Session, data: bytes, folder: Path, zone: ZoneInfo) -> Outline:
    spec = Spec(read_toml(data).table)
    questionnaire = _definition(
        spec, "questionnaire", folder, partial(library.load_questionnaire, session), questionnaires.load
    )
    scheme = _definition(spec, "scheme", folder, partial(library.load_scheme, session), schemes.load)
    kind = spec.choice("kind", CampaignKind)
    selection, selected = _selection(spec)
    titles = _titles(spec)
    code, period = _code(spec), _period(spec)
    closes_at = closing(spec.moment("closes_at"), zone)
    peers = spec.section("peers")
    nominated = {subject: peers.strings(subject) for subject in peers.table}
    nominations_until, approvals_until = _deadlines(spec, zone)
    languages, recurring, trustees = _languages(spec), spec.flag("recurring", False), _trustees(spec)
    scheme = _raised(spec, scheme)
    spec.close()
    if not questionnaire or not scheme or spec.faults:
        raise InvalidDocument(spec.faults)
    groups = rosters.groups(scheme, kind)
    _check_groups(spec, questionnaire, groups, nominated)
    return Outline(
        code=code,
        period=period,
        kind=kind,
        titles=titles,
        closes_at=closes_at,
        questionnaire=questionnaire,
        scheme=scheme,
        groups=groups,
        selection=selection,
        selected=selected,
        peers=nominated,
        nominations_until=nominations_until,
        approvals_until=approvals_until,
        languages=languages,
        recurring=recurring,
        trustees=trustees,
    )


def _check_groups(
    spec: Spec, questionnaire: Questionnaire, groups: Sequence[Group], nominated: Mapping[str, Sequence[str]]
) -> None:
    spec.faults.extend(misfits(questionnaire, groups))
    if nominated and rosters.PEER not in [group.id for group in groups]:
        spec.note("peers", "peers_not_asked")
    spec.finish()


def _titles(spec: Spec) -> dict[str, str]:
    titles = spec.languages("title")
    if not titles:
        spec.fault("title", "missing")
    return titles


def _deadlines(spec: Spec, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    return _moment(spec, "nominations_until", zone), _moment(spec, "approvals_until", zone)


def _code(spec: Spec) -> str:
    code = spec.identifier("code", periods.canonical)
    if code in RESERVED_CODES:
        spec.note("code", "reserved_code", name=code)
    return code


def _languages(spec: Spec) -> str:
    languages = spec.string("languages", LANGUAGES[0])
    if languages not in LANGUAGES:
        spec.note("languages", "not_a_language", value=languages)
    return languages


def _trustees(spec: Spec) -> tuple[str, ...]:
    written = spec.strings("trustees") if spec.has("trustees") else ()
    trustees = tuple(map(addresses.to_look_for, written))
    if trustees and not len(trustees) == len(set(trustees)) == NUMBER_OF_TRUSTEES:
        spec.note("trustees", "not_three")
    return trustees


def _raised(spec: Spec, scheme: Scheme | None) -> Scheme | None:
    """With the minima of the file: a campaign may ask for more answers than its scheme, never for fewer."""
    section = spec.section("minimum")
    if scheme is None:
        return None
    groups = {group.id: group for group in scheme.groups}
    for group_id in section.table.keys() - groups.keys():
        spec.note(f"minimum.{group_id}", "unknown_group", group=group_id)
    written = [group for group in scheme.groups if section.has(group.id)]
    return with_minimum(scheme, {group.id: _minimum(section, group) for group in written})


def _minimum(section: Section, group: Group) -> int:
    if not group.attributed:
        return section.integer(group.id, least=group.minimum, most=MOST_ASKED)
    value = section.integer(group.id, group.minimum)
    if value != group.minimum:
        section.fault(group.id, "attributed_minimum", value=value)
    return group.minimum


def _moment(spec: Spec, key: str, zone: ZoneInfo) -> datetime | None:
    return closing(spec.moment(key), zone) if spec.has(key) else None


def _definition(
    spec: Spec,
    key: str,
    folder: Path,
    stored: Callable[[str, int | None], Definition],
    read: Callable[[bytes], Definition],
) -> Definition | None:
    name = spec.string(key, library.DEFAULT)
    try:
        if name.endswith(".toml"):
            return read((folder / name).read_bytes())
        code, _, version = name.partition("/")
        return stored(code, int(version) if version else None)
    except NotFound as error:
        spec.note(key, "not_in_library", detail=str(error))
    except InvalidDocument as error:
        spec.faults.extend(
            Fault(f"{key} {name}: {fault.path}", fault.code, fault.params) for fault in error.faults
        )
    except (OSError, ValueError) as error:
        spec.note(key, "unreadable_file", name=name, detail=error)
    return None


def _period(spec: Spec) -> str:
    period = periods.canonical(spec.string("period"))
    if period and not periods.is_period(period):
        spec.note("period", "not_a_period", value=period)
    return period


def closing(moment: date, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return days.end_of(moment, zone)


def _selection(spec: Spec) -> tuple[str, tuple[str, ...]]:
    section = spec.section("subjects")
    chosen = [key for key in SELECTIONS if section.has(key)]
    if section.flag("all", False):
        chosen.append("all")
    lists = {key: section.strings(key) for key in SELECTIONS if section.has(key)}
    section.close()
    if len(chosen) != 1:
        spec.note("subjects", "not_one_choice")
        return "all", ()
    return chosen[0], lists.get(chosen[0], ())


def misfits(questionnaire: Questionnaire, groups: Sequence[Group]) -> list[Fault]:
    """Why these rater groups cannot be asked with this questionnaire."""
    faults: list[Fault] = [
        SpecFault("questionnaire", "asked_nothing", {"group": group.id})
        for group in groups
        if not any(item.asked_of(group.id) for item in questionnaire.counted_items)
    ]
    for item in questionnaire.items:
        if not item.text and not item.group_text:
            faults.append(SpecFault("questionnaire", "no_wording", {"item": item.id}))
        if item.id in ADDRESS_FIELDS:
            faults.append(SpecFault("questionnaire", "reserved_item", {"item": item.id}))
    return faults
