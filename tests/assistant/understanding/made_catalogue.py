"""Catalogues of made-up projects, so that a rule is tested without a library."""

from assistant.understanding.catalogue import Catalogue, Entry
from assistant.understanding.types import Mention, ProjectKey

NAMES = ("道路养护费", "道路清扫服务费", "高龄失能老人服务补贴", "高龄失能老人养老服务补贴", "智慧校园平台")


def catalogue(*names: str) -> Catalogue:
    entries = tuple(
        Entry(
            key=ProjectKey("d", number),
            name=name,
            code=f"13043425P0042891{number:04d}X",
            unit_code="224001",
            unit_name="清河县城管局本级",
            year=2025,
        )
        for number, name in enumerate(names or NAMES, 1)
    )
    return Catalogue(documents=(), entries=entries)


def ordinals(mentions: list[Mention]) -> list[list[int]]:
    return [sorted(key.ordinal for key in mention.keys) for mention in mentions]
