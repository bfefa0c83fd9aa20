"""Cloze and quote questions made by rule from real sentences."""
import re

STOP = set("""that this with from they them their there were have been will would could should what when where which
who whom whose then than into upon about over under after before again very much more most some such only other same
your yours mine ours hers his her him she you the and but for not nor yet are was had has did does done being said
through though because while without against between among every each many must might shall cannot these those here
even also just like well been its it's however therefore""".split())
ABBR = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Capt|Col|Gen|Prof|No|vs|etc|e\.g|i\.e|[A-Z]))\.$")
CUT = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+|\n+")


def sentences(text):
    """Whole sentences of handy length that occur once in the text; the cut first and last are left out."""
    out, start = [], 0
    for m in CUT.finditer(text):
        end = m.start() + len(m.group().rstrip())
        s = text[start:end]
        if "\n" not in m.group() and ABBR.search(s):
            continue
        if start and 25 <= len(s) <= 170 and s[0].isupper() and s[-1] in ".!?" and s.count(" ") >= 4 \
                and "“" not in s and '"' not in s and text.count(s) == 1:
            out.append(s)
        start = m.end()
    return out


def strip(w):
    return w.strip(".,;:!?“”\"'()[]—-_*‘’")


def content(ws):
    return [i for i, w in enumerate(ws) if len(strip(w)) >= 4 and strip(w).isalpha() and strip(w).lower() not in STOP]


QUOTE = ["Quote the sentence about {k}.", "Which sentence mentions {k}?", "What does the text say about {k}?",
         "Quote the line on {k}.", "Find the sentence with {k}.", "Give the exact sentence about {k}.",
         "Which sentence says that {d}?", "Find this sentence: {d}", "Quote the sentence that begins with: {b}",
         "Copy the sentence that speaks of {k}."]
GAP = ["Fill in the gap: {l} ____ {r}", "Which word is missing? {l} ____ {r}", "Complete the sentence: {l} ____ {r}",
       "{L} what {r}?", "What word comes after: {l}?", "Fill in the missing word: {l} ... {r}",
       "What is missing here: {l} ____ {r}"]


def quote(r, s, held=False):
    ws = s.split(" ")
    c = content(ws)
    if len(c) < 3:
        return None
    k = [strip(ws[i]) for i in sorted(r.sample(c, min(len(c), r.randint(2, 4))))]
    if r.random() < 0.3:
        r.shuffle(k)
    keys = r.choice([", ", " "]).join(k) if r.random() < 0.5 else ", ".join(k[:-1]) + " and " + k[-1]
    drop = set(r.sample(range(len(ws)), max(1, len(ws) // 4)))
    d = " ".join(w for i, w in enumerate(ws) if i not in drop).rstrip(".!?,;:")
    b = " ".join(ws[:r.randint(2, 5)]).rstrip(".!?,;:")
    t = QUOTE[-1] if held else r.choice(QUOTE[:-1])
    return t.format(k=keys, d=d[:1].lower() + d[1:] if "says" in t else d, b=b), s, "quote"


def gap(r, s, held=False):
    ws = s.split(" ")
    c = [i for i in content(ws) if i >= 2]
    if not c:
        return None
    i = r.choice(c)
    left, right = ws[max(0, i - r.randint(3, 8)):i], ws[i + 1:i + 1 + r.randint(1, 5)]
    if r.random() < 0.4 and len(left) > 3:
        del left[r.randrange(len(left) - 2)]
    if r.random() < 0.3 and len(right) > 2:
        del right[r.randrange(len(right))]
    t = GAP[-1] if held else r.choice(GAP[:-1])
    if not right and "{r}" in t:
        t = "What word comes after: {l}?"
    lft, rgt = " ".join(left), " ".join(right)
    if "what" in t:
        rgt = rgt.rstrip(".!?,;:")
    return t.format(l=lft, r=rgt, L=lft[:1].upper() + lft[1:]), strip(ws[i]), "cloze"


def unseen(r, s):
    """The same kinds of question about a sentence of another text."""
    ws = s.split(" ")
    c = content(ws)
    if len(c) < 3:
        return None
    k = [strip(ws[i]) for i in sorted(r.sample(c, 3))]
    return r.choice(QUOTE[:6]).format(k=", ".join(k[:-1]) + " and " + k[-1])
