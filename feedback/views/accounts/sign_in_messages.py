"""What Flask-Security says, in our words: every message that our pages can show."""

from forms.words import N_

WRONG_PASSWORD = N_("The password is not right. After five failures the account is closed for 15 minutes.")
WRONG_CODE = N_("The code is not right. After five failures the account is closed for 15 minutes.")
START_AGAIN = N_("That took too long or began elsewhere: please sign in again.")

ERRORS = {
    "GENERIC_AUTHN_FAILED": N_("E-mail address and password do not match an account."),
    "USER_DOES_NOT_EXIST": N_("E-mail address and password do not match an account."),
    "DISABLED_ACCOUNT": N_("E-mail address and password do not match an account."),
    "EMAIL_NOT_PROVIDED": N_("This is needed."),
    "INVALID_EMAIL_ADDRESS": N_("This is not an e-mail address."),
    "INVALID_INPUT": N_("This is not text."),
    "INVALID_REDIRECT": N_("The page you came from is not on this server."),
    "PASSWORD_NOT_PROVIDED": N_("This is needed."),
    "PASSWORD_INVALID_LENGTH": N_("A password has at least %(length)s characters."),
    "PASSWORD_IS_THE_SAME": N_("The new password is the present one."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords differ."),
    "INVALID_PASSWORD": WRONG_PASSWORD,
    "INVALID_RESET_PASSWORD_TOKEN": N_("This link is not valid any more. You can ask for a new one here."),
    "PASSWORD_RESET_EXPIRED": N_("This link is not valid any more. You can ask for a new one here."),
    "INVALID_RECOVERY_CODE": WRONG_CODE,
    "TWO_FACTOR_INVALID_TOKEN": WRONG_CODE,
    "TWO_FACTOR_PERMISSION_DENIED": START_AGAIN,
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Please choose one of what is offered."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("That took too long: please start again."),
    "API_ERROR": N_("That took too long: please start again."),
}
NOTES = {
    "REAUTHENTICATION_REQUIRED": N_("Please enter your password once more before you go on."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Thank you. You can go on."),
    "UNAUTHENTICATED": N_("Please sign in."),
}
SUCCESSES = {
    "PASSWORD_RESET_REQUEST": N_(
        "If there is an account with this address, a mail with a link to set a new password is on its way."
    ),
    "PASSWORD_RESET_NO_LOGIN": N_("Your new password is set. Please sign in with it."),
    "PASSWORD_CHANGE": N_("Your new password is set. Everywhere else you have been signed out."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("From now on signing in asks for a code from your app."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "TWO_FACTOR_DISABLED": N_("Signing in asks for your password alone again."),
}
KINDS = {"error": ERRORS, "info": NOTES, "success": SUCCESSES}

MESSAGES = {
    f"SECURITY_MSG_{name}": (sentence, kind)
    for kind, sentences in KINDS.items()
    for name, sentence in sentences.items()
}
