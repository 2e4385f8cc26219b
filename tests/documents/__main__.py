"""Writes again what of the documents is generated: .venv/bin/python -m tests.documents"""

from tests.documents import licences, rooms

rooms.write()
licences.write()
