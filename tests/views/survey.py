"""An open campaign as its raters meet it: links, pages, and what lies in the box afterwards."""

from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.ballot_box import ballots
from feedback.services.ballot_box.ballots import Answers
from feedback.services.campaigns import campaigns
from feedback.services.closing import sealed_answers
from feedback.services.definitions.frozen_definitions import read_questionnaire
from feedback.services.rosters.rosters import Request
from forms.questionnaire import ItemKind
from tests.factories import ACTOR, NOW, Office, shipped_questionnaire


def complete(group: str = "client", **other: str) -> dict[str, str]:
    """Everything rated: 4 of five, 9 for the recommendation; a colleague makes one difference, or is asked why not."""
    items = shipped_questionnaire().items_for(group)
    value_of = {ItemKind.RATING: "4", ItemKind.NPS: "9"}
    ratings = {item.id: value_of[item.kind] for item in items if item.kind in value_of}
    return ratings | ({} if group == "client" else {"attitude-2": "5"}) | other


@dataclass
class Survey:
    app: Flask
    office: Office
    campaign: Campaign

    @classmethod
    def open(cls, app: Flask, office: Office, *raters: dict[str, int], **plan: object) -> "Survey":
        survey = cls(app, office, office.open(*raters, **plan))
        survey.closes_in(timedelta(days=7))
        return survey

    @classmethod
    def open_for_a_colleague(
        cls,
        app: Flask,
        office: Office,
        subjects: int = 3,
        groups: tuple[str, ...] = ("peer",),
        beside: Mapping[str, int] | None = None,
    ) -> "Survey":
        """The first subject rates himself and, in these groups by turns, all the others: one link, several tasks.

        beside: how many more rate each of the others.
        """
        plan = office.plan({}, *[beside or {} for _ in range(subjects - 1)])
        rater, *others = plan.subjects
        requests = (
            Request(rater, "self", rater),
            *plan.requests,
            *(Request(*pair, rater) for pair in zip(others, cycle(groups), strict=False)),
        )
        campaign = campaigns.create(office.session, replace(plan, requests=requests), actor=ACTOR, now=NOW)
        campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
        survey = cls(app, office, campaign)
        survey.closes_in(timedelta(days=7))
        return survey

    def closes_in(self, time: timedelta) -> None:
        self.campaign.closes_at = datetime.now(UTC) + time
        self.office.session.commit()

    def link(self, group: str = "client", rater: int = 0) -> str:
        return self.office.links(self.campaign, group)[rater]

    def get(self, path: str, **options: object) -> TestResponse:
        return self._request("GET", path, **options)

    def post(
        self, link: str, fields: object, task: str = "1", lang: str = "en", path: str = "/s"
    ) -> TestResponse:
        """Send the form of a link; fields as a mapping, as pairs, or as an encoded body to append."""
        address = urlencode({"token": link.removeprefix("/s/"), "task": task, "lang": lang})
        rest = fields if isinstance(fields, str | bytes) else urlencode(fields)  # type: ignore[arg-type]
        body = address.encode() + b"&" + (rest.encode() if isinstance(rest, str) else rest)
        return self.post_body(body, path=path)

    def post_body(
        self, body: bytes, content_type: str = "application/x-www-form-urlencoded", path: str = "/s"
    ) -> TestResponse:
        return self._request("POST", path, data=body, content_type=content_type)

    def _request(self, method: str, path: str, **options: object) -> TestResponse:
        """In a context of its own, as a server does it: no session is shared with the test."""
        self.office.session.commit()
        return Context().run(self.app.test_client().open, path, method=method, buffered=True, **options)

    def stored(self) -> list[Answers]:
        """Every ballot in the box, opened with the campaign's key."""
        questionnaire = read_questionnaire(self.campaign.questionnaire)
        key = self.office.custody.private_key(self.campaign.code)
        rated, comments = len(questionnaire.counted_items), len(questionnaire.comment_items)
        keys = self.office.custody.box(self.campaign.code)
        self.office.session.commit()
        sealed = list(sealed_answers.by_link(self.office.session, self.campaign))
        self.office.session.commit()
        return [ballots.unseal(one.envelope, key, keys, one.place, rated, comments) for one in sealed]

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """The whole database, to see that nothing changed."""
        self.office.session.commit()
        with db.engine.connect() as connection:
            names = inspect(connection).get_table_names()
            return {
                name: sorted(map(tuple, connection.exec_driver_sql(f'select * from "{name}"')), key=repr)
                for name in names
            }
