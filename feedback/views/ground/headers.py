"""Security headers. Nothing inline and nothing from outside is needed on any page."""

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# The preview of a questionnaire is a page in a frame, on these pages only.
FRAMED = "previews"
FRAMING = frozenset({"library.show", "drafts.edit_part"})


# Of every page, whoever answers.
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOT_KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def register(app: Flask) -> None:
    app.after_request(protect)


def policy() -> str:
    if request.blueprint == FRAMED:
        return POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return f"{POLICY}; frame-src 'self'" if request.endpoint in FRAMING else POLICY


def protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = policy()
    response.headers.update(SECURITY)
    if request.endpoint != "static":
        response.headers.update(NOT_KEPT)
    return response
