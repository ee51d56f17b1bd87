from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from typing_extensions import override


class KnowledgeConfig(AppConfig):
    name = "otklik.knowledge"

    @override
    def ready(self) -> None:
        for room in ("handlers", "jobs", "slots"):
            if find_spec(f"{self.name}.{room}"):
                import_module(f"{self.name}.{room}")
