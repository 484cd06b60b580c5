"""Questions about a document as a whole, or the library: year, unit, structure, what is there."""

import re
from dataclasses import replace

from assistant.understanding.asked import Words
from assistant.understanding.lexicon import group, words
from assistant.understanding.scan import Scan
from assistant.understanding.types import Comparison, Intent, Understanding


def about_document(scan: Scan, base: Understanding, found: Words) -> Understanding | None:
    """Year, unit, structure and money unit of a document; the library's list."""
    about = scan.has(words("document", "words"))
    if found.mentions or found.places.ordinals or found.spans:
        return None
    for key in ("library", "money_unit", "year", "unit", "structure"):
        if not scan.has(words("document", key)):
            continue
        if key in ("structure", "unit", "year") and not about and _other_content(scan, key):
            continue
        if key == "library" and not about and (_asks_for_figures(scan) or _other_content(scan, key, 4)):
            continue
        scan.take(words("document", key))
        scan.take(words("document", "words"))
        return replace(base, intent=Intent.DOCUMENT, topic_key=key, leftover=scan.leftover())
    if about and scan.has(words("intents", "summary")):
        return replace(base, intent=Intent.DOCUMENT, topic_key="structure")
    return None


def _asks_for_figures(scan: Scan) -> bool:
    """哪些单位的预算超过1000万元 asks for sums, not for the library's list."""
    probe = Scan(scan.text)
    probe.take(words("document", "library"))
    comparisons = group("comparisons")
    compared = any(comparisons.key(m.group()) != Comparison.EQUAL for m in probe.find(comparisons.pattern))
    return probe.has(group("fields").pattern) or compared


def _other_content(scan: Scan, key: str, least: int = 1) -> bool:
    """Whether the message has content beside these words, so that it asks of something else than the document."""
    probe = Scan(scan.text)
    probe.take(words("document", key))
    return len(re.sub(r"\d|\s|涉及", "", probe.leftover())) >= least
