"""This year's text in the form of a draft: what a redline compares with. Pure."""

from assistant.drafting.forms import MOST_DATES, FormCells, table_of
from assistant.drafting.materials import PARTS, Material, Part, heading, place, year_words
from assistant.types import Draft, DraftCell, DraftParagraph, Origin, Sentence
from corpus.types import Cell, ProjectRecord, Section


def this_year(material: Material, kind: str, project: ProjectRecord | None = None) -> Draft:
    """This year's text in the form of a draft: what a redline compares with. Classified cells read 涉密."""
    title = f"{year_words(material.document.year) if material.document.year else '本年度'}绩效目标"
    parts: list[Part] = []
    if kind in PARTS or kind == "document":
        for name, (section_kind, title_of_part) in PARTS.items():
            if kind in (name, "document"):
                parts += [heading(2, title_of_part)] if kind == "document" else []
                parts += [_as_it_is(s) for s in material.sections if s.kind is section_kind]
    records = material.projects if kind == "document" else (project,) if kind == "project" and project else ()
    parts += [
        _form_as_it_is(record, record.ordinal if kind == "project" else number)
        for number, record in enumerate(records, start=1)
    ]
    blocks = tuple(block for part in parts for block in part.blocks)
    sentences = tuple(sentence for part in parts for sentence in part.sentences)
    text = "\n\n".join(block.text for block in blocks if isinstance(block, DraftParagraph))
    return Draft(kind, title, material.document.year, text, sentences, (), blocks=blocks)


def _as_it_is(section: Section) -> Part:
    sentence = Sentence(section.text, Origin.KEPT, (place(section.source),))
    return Part((DraftParagraph(0, (sentence,)),), (sentence,))


def _form_as_it_is(record: ProjectRecord, number: int) -> Part:
    def shown(cell: Cell) -> DraftCell:
        return DraftCell(cell.shown, sources=(place(cell.source),))

    cells = FormCells(
        code=shown(record.code),
        name=shown(record.name),
        total=shown(record.total.cell),
        fiscal=shown(record.fiscal.cell),
        other=shown(record.other.cell),
        purpose=shown(record.purpose),
        months=tuple(point.month for point in record.plan[:MOST_DATES]) or (12,),
        plan=tuple(shown(point.cell) for point in record.plan[:MOST_DATES]) or (DraftCell(""),),
        goals=DraftCell("\n".join(goal.shown for goal in record.goals)),
        indicators=tuple(
            tuple(shown(c) for c in (row.level1, row.level2, row.level3, row.description, row.target, row.basis))
            for row in record.indicators
        ),
    )
    return Part((table_of(record, cells, number),), ())
