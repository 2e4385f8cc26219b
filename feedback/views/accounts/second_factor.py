"""The second factor: codes from an authenticator app, each taken once."""

from typing import cast

import segno
from flask_security import Totp, UserMixin
from markupsafe import Markup
from passlib.totp import TOTP, AppWallet, TotpMatch

from feedback.extensions import db
from feedback.models.accounts import User
from feedback.services.ground import row_locks


class AuthenticatorApp(Totp):
    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        self._totp = TOTP.using(issuer=issuer, wallet=AppWallet(secrets, default_tag=list(secrets)[-1]))

    def get_last_counter(self, user: UserMixin) -> int | None:
        """Holds the account's row, or two requests with the same code could both be let in."""
        row_locks.hold_row(db.session(), cast(User, user))
        return cast(User, user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        cast(User, user).tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> Markup:
        """Drawn in the page: no image needs to be loaded."""
        code = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        return Markup(code.svg_inline(scale=5, border=4, light="#fff", omitsize=False))
