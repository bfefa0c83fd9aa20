"""Passages of a document and the word search that finds them, as the app builds them for a question."""
import math
import re
from collections import Counter

from ..natural import ABBR, CUT

WORD = re.compile(r"[a-z0-9]+")
WORDS = re.compile(r"\w+")
COMMON = set("""a an the of in on at to for from by with and or but not no is are was were be been being do does did has have
had he she it they them his her its their him i you we us our your my me this that these those there here what which who whom whose
when where why how as if than then so because into out up down about after before over under again very can could will would
should may might must""".split())


def sentence_ends(text):
    """Offsets behind each sentence or paragraph, the last being the text's end."""
    out = []
    for m in CUT.finditer(text):
        head = text[:m.start() + len(m.group().rstrip())]
        if "\n" not in m.group() and ABBR.search(head[-12:]):
            continue
        out.append(m.end())
    return out + ([len(text)] if not out or out[-1] < len(text) else [])


def chunks(text, size=350):
    """Whole sentences up to about `size` characters each; together they are the text."""
    out, start, last = [], 0, 0
    for end in sentence_ends(text):
        if end - start > size and last > start and end - start - size > size - (last - start):
            out.append(text[start:last].strip())
            start = last
        last = end
        if end - start >= size:
            out.append(text[start:end].strip())
            start = end
    if text[start:].strip():
        out.append(text[start:].strip())
    return [c for c in out if c]


def stem(w):
    for end in ("ing", "ed", "es", "s"):
        if w.endswith(end) and len(w) - len(end) >= 3:
            return w[:-len(end)]
    return w


def terms(text):
    return [stem(w) for w in WORD.findall(text.lower()) if w not in COMMON]


class Search:
    """BM25 (Robertson and Zaragoza 2009) over the passages of one document."""

    def __init__(self, passages, k1=1.2, b=0.75):
        self.counts = [Counter(terms(p)) for p in passages]
        lengths = [sum(c.values()) for c in self.counts]
        mean = sum(lengths) / max(1, len(lengths)) or 1
        self.norm = [k1 * (1 - b + b * n / mean) for n in lengths]
        self.k1 = k1
        seen = Counter(t for c in self.counts for t in c)
        self.idf = {t: math.log(1 + (len(passages) - n + 0.5) / (n + 0.5)) for t, n in seen.items()}

    def order(self, query):
        """Passage numbers, best first."""
        scores = [sum(self.idf[t] * c[t] * (self.k1 + 1) / (c[t] + n) for t in set(terms(query)) if t in c)
                  for c, n in zip(self.counts, self.norm)]
        return sorted(range(len(scores)), key=lambda i: (-scores[i], i))


def plain(text):
    """Lower case words alone, without a leading article: for telling whether an answer is right or stands in a text."""
    return re.sub(r"^(?:the|a|an) ", "", " ".join(WORDS.findall(text.lower())))


def contains(text, answer):
    return bool(plain(answer)) and f" {plain(answer)} " in f" {' '.join(WORDS.findall(text.lower()))} "
