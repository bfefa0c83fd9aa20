"""Questions that people typed into a search engine, each with a passage of an encyclopedia that answers it (QED)."""
import gzip
import json
import os
import re
from dataclasses import dataclass

from . import passages as P
from .stories import tidy

HELD = 200  # the first questions of the file are for validation; training never sees them or their passages


@dataclass
class Searched:
    text: str        # as it was typed: lower case, without a question mark
    answers: list    # as they stand in the passage, shortest first
    gold: set        # pieces that hold one of the answers


@dataclass
class Encyclopedia:
    pieces: list
    page_of: list    # the passage of each piece
    questions: list
    search: P.Search


def respaced(s):
    """Normal spacing for text whose words are separated by spaces before punctuation."""
    s = re.sub(r"``\s*|\s*''", '"', s)
    s = re.sub(r"\s+([,.;:!?%)\]])", r"\1", s)
    s = re.sub(r"([(\[$£])\s+", r"\1", s)
    s = re.sub(r"\s+('s|n't|'re|'ve|'ll|'d|'m)\b", r"\1", s)
    return re.sub(r"\s+-\s+", "-", s).replace(" -- ", " – ").strip()


def rows(qa):
    """(held, trained): rows of the file in its order; passages that a held row has are not trained."""
    with gzip.open(os.path.join(qa, "qed-dev.jsonl.gz"), "rt", encoding="utf-8") as f:
        all_rows = [json.loads(x) for x in f]
    held = all_rows[:HELD]
    titles = {x["title"] for x in held}
    return held, [x for x in all_rows[HELD:] if x["title"] not in titles]


def read(qa, size=350):
    """The questions for training over all their passages, as one text."""
    pieces, page_of, questions = [], [], []
    for page, x in enumerate(rows(qa)[1]):
        parts = P.chunks(respaced(x["passage"]), size)
        answers = sorted(dict.fromkeys(tidy(respaced(a)) for a in x["answers"]), key=len)
        answers = [a for a in answers if P.plain(a) and len(a) < 120]
        gold = {len(pieces) + i for i, p in enumerate(parts) if any(P.contains(p, a) for a in answers)}
        pieces += parts
        page_of += [page] * len(parts)
        if gold:
            questions.append(Searched(x["question"].strip().rstrip("?").strip(), answers, gold))
    return Encyclopedia(pieces, page_of, questions, P.Search(pieces))
