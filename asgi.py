from feedback.application import create_app
from feedback.buffering import Buffered

app = Buffered(create_app())
