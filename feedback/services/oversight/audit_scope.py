"""What the anonymity audit looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from feedback.models.campaigns import SEALED, Campaign
from feedback.services.ballot_box.custody import Custody


@dataclass(frozen=True)
class AuditScope:
    """What is looked at: everything, or one campaign beside the schema and the files."""

    session: Session
    custody: Custody
    keys: Path
    campaigns: Sequence[Campaign]

    @property
    def ids(self) -> list[int]:
        return [campaign.id for campaign in self.campaigns]

    def by_state(self, *, sealed: bool) -> list[Campaign]:
        return [campaign for campaign in self.campaigns if (campaign.state in SEALED) is sealed]
