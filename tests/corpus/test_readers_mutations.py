"""Files with bytes flipped, cut or swapped: each is read rightly or refused with a named reason; no wrong number.

JIXIAO_FUZZ=10000 says how many mutations a format (`make fuzz`).
"""

import io
import os
import random
import re
import time
import zipfile
import zlib

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError
from corpus.extract import extract
from corpus.readers import read
from tests.corpus.test_readers_documents import DISTINCT, assert_nothing_wrong
from tests.made_documents import MadeDocument, made_project
from tests.made_files import FORMATS, docx, parts, pdf_file, render, render_html, word_part, zipped

MUTATIONS = int(os.environ.get("JIXIAO_FUZZ", "1000"))
# HTML has no checksum: a flipped sign in a number is that number. Its mutations only change what is no digit.
CHECKED = ("docx", "xlsx", "pdf")


def mutated(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(out))
        match chance.choice(("flip", "byte", "cut", "drop", "repeat", "zero")):
            case "flip":
                out[at] ^= 1 << chance.randrange(8)
            case "byte":
                out[at] = chance.randrange(256)
            case "cut":
                out = out[: max(at, 1)]
            case "drop":
                del out[at : at + chance.randrange(1, 40)]
            case "repeat":
                out[at:at] = out[at : at + chance.randrange(1, 200)]
            case _:
                out[at : at + 8] = bytes(len(out[at : at + 8]))
        out = out or bytearray(b"\x00")
    return bytes(out)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("suffix", CHECKED)
def test_mutated_file_reads_rightly_or_is_refused_with_a_reason(suffix: str) -> None:
    data = render(suffix, MadeDocument((DISTINCT, made_project(2))))
    chance = random.Random(20261123)
    refused = 0
    for number in range(MUTATIONS):
        case = mutated(data, chance)
        started = time.monotonic()
        try:
            extraction = extract(read(f"made.{suffix}", case, Policy()))
        except ReadError as error:
            assert f"made.{suffix}" in str(error), number
            refused += 1
        else:
            assert_nothing_wrong_of_first(extraction, number)
        assert time.monotonic() - started < 61, number
    assert refused > MUTATIONS // 2


def assert_nothing_wrong_of_first(extraction, number: int) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    known = [p for p in extraction.projects if p.code.text == DISTINCT.code]
    try:
        assert_nothing_wrong(replace(extraction, projects=tuple(known)))
    except AssertionError as error:
        raise AssertionError(f"mutation {number} gives a wrong value: {error}") from error


@pytest.mark.timeout(0)
def test_mutated_page_never_hangs_or_fails_without_a_reason() -> None:
    data = render("html", MadeDocument((DISTINCT, made_project(2))))
    chance = random.Random(20261123)
    for _ in range(MUTATIONS):
        try:
            extract(read("made.html", mutated(data, chance), Policy()))
        except ReadError as error:
            assert "made.html" in str(error)


def opened_up(suffix: str, data: bytes, chance: random.Random) -> bytes:
    """A file that is sound outside, with one of its parts mutated: what no checksum catches."""
    if suffix == "pdf":
        return mutated_stream(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in files if name.endswith((".xml", ".rels")) and len(files[name]) > 200])
    return zipped({**files, name: mutated(files[name], chance)}, level=1)


def mutated_stream(data: bytes, chance: random.Random) -> bytes:
    """The drawing commands of one page changed; the file around them is written anew."""
    objects = [found[2] for found in re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj\n", data, re.DOTALL)]
    at = chance.choice([n for n, body in enumerate(objects) if b"/FlateDecode" in body])
    head, _, rest = objects[at].partition(b"stream\n")
    content = zlib.compress(mutated(zlib.decompress(rest.removesuffix(b"\nendstream")), chance), 1)
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(content), head)
    objects[at] = head + b"stream\n" + content + b"\nendstream"
    return pdf_file(objects)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("suffix", CHECKED)
def test_mutated_part_of_a_sound_file_never_hangs_or_fails_without_a_reason(suffix: str) -> None:
    data = render(suffix, MadeDocument((DISTINCT, made_project(2))))
    chance = random.Random(20261124)
    read_in = 0
    for number in range(MUTATIONS // (20 if suffix == "pdf" else 5)):
        case = opened_up(suffix, data, chance)
        started = time.monotonic()
        try:
            extract(read(f"made.{suffix}", case, Policy()))
            read_in += 1
        except ReadError as error:
            assert f"made.{suffix}" in str(error), number
        assert time.monotonic() - started < 61, number
    assert read_in > 0


def _cells(suffix: str) -> tuple[str, list[re.Match[str]]]:
    document = MadeDocument((DISTINCT,))
    text = render_html(document).decode() if suffix == "html" else "".join(map(word_part, parts(document)))
    cell = r"<td (?:(?!</td>).)*</td>" if suffix == "html" else r"<w:tc>(?:(?!</w:tc>).)*</w:tc>"
    return text, list(re.finditer(cell, text, re.DOTALL))


@pytest.mark.parametrize("change", ["lost", "doubled"])
@pytest.mark.parametrize("suffix", ["html", "docx"])
def test_a_lost_or_doubled_cell_never_moves_a_value_to_another_place(suffix: str, change: str) -> None:
    text, cells = _cells(suffix)
    assert len(cells) > 50
    for cell in cells:
        out = text[: cell.start()] + ("" if change == "lost" else cell[0] * 2) + text[cell.end() :]
        data = out.encode() if suffix == "html" else docx(out)
        extraction = extract(read(f"made.{suffix}", data, Policy()))
        try:
            assert_nothing_wrong(extraction)
        except AssertionError as error:
            raise AssertionError(f"{change}: {cell[0]}") from error


def test_formats_with_and_without_a_checksum_are_all_tried() -> None:
    assert set(FORMATS) == {*CHECKED, "html"}
