"""Files that may not be kept at all: 密级 marks, and what marks itself as internal material."""

from pathlib import PurePath

from corpus.classification import Policy
from corpus.errors import ReadError, SecretMarkError
from corpus.marks import carries_secret_mark, edges, is_internal_line, is_secret_line, is_secret_name
from corpus.raw import RawDocument, RawParagraph


def refuse_marked_name(name: str) -> None:
    """Refuses a file whose name carries a 密级 mark; the message does not repeat the name."""
    if is_secret_name(PurePath(name).stem):
        raise SecretMarkError("文件名带有密级标志，按规定不能进入本系统，已拒绝，未保留任何内容。")


def refuse_marked_file(raw: RawDocument, policy: Policy) -> None:
    """Refuses a file that carries a 密级 mark, or marks itself as internal material."""
    refuse_marked_name(raw.name)
    texts = [*raw.lines, *raw.margins]
    prose = [block.text for block in raw.blocks if isinstance(block, RawParagraph)]
    ends = [*edges(prose), *raw.margins]
    head = "".join(prose[:6])
    if any(map(carries_secret_mark, texts)) or any(map(is_secret_line, ends)) or carries_secret_mark(head):
        raise SecretMarkError(f"《{raw.name}》带有密级标志，按规定不能进入本系统，已整份拒绝，未保留任何内容。")
    if policy.internal == "refuse" and any(map(is_internal_line, ends)):
        raise ReadError(
            f"《{raw.name}》标有“内部资料”一类的字样，不宜公开，没有读取。确需使用的，请管理员在涉密策略中放行。"
        )
