"""A campaign's results for HR: the tables of its reports, in one language, as a workbook or as CSV files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale

from feedback.papers.workbooks import chart_sheet, quality_sheet, sheets, workbook
from feedback.papers.workbooks.sheets import Sheet
from feedback.presentation.reasons import local
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.quality.quality_document import CampaignQuality
from feedback.services.reports.report_document import Report


@dataclass(frozen=True)
class Results:
    reports: Sequence[Report]
    quality: CampaignQuality

    def xlsx(self, language: str) -> bytes:
        with self._sheets(language) as found:
            title = local(self.quality.campaign.title)
            return workbook.xlsx(found, chart_sheet.of_reports(self.reports), title, self._dated)

    def csv_files(self, language: str) -> bytes:
        with self._sheets(language) as found:
            return workbook.csv_files(found)

    @property
    def _dated(self) -> datetime | None:
        """With the latest release in it."""
        return max((each.released_at for each in self.reports if each.released_at), default=None)

    @contextmanager
    def _sheets(self, language: str) -> Iterator[list[Sheet]]:
        with force_locale(LOCALE_OF[language]):
            yield [
                *sheets.of_reports(self.reports),
                quality_sheet.of_campaign(self.quality),
            ]
