"""What is to be said of a document beside its own faults: what was not read, what the policy contradicts."""

from corpus.identity import Identity
from corpus.raw import RawDocument
from corpus.types import Finding, Level, Source


def contradiction(source: Source) -> Finding:
    """What is said where the policy both classifies and publishes a field of a project."""
    return Finding(
        "policy-contradiction",
        Level.WARNING,
        "涉密策略对这个项目的同一字段既写了 [[classified]] 又写了 [[public]]，已按涉密处理。",
        "请核对策略文件，删去其中一条。",
        source,
    )


def residue(raw: RawDocument) -> list[Finding]:
    if not raw.residues:
        return []
    count = len(raw.residues)
    return [
        Finding(
            "export-residue",
            Level.INFO,
            f"文中有 {count} 处导出残留（如 [bookmark: …]），阅读时已略去。",
            "公开前请从原文件重新导出，或删去这些字符。",
            Source(line=raw.residues[0]),
            "[bookmark: …]",
        )
    ]


def unread(raw: RawDocument) -> list[Finding]:
    """What of the file was not read, in the reader's words."""
    suggestion = "需要这部分内容的，请在原文件中处理后重新导入。"
    return [Finding("not-read", Level.WARNING, note, suggestion, Source()) for note in raw.notes]


def year_conflict(identity: Identity) -> list[Finding]:
    if identity.stated_year is None or identity.stated_year == identity.year:
        return []
    return [
        Finding(
            "year-conflict",
            Level.WARNING,
            f"封面写的是 {identity.stated_year} 年，导入时指定的是 {identity.year} 年，已按指定的年度处理。",
            "请核对年度；指定有误的，去掉指定后重新导入。",
            Source(),
        )
    ]
