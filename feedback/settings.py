"""Settings come from FEEDBACK_* variables only; a process that would start wrong does not start."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOCALES = ("zh_Hans_CN", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MINIMUM_SECRET_LENGTH = 32


class InvalidSettings(Exception):
    """One sentence per fault, each naming its variable."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))


@dataclass(frozen=True, kw_only=True)
class Settings:
    secret_keys: tuple[str, ...]
    public_url: str
    data_dir: Path
    database_url: str
    default_locale: str = "zh_Hans_CN"
    timezone: str = "Asia/Shanghai"
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        given = {
            k.removeprefix("FEEDBACK_").lower(): v for k, v in environ.items() if k.startswith("FEEDBACK_")
        }
        known = {field.name for field in fields(cls)}
        faults = [f"FEEDBACK_{name.upper()} is not a setting" for name in sorted(given.keys() - known)]
        data_dir = Path(given.get("data_dir") or Path.home() / ".local/share/feedback").absolute()
        settings = cls(
            secret_keys=tuple(key for key in given.get("secret_keys", "").split(",") if key),
            public_url=given.get("public_url", "").rstrip("/"),
            data_dir=data_dir,
            database_url=_driver_url(given.get("database_url") or f"sqlite:///{data_dir / 'feedback.db'}"),
            **{name: given[name] for name in ("default_locale", "timezone", "log_level") if name in given},
        )
        faults += settings.faults()
        if faults:
            raise InvalidSettings(faults)
        return settings

    def faults(self) -> list[str]:
        checks = {
            "FEEDBACK_SECRET_KEYS needs at least one key": bool(self.secret_keys),
            f"each key of FEEDBACK_SECRET_KEYS needs at least {MINIMUM_SECRET_LENGTH} characters": all(
                len(key) >= MINIMUM_SECRET_LENGTH for key in self.secret_keys
            ),
            "FEEDBACK_PUBLIC_URL must be the http(s) address at which people reach this server": _is_base_url(
                self.public_url
            ),
            f"FEEDBACK_DEFAULT_LOCALE must be one of {', '.join(LOCALES)}": self.default_locale in LOCALES,
            "FEEDBACK_DATABASE_URL must be sqlite:///FILE or postgresql://...": self.database_url.startswith(
                ("sqlite:///", "postgresql+psycopg://")
            ),
            "FEEDBACK_TIMEZONE must be a time zone such as Asia/Shanghai": _is_timezone(self.timezone),
            f"FEEDBACK_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}": self.log_level in LOG_LEVELS,
        }
        return [sentence for sentence, holds in checks.items() if not holds]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def served_over_tls(self) -> bool:
        return self.public_url.startswith("https://")

    def to_environment(self) -> dict[str, str]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["secret_keys"] = ",".join(self.secret_keys)
        return {f"FEEDBACK_{name.upper()}": str(value) for name, value in values.items()}

    def masked(self) -> dict[str, str]:
        """What `feedback doctor` may print."""
        shown = self.to_environment()
        shown["FEEDBACK_SECRET_KEYS"] = f"{len(self.secret_keys)} set"
        parts = urlsplit(self.database_url)
        if parts.password:
            shown["FEEDBACK_DATABASE_URL"] = self.database_url.replace(f":{parts.password}@", ":***@")
        return shown


def _driver_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgres", "postgresql") else url


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
