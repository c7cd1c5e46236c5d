"""Compile the text catalogues into the wheel: they are not committed."""

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Hatchling finds this class by itself."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        script = Path(self.root, "workstation", "locale", "compile.py")
        spec = importlib.util.spec_from_file_location("compile_catalogues", script)
        if spec is None or spec.loader is None:
            raise RuntimeError(f"{script} is missing")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for written in module.compile_all():
            self.app.display_debug(f"compiled {written.name}")
