"""Where to go after signing in: a path on this server, spelt so that no browser takes it for another one."""

import re

PATH_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*")


def is_here(address: str) -> bool:
    return bool(PATH_HERE.fullmatch(address))
