"""Questions of FairytaleQA with the passages of their story that hold the answer."""
import gzip
import json
import re
from dataclasses import dataclass

from . import passages as P


@dataclass
class Question:
    text: str
    answers: list     # as people wrote them, shortest first
    sections: list    # numbers of the sections that it was written about, from 0
    explicit: bool
    gold: set         # passages with one of the answers word for word, in those sections


@dataclass
class Story:
    name: str
    sections: list
    passages: list
    section_of: list  # the section of each passage
    questions: list
    search: P.Search


def tidy(answer):
    """An answer without the space and full stop around it; quotation marks that stand alone go too."""
    a = re.sub(r"\s+", " ", answer).strip().rstrip(".").strip()
    return a.strip('"“”') if a.count('"') == 1 else a


def read(path, size=350):
    """Stories in the order of the file; answers in explicit questions are kept as they were written."""
    with gzip.open(path, "rt", encoding="utf-8") as f:
        data = json.load(f)
    out = {}
    for name, sections in data["stories"].items():
        sections = [re.sub(r"[ \t]+", " ", s).strip() for s in sections]
        parts = [(c, i) for i, s in enumerate(sections) for c in P.chunks(s, size)]
        passages = [c for c, _ in parts]
        out[name] = Story(name, sections, passages, [i for _, i in parts], [], P.Search(passages))
    for q in data["questions"]:
        s = out[q["story"]]
        answers = sorted(dict.fromkeys(tidy(a) for a in q["answers"]), key=len)
        answers = [a for a in answers if P.plain(a)]
        sections = [i - 1 for i in q["sections"]]
        gold = {k for k, (p, i) in enumerate(zip(s.passages, s.section_of))
                if i in sections and any(P.contains(p, a) for a in answers)}
        if answers:
            s.questions.append(Question(q["question"].strip(), answers, sections, q["explicit"], gold))
    return [s for s in out.values() if s.questions]


def verbatim(question, text):
    """Those answers that stand in the text word for word, shortest first."""
    return [a for a in question.answers if P.contains(text, a)]


def elsewhere(story, question, chosen):
    """True where none of the chosen passages can hold the answer: other sections, and not its words."""
    if any(story.section_of[i] in question.sections for i in chosen):
        return False
    text = " ".join(story.passages[i] for i in chosen)
    return not any(P.contains(text, a) for a in question.answers)
