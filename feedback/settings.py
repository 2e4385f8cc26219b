"""Settings come from FEEDBACK_* variables only; a process that would start wrong does not start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedback.services.ground import days
from feedback.services.ground.days import WorkingDays
from feedback.services.ground.languages import LOCALE_OF

PLAIN = (
    *("oidc_issuer", "oidc_client_id", "oidc_client_secret"),
    *("default_locale", "timezone", "days_off", "extra_workdays", "log_level", "trusted_proxies"),
)
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
    queue_url: str
    mail_url: str
    mail_from: str
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    default_locale: str = LOCALE_OF["zh"]
    timezone: str = "Asia/Shanghai"
    days_off: str = ""
    extra_workdays: str = ""
    log_level: str = "INFO"
    trusted_proxies: str = "0"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        given = {
            k.removeprefix("FEEDBACK_").lower(): v for k, v in environ.items() if k.startswith("FEEDBACK_")
        }
        known = {field.name for field in fields(cls)}
        faults = [f"FEEDBACK_{name.upper()} is not a setting" for name in sorted(given.keys() - known)]
        data_dir = Path(given.get("data_dir") or Path.home() / ".local/share/feedback").absolute()
        public_url = given.get("public_url", "").rstrip("/")
        settings = cls(
            secret_keys=tuple(key for key in given.get("secret_keys", "").split(",") if key),
            public_url=public_url,
            data_dir=data_dir,
            database_url=_driver_url(given.get("database_url") or f"sqlite:///{data_dir / 'feedback.db'}"),
            queue_url=given.get("queue_url") or f"sqlite:///{data_dir / 'queue.db'}",
            mail_url=given.get("mail_url") or f"file://{data_dir / 'mail'}",
            mail_from=given.get("mail_from") or f"feedback@{_host(public_url)}",
            **{name: given[name] for name in PLAIN if name in given},
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
            f"FEEDBACK_DEFAULT_LOCALE must be one of {', '.join(LOCALE_OF.values())}": self.default_locale
            in LOCALE_OF.values(),
            "FEEDBACK_DATABASE_URL must be sqlite:///FILE or postgresql://...": self.database_url.startswith(
                ("sqlite:///", "postgresql+psycopg://")
            ),
            "FEEDBACK_QUEUE_URL must be sqlite:///FILE or redis://...": self.queue_url.startswith(
                ("sqlite:///", "redis://", "rediss://")
            ),
            "FEEDBACK_MAIL_URL must be smtp://..., smtps://..., file:///DIRECTORY or console:": _is_mail_url(
                self.mail_url
            ),
            "FEEDBACK_MAIL_FROM must be an address such as feedback@example.com": _is_address(self.mail_from),
            "FEEDBACK_OIDC_ISSUER, FEEDBACK_OIDC_CLIENT_ID and FEEDBACK_OIDC_CLIENT_SECRET go together": len(
                {bool(self.oidc_issuer), bool(self.oidc_client_id), bool(self.oidc_client_secret)}
            )
            == 1,
            "FEEDBACK_OIDC_ISSUER must be an http(s) address": not self.oidc_issuer
            or _is_base_url(self.oidc_issuer),
            "FEEDBACK_TRUSTED_PROXIES must be the number of proxies in front of this server": bool(
                re.fullmatch("[0-9]", self.trusted_proxies)
            ),
            "FEEDBACK_TIMEZONE must be a time zone such as Asia/Shanghai": _is_timezone(self.timezone),
            "FEEDBACK_DAYS_OFF must be days such as 2027-01-01,2027-02-05..2027-02-11": _are_days(
                self.days_off
            ),
            "FEEDBACK_EXTRA_WORKDAYS must be days such as 2027-01-30,2027-02-20": _are_days(
                self.extra_workdays
            ),
            f"FEEDBACK_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}": self.log_level in LOG_LEVELS,
        }
        return [sentence for sentence, holds in checks.items() if not holds]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def working_days(self) -> WorkingDays:
        return WorkingDays.of(self.days_off, self.extra_workdays)

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
        if self.oidc_client_secret:
            shown["FEEDBACK_OIDC_CLIENT_SECRET"] = "set"
        for name in ("database_url", "queue_url", "mail_url"):
            url = getattr(self, name)
            if password := urlsplit(url).password:
                shown[f"FEEDBACK_{name.upper()}"] = url.replace(f":{password}@", ":***@")
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


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "localhost"
    except ValueError:
        return "localhost"


def _is_mail_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises on what is no port)
    except ValueError:
        return False
    match parts.scheme:
        case "smtp" | "smtps":
            return bool(parts.hostname)
        case "file":
            return not parts.netloc and parts.path.startswith("/")
    return url == "console:"


def _is_address(text: str) -> bool:
    """Loosely: a host without a domain is an address where mail goes no further."""
    return bool(re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", text))


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _are_days(text: str) -> bool:
    try:
        days.listed(text)
    except ValueError:
        return False
    return True
