"""For the few commands that look at pages or link to them: they start as slowly as the server."""

from feedback.application import create_app
from feedback.cli.ground.application import running

in_web_application = running(create_app)
