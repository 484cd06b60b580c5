"""Reading the words of a picture: what the page reader asks of an OCR engine, and RapidOCR as one.

The engine is an extra (`pip install 'jixiao[ocr]'`): RapidOCR and its models, all Apache-2.0, the models inside the
wheel, so that nothing is ever fetched. Without it a scanned PDF is said to be one.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]  # rows of grey pixels, 0 black

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}


@dataclass(frozen=True, slots=True)
class Words:
    """A line of print as recognised, with its box in pixels; y grows downward."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    sureness: float  # 0 to 1


class Engine(Protocol):
    """What reads print. A page is looked through for lines; a line is read without looking."""

    def page(self, picture: "Picture") -> list[Words]: ...

    def line(self, picture: "Picture") -> Words | None: ...


def is_installed() -> bool:
    """Whether the extra is there, models and all: without them RapidOCR would fetch them."""
    found = find_spec("rapidocr")
    if found is None or found.origin is None or find_spec("onnxruntime") is None:
        return False
    return all((Path(found.origin).parent / "models" / name).is_file() for name in _MODELS.values())


class RapidEngine:
    """RapidOCR with the models of its wheel, on the processor."""

    def __init__(self) -> None:
        import rapidocr

        models = Path(rapidocr.__file__).parent / "models"
        paths = {f"{part}.model_path": str(models / name) for part, name in _MODELS.items()}
        # A line it is unsure of is not to vanish: what is said of it is decided where the page is put together.
        settings = {"Global.log_level": "critical", "Global.text_score": 0.0, "Global.max_side_len": 2600}
        self._engine: Any = rapidocr.RapidOCR(params={**settings, **paths})

    def page(self, picture: "Picture") -> list[Words]:
        found = self._engine(_coloured(picture), use_det=True, use_cls=False, use_rec=True)
        return list(_words(found)) if found.boxes is not None else []

    def line(self, picture: "Picture") -> Words | None:
        found = self._engine(_coloured(picture), use_det=False, use_cls=False, use_rec=True)
        if not found.txts or not found.txts[0].strip():
            return None
        height, width = picture.shape
        return Words(found.txts[0], 0.0, 0.0, float(width), float(height), float(found.scores[0]))


@functools.cache
def engine() -> Engine:
    """The engine of this process; loading it takes about a second."""
    return RapidEngine()


def _coloured(picture: "Picture") -> "Picture":
    import numpy as np

    return np.ascontiguousarray(np.repeat(picture[:, :, None], 3, axis=2))


def _words(found: Any) -> Iterator[Words]:
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
        yield Words(text, min(across), min(down), max(across), max(down), float(score))
