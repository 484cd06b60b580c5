"""Did every turn come back while a person still waits gladly? `make bench` measures speed; this only guards."""

from eval.types import Case, Score, SourceLines, Transcript

NAME = "latency"


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    if not transcript.exchanges:
        return None
    slowest = max(exchange.elapsed_ms for exchange in transcript.exchanges)
    passed = slowest <= transcript.patience_ms
    return Score(NAME, passed, f"{slowest:.0f} ms", f"≤ {transcript.patience_ms:.0f} ms", "及时" if passed else "太慢")
