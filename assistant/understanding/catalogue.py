"""What the library knows by name: documents, units, years and projects, ready to be recognised in a message.

Built once a generation of the knowledge database, so that a question costs no query to be understood.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from assistant.understanding.lexicon import normal
from assistant.understanding.types import ProjectKey
from assistant.understanding.wordlist import WordList
from corpus.fields import code_over_years
from corpus.folding import squeeze
from corpus.types import DocumentInfo

# Pairs of characters that stand in very many project names and tell nothing.
GENERIC = frozenset(
    "项目 资金 经费 费用 服务 工作 建设 专项 补助 补贴 管理 预算 绩效 目标 支出 计划 办公 业务 工程 相关 其他 本级 单位 部门".split()
)

_PROVINCIAL_PREFIX = re.compile(r"^(?:中共|中国共产党|[\u4e00-\u9fff]{2,4}(?:省|市|县|区|旗))+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A project as it can be named."""

    key: ProjectKey
    name: str | None  # None when the name is classified or blank
    code: str | None
    unit_code: str | None
    unit_name: str | None
    year: int | None
    total: Decimal | None = None  # 万元


_KEPT_SCOPES = 64
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_QUOTATION_MARKS = (("《", "》"), ("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'))


@dataclass(frozen=True, eq=False)
class Catalogue:
    documents: tuple[DocumentInfo, ...]
    entries: tuple[Entry, ...]

    @functools.cached_property
    def by_key(self) -> dict[ProjectKey, Entry]:
        return {entry.key: entry for entry in self.entries}

    @functools.cached_property
    def later(self) -> dict[ProjectKey, tuple[ProjectKey, ...]]:
        """A project -> the same one in documents taken in later: same unit and year, same name and code.

        A file and its final version under another name list each project twice; a sum over both would be wrong.
        """
        place = {document.id: number for number, document in enumerate(self.documents)}
        found: dict[tuple[str | None, ...], list[ProjectKey]] = defaultdict(list)
        for e in self._told_twice:
            if e.name and (e.unit_code or e.unit_name) and (e.year or e.code):
                same = (
                    e.unit_code or e.unit_name,
                    str(e.year),
                    self._normal[e.name],
                    squeeze(e.code) if e.code else None,
                )
                found[same].append(e.key)
        return {
            key: after
            for keys in found.values()
            if len(keys) > 1
            for key in keys
            if (after := tuple(k for k in keys if place[k.document_id] > place[key.document_id]))
        }

    @property
    def _told_twice(self) -> tuple[Entry, ...]:
        """The projects of units and years that several documents tell of: in most libraries few or none."""
        documents: dict[tuple[str | None, int | None], set[str]] = defaultdict(set)
        for e in self.entries:
            documents[e.unit_code or e.unit_name, e.year].add(e.key.document_id)
        return tuple(e for e in self.entries if len(documents[e.unit_code or e.unit_name, e.year]) > 1)

    @functools.cached_property
    def _normal(self) -> dict[str, str]:
        """Each name in normal form; the same project has the same name year after year."""
        return {name: normal(name) for name in {e.name for e in self.entries if e.name}}

    @functools.cached_property
    def earlier(self) -> dict[ProjectKey, tuple[ProjectKey, ...]]:
        """A project -> the same one in documents taken in before."""
        found: dict[ProjectKey, list[ProjectKey]] = defaultdict(list)
        for key, after in self.later.items():
            for later in after:
                found[later].append(key)
        return {later: tuple(keys) for later, keys in found.items()}

    @functools.cached_property
    def older_documents(self) -> dict[str, str]:
        """A document -> a later one that lists all its projects again and has narrative text if the older has."""
        texts = {document.id: document.sections for document in self.documents}
        found = {}
        for document_id, entries in self.of_document.items() if self.later else ():
            after = [{k.document_id for k in self.later.get(e.key, ())} for e in entries]
            able = [k.document_id for k in self.later.get(entries[0].key, ())]
            able = [i for i in able if all(i in there for there in after) and (texts[i] or not texts[document_id])]
            if able:
                found[document_id] = able[-1]
        return found

    @functools.cached_property
    def document_spellings(self) -> dict[str, tuple[str, ...]]:
        """File names, and names and titles between quotation marks -> the documents they may be."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for document in self.documents:
            name, stem = normal(document.name), normal(document.name.rsplit(".", 1)[0])
            quoted = {a + text + b for text in (stem, normal(document.title)) for a, b in _QUOTATION_MARKS}
            for spelling in {name, *quoted}:
                found[spelling].setdefault(document.id)
        return {spelling: tuple(ids) for spelling, ids in found.items()}

    @functools.cached_property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(title in normal form, id) of the documents without projects: measures, notices, rules."""
        return tuple((normal(d.title), d.id) for d in self.documents if not d.projects)

    @functools.cached_property
    def document_words(self) -> WordList:
        return WordList(self.document_spellings)

    @functools.cached_property
    def of_document(self) -> dict[str, tuple[Entry, ...]]:
        return _grouped((entry.key.document_id, entry) for entry in self.entries)

    @functools.cached_property
    def documents_of_unit(self) -> dict[str, tuple[str, ...]]:
        """Unit name -> the documents with projects of the unit, then those that are the unit's own."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for unit, document_id in [(e.unit_name, e.key.document_id) for e in self.entries] + [
            (d.unit_name, d.id) for d in self.documents
        ]:
            if unit:
                found[unit].setdefault(document_id)
        return {unit: tuple(ids) for unit, ids in found.items()}

    @functools.cached_property
    def _scopes(self) -> dict[tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...]], dict[ProjectKey, Entry]]:
        return {}

    def scope(
        self, document_ids: tuple[str, ...], years: tuple[int, ...], units: tuple[str, ...]
    ) -> dict[ProjectKey, Entry]:
        """The projects of these documents, years and units, in order; an empty tuple sets no limit.

        Of a project that several of the documents list, the one taken in last counts.
        """
        asked = (document_ids, years, units)
        if asked not in self._scopes:
            if len(self._scopes) >= _KEPT_SCOPES:
                self._scopes.clear()
            wanted = set(document_ids)
            of_documents = (e for i in self.of_document if i in wanted for e in self.of_document[i])
            within = {
                e.key: e
                for e in (of_documents if document_ids else self.entries)
                if (not years or e.year in years) and (not units or e.unit_name in units or e.unit_name is None)
            }
            self._scopes[asked] = {
                key: e for key, e in within.items() if not any(k in within for k in self.later.get(key, ()))
            }
        return self._scopes[asked]

    @functools.cached_property
    def by_name(self) -> dict[str, tuple[Entry, ...]]:
        """Normal form of a name -> the projects that bear it, over units and years."""
        return _grouped((self._normal[entry.name], entry) for entry in self.entries if entry.name)

    @functools.cached_property
    def unbracketed(self) -> dict[str, str]:
        """Names without the brackets in them -> the names: …补助资金上年结转 for …补助资金(上年结转)."""
        return {bare: name for name in self.by_name if (bare := re.sub(r"[()\[\]〔〕]", "", name)) != name}

    @functools.cached_property
    def by_code(self) -> dict[str, tuple[Entry, ...]]:
        return _grouped((squeeze(entry.code), entry) for entry in self.entries if entry.code)

    @functools.cached_property
    def _by_stem(self) -> dict[tuple[str | None, str], tuple[Entry, ...]]:
        """Unit and what of a code stays over the years -> the projects, by all their codes and names."""
        stems = ((e, code_over_years(squeeze(e.code))) for e in self.entries if e.code)
        return _grouped(((e.unit_name, stem), e) for e, stem in stems if stem)

    def over_years(self, entry: Entry) -> tuple[Entry, ...]:
        """The same project in all years, itself among them: by code, by what of it stays over the years, by name."""
        code = squeeze(entry.code) if entry.code else ""
        same = [*self.by_code.get(code, ()), *self._by_stem.get((entry.unit_name, code_over_years(code)), ())]
        same += self.by_name.get(normal(entry.name), ()) if entry.name else ()
        return tuple(dict.fromkeys(e for e in (entry, *same) if e.unit_name == entry.unit_name))

    def latest_year(self, units: Iterable[str | None]) -> int | None:
        """The latest year that there is of any of the units, from which 去年 and 今年 count; None when none is known."""
        return max((year for unit in units for year in self._years_of_unit.get(unit, ())), default=None)

    @functools.cached_property
    def _years_of_unit(self) -> dict[str | None, tuple[int, ...]]:
        pairs = [(e.unit_name, e.year) for e in self.entries] + [(d.unit_name, d.year) for d in self.documents]
        return _grouped((unit, year) for unit, year in pairs if year)

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.by_name)

    @functools.cached_property
    def beginnings(self) -> dict[str, tuple[int, ...]]:
        """The first two characters of names -> the numbers of the names that begin so."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            found[name[:2]].append(number)
        return {pair: tuple(numbers) for pair, numbers in found.items()}

    @functools.cached_property
    def pairs(self) -> dict[str, frozenset[int]]:
        """Each pair of neighbouring characters -> the numbers of the names that hold it."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(self.names):
            for i in range(len(name) - 1):
                found[name[i : i + 2]].add(number)
        return {pair: frozenset(numbers) for pair, numbers in found.items()}

    def stands_in_a_name(self, word: str) -> bool:
        """Whether some project's name holds the word."""
        held = [self.pairs.get(word[i : i + 2], frozenset()) for i in range(len(word) - 1)]
        return bool(held) and any(word in self.names[n] for n in frozenset.intersection(*held))

    @functools.cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(
            sorted({entry.year for entry in self.entries if entry.year} | {d.year for d in self.documents if d.year})
        )

    @functools.cached_property
    def units(self) -> tuple[tuple[str | None, str], ...]:
        """(code, name) of every unit with projects or a document, in order of appearance."""
        seen: dict[tuple[str | None, str], None] = {}
        for code, name in [(e.unit_code, e.unit_name) for e in self.entries] + [
            (d.unit_code, d.unit_name) for d in self.documents
        ]:
            if name:
                seen.setdefault((code, name))
        return tuple(seen)

    @functools.cached_property
    def unit_spellings(self) -> dict[str, tuple[str, ...]]:
        """Every spelling under which a unit is recognised -> the names of the units it may be."""
        found: dict[str, list[str]] = {}
        for code, name in self.units:
            plain = normal(name)
            bare = plain.removesuffix("本级").removesuffix("(本级)")
            short = _PROVINCIAL_PREFIX.sub("", bare)
            for spelling in {plain, bare, short, *([code] if code and len(code) >= 5 else [])}:
                if len(spelling) >= 3:
                    found.setdefault(spelling, []).append(name)
        return {spelling: tuple(dict.fromkeys(names)) for spelling, names in found.items()}

    @functools.cached_property
    def unit_words(self) -> WordList:
        return WordList(self.unit_spellings)

    @functools.cached_property
    def plain_units(self) -> tuple[tuple[str, str], ...]:
        """(normal form, name) of every unit."""
        return tuple((normal(name), name) for _, name in self.units)

    @functools.cached_property
    def places(self) -> tuple[str, ...]:
        """The county or city that the one unit's name begins with: 柳河区 of 柳河区农业农村局 limits nothing."""
        names = [normal(name) for _, name in self.units]
        match = (
            re.match(r"[\u4e00-\u9fff]{1,5}?[省市县区旗](?=[\u4e00-\u9fff]{2})", names[0]) if len(names) == 1 else None
        )
        return (match.group(),) if match else ()

    @functools.cached_property
    def region(self) -> str:
        """What the names of all units begin with (清河县), in normal form; empty when they share no place or there is one unit."""
        names = [normal(name) for _, name in self.units]
        shared = _beginning(names) if len(names) > 1 else ""
        match = re.match(r".*[省市县区旗]", shared)
        return match.group() if match else ""


def _beginning(names: list[str]) -> str:
    """What all the names begin with."""
    first, last = min(names), max(names)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    found: dict[_Key, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
