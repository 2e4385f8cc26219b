from feedback.application import create_app
from feedback.buffering import Buffered

app = create_app()
server = Buffered(app)  # the same for a server of ASGI: what `feedback serve` runs
