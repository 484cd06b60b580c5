"""Did every turn come back while a person still waits gladly? `make bench` measures speed; this only guards."""

from eval.types import Case, Score, SourceLines, Transcript

NAME = "latency"
LIMIT_MS = 5000.0  # a turn; wide, so that a busy machine fails no case


def score(case: Case, transcript: Transcript, lines: SourceLines) -> Score | None:
    if not transcript.exchanges:
        return None
    slowest = max(exchange.elapsed_ms for exchange in transcript.exchanges)
    passed = slowest <= LIMIT_MS
    return Score(NAME, passed, f"{slowest:.0f} ms", f"≤ {LIMIT_MS:.0f} ms", "及时" if passed else "太慢")
