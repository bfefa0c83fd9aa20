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


# Ways to ask, put together from parts; the last of each (HELD_...) is for the evaluation alone.
DO = ["Quote", "Copy", "Give", "Find", "Write out", "Show", "Repeat", "Cite", "Read out", "Print", "Look up", "Give me",
      "Please quote", "I want", "Tell me", "Search for", "Return", "State"]
WHAT = ["the sentence", "the sentence", "the sentence", "the line", "the exact sentence", "the full sentence", "the passage",
        "the whole sentence", "the statement"]
ABOUT = ["about", "about", "with", "on", "that mentions", "that names", "containing", "where we read of", "which tells of",
         "dealing with", "that has", "with the words", "in which you find", "that contains", "concerning", "which mentions"]
ASK = ["Which sentence mentions {k}?", "What does the text say about {k}?", "Which sentence is about {k}?",
       "What is said about {k}?", "Where does the text mention {k}?", "Which sentence has the words {k}?", "{k}?",
       "What do we read about {k}?", "In which sentence do we find {k}?", "What does it say of {k}?", "Quote: {k}"]
OTHER = ["Which sentence says that {d}?", "Find this sentence: {d}", "Where does it say that {d}?", "Quote exactly: {d}",
         "Quote the sentence that begins with: {b}", "How does this sentence go on: {b}", "Which sentence begins with: {b}?"]
HELD_QUOTE = "Copy the sentence that speaks of {k}."
LEAD = ["Fill in the gap:", "Which word is missing?", "Complete the sentence:", "Fill in the missing word:", "Complete:",
        "Insert the missing word:", "Supply the word:", "One word is left out:", "Put in the right word:", "Which word?",
        "Find the missing word:", "Gap:", "Say the missing word:", "What goes into the gap?", "Fill the blank:"]
MARK = ["____", "____", "...", "___", "[?]", "(...)", "_____"]
AFTER = ["What word comes after: {l}?", "Which word follows: {l}?", "What is the next word: {l}", "{l} what?", "Go on: {l}"]
HELD_GAP = "What is missing here: {l} ____ {r}"


def quote_pattern(r):
    k = r.random()
    if k < 0.6:
        return f"{r.choice(DO)} {r.choice(WHAT)} {r.choice(ABOUT)} {{k}}."
    return r.choice(ASK if k < 0.75 else OTHER)


def gap_pattern(r):
    k = r.random()
    if k < 0.2:
        return "{L} what {r}?"
    return r.choice(AFTER) if k < 0.35 else f"{r.choice(LEAD)} {{l}} {r.choice(MARK)} {{r}}"


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
    t = HELD_QUOTE if held else quote_pattern(r)
    return t.format(k=keys, d=d[:1].lower() + d[1:] if "that {d}" in t else d, b=b), s, "quote"


BEGIN = ["How does the sentence {w} {k} begin?", "First words of the sentence {w} {k}?", "How does the line {w} {k} start?",
         "With which words does the sentence {w} {k} begin?", "Give the beginning of the sentence {w} {k}."]


def begin(r, s):
    """A short lesson for quoting: the first two words of the sentence with these words."""
    ws = s.split(" ")
    c = [i for i in content(ws) if i > 1]
    if len(c) < 2:
        return None
    k = [strip(ws[i]) for i in sorted(r.sample(c, min(len(c), r.randint(1, 4))))]
    return r.choice(BEGIN).format(w=r.choice(ABOUT), k=", ".join(k)), " ".join(ws[:2]), "begin"


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
    t = HELD_GAP if held else gap_pattern(r)
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
    return f"{r.choice(DO)} {r.choice(WHAT)} {r.choice(ABOUT)} {{k}}.".format(k=", ".join(k[:-1]) + " and " + k[-1])
