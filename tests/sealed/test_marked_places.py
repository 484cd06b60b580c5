"""A mark counts wherever a file can carry text, in every form: 密级 refuses the file, 涉密 seals what it stands with."""

from pathlib import Path

import pytest

from corpus.classification import Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.extract import extract
from corpus.ingest import Library
from corpus.readers import read
from tests.sealed.marked_files import PLACES
from tests.sealed.worlds import bytes_on_disk, found_canaries

SECRET = (
    "秘密★1年",
    "機密★啟用前",
    "绝 密 ★ 长 期",
    "秘\u200b密★５年",
    "（机密★10年）",
    "【秘密】★3年",
    "秘密☆1年",
)
CLASSIFIED = (
    "{}（涉密）",
    "【涉密】{}",
    "{}（ 涉 密 ）",
    "{}（涉\u200b密）",
    "［机密］{}",
    "{}〔秘密〕",
    "{}（涉祕）（涉密）",
)
CANARY = "灯塔四千二百八十六"
NO_FILE_NAME = frozenset("/\u200b")


def in_a_name(place: str, text: str) -> bool:
    return place.endswith("file name") and not NO_FILE_NAME & set(text)


def writable(place: str, text: str) -> bool:
    """The font of the made PDF has no zero-width sign."""
    return not (place.startswith("pdf") and "\u200b" in text) or "file name" in place


@pytest.mark.parametrize(("place", "mark"), [(p, m) for p in PLACES for m in SECRET if writable(p, m)])
def test_secrecy_mark_refuses_the_file(place: str, mark: str) -> None:
    name, data = PLACES[place](mark)
    with pytest.raises(SecretMarkError) as told:
        read(name, data, Policy())
    assert mark not in str(told.value).replace(name, "") or place.endswith("file name")


@pytest.mark.parametrize("place", PLACES)
def test_the_same_file_without_a_mark_is_read(place: str) -> None:
    name, data = PLACES[place]("公开资料")
    assert extract(read(name, data, Policy())).sections


@pytest.mark.parametrize(
    ("place", "form"), [(p, f) for p in PLACES if not p.endswith("name") for f in CLASSIFIED if writable(p, f)]
)
def test_text_with_a_mark_is_sealed_wherever_it_stands(place: str, form: str) -> None:
    name, data = PLACES[place](form.format(CANARY))
    try:
        document = read(name, data, Policy())
    except (SecretMarkError, ReadError):
        return  # a mark in the margin of a file refuses all of it
    assert CANARY not in repr((document, extract(document)))


@pytest.mark.parametrize("place", PLACES)
def test_refused_file_leaves_hash_time_and_reason(tmp_path: Path, place: str) -> None:
    name, data = PLACES[place]("绝密★" + CANARY)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(data)
    with Library.open(tmp_path / "data") as library:
        [result] = library.ingest([tmp_path / "in" / name])
        assert result.status == "rejected" and result.document is None and result.title is None
        assert CANARY not in result.reason
        [(kept, reason, at)] = library.knowledge.refusals()
        assert (len(kept), reason, at[:2]) == (64, "密级标志", "20")
        assert library.knowledge.documents() == ()
    stored = b"".join(content for _, content in bytes_on_disk(tmp_path / "data"))
    assert found_canaries(stored, [CANARY, name]) == []
