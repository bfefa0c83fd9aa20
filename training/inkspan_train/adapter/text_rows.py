"""Rows from natural text alone: sentences to quote and short faithful summaries, by rule."""
import re
from collections import Counter

from .. import natural as NA
from . import passages as P

SUMMARY_Q = ["Summarize the text.", "Summarise the text in one sentence.", "What is the text about?", "Give a short summary.",
             "What is the main point?", "Summarize this briefly.", "What happens in the text?", "What is this passage about?",
             "Sum up the text in a sentence.", "Briefly, what does the text say?", "Give the gist of the text.",
             "What is the most important sentence of the text?", "Summarise this in one or two sentences."]


def quotes(r, text, n):
    """Up to n (question, sentence, "quote") about different sentences of the text."""
    found = NA.sentences(text)
    r.shuffle(found)
    out = []
    for s in found[:n]:
        x = NA.quote(r, s)
        if x:
            out.append(x)
    return out


def summary(text):
    """The one or two sentences whose words the text uses most, in its order; None where no sentence is fit.

    Sentences of the text itself, so nothing in them can be unfaithful.
    """
    counts = Counter(P.terms(text))
    ends = P.sentence_ends(text)
    found = [text[a:b].strip() for a, b in zip([0] + ends, ends)]
    scored = []
    for i, s in enumerate(found):
        words = P.terms(s)
        if not 40 <= len(s) <= 200 or len(words) < 4 or re.search(r'["“”\n?]', s) or not s[0].isupper() or s[-1] not in ".!":
            continue
        # the first sentences of a text name what it is about
        scored.append((sum(counts[w] - 1 for w in set(words)) / len(words) ** 0.5 * (1.3 if i < 2 else 1), i))
    if not scored:
        return None
    scored.sort(reverse=True)
    best = scored[0][1]
    more = [i for v, i in scored[1:2] if v > 0.8 * scored[0][0] and len(found[i]) + len(found[best]) < 220]
    return " ".join(found[i] for i in sorted([best] + more))
