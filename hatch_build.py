"""Packs the compiled kernel of scoring/ where there is a C compiler; else the wheel is one for every platform."""

import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from scoring.compiling import NotCompiled, compile_kernel


class Kernel(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            compiled = compile_kernel()
        except NotCompiled as reason:
            self.app.display_warning(
                f"scoring/kernel.c was not compiled, counting will take longer: {reason}"
            )
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["artifacts"].append(f"scoring/{compiled.name}")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
