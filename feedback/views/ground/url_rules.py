from collections.abc import Callable
from functools import cache, partial
from typing import Any

from werkzeug.routing import Rule


class UrlRule(Rule):
    """Compiles what builds its addresses when the first is asked for.

    Werkzeug compiles it for every rule at once, which is nearly all that making an application takes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build
