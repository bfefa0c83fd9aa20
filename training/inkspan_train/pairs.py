"""Lists of short keys and values, each asked for: the densest lesson in looking things up.

Asked back ("kvback"), the answer stands before what is asked with; that is much harder to learn than looking
forward, so those lists are often very short.
"""
from . import events as EV
from . import families as FA
from . import words as W
from .fmt import NOT_IN_TEXT

KEYS = [W.word_pair, W.invented, W.first, W.thing, W.person, lambda r: W.digits(r, 2, 4), W.pick(W.NOUNS), W.city, W.building]
VALUES = [W.pick(W.NOUNS), W.invented, W.first, W.pick(W.COLORS), lambda r: W.digits(r, 1, 4), W.city, W.pick(W.FOODS),
          W.pick(W.JOBS), W.code, W.thing]
SIGNS = ["{k}: {v}", "{k} = {v}", "{k} -> {v}", "{k}, {v}", "{v} for {k}", "{v} ({k})", "{k} with {v}", "{k} - {v}"]
VERBS = ["{k} is {v}", "{k} has {v}", "{k} means {v}", "{k} likes {v}", "{k} was {v}", "{k} got {v}", "{k} became {v}",
         "{k} and {v}", "{v} belongs to {k}", "{v} goes to {k}", "{v} is for {k}"]
BETWEEN = [". ", "; ", ", ", "\n", ". "]
ASK = ["{k}?", "{k}", "What is {k}?", "Say {k}.", "And {k}?", "What about {k}?", "{k} ...", "Find {k}.", "What stands with {k}?"]


def near_keys(r):
    """Keys put together from a few words: every word of a key is in other keys too, only the whole is not."""
    kind = r.random()
    if kind < 0.35:
        a, b = W.ADJS + W.COLORS, r.choice([W.OBJECTS, W.BUILDINGS, W.ANIMALS])
    elif kind < 0.7:
        a = W.FIRST_NAMES
        b = [W.invented(r) for _ in range(4)]
    elif kind < 0.85:
        a, b = W.NOUNS, W.NOUNS
    else:
        a, b = [r.choice(["Mr.", "Mrs.", "Dr.", "Professor", "Miss", "Captain", "Sister", "Uncle"]) for _ in range(4)], [W.invented(r) for _ in range(4)]
    first = r.sample(a, r.randint(2, 4)) if len(a) > 4 else a
    second = r.sample(b, min(len(b), r.randint(2, 5)))
    the = "the " if b is W.OBJECTS or b is W.BUILDINGS else ""
    if r.random() < 0.15:   # three words
        third = r.sample(W.NOUNS, 2)
        return lambda q: f"{the}{q.choice(first)} {q.choice(third)} {q.choice(second)}"
    return lambda q: f"{the}{q.choice(first)} {q.choice(second)}"


def listed(r, length, direction):
    """(lines, items, what stands between lines, question pattern, how lines begin, value first?)"""
    key, val = near_keys(r) if r.random() < 0.5 else r.choice(KEYS), r.choice(VALUES)
    verb = r.choice(EV.VERBS)[1]
    form = r.choice(SIGNS if r.random() < 0.4 else
                    VERBS + [f"{{k}} {verb} {{v}}", f"{{v}} {verb} {{k}}", f"yesterday {{k}} {verb} {{v}} again"])
    between, ask = r.choice(BETWEEN), r.choice(ASK)
    few = direction == "back" and r.random() < 0.6
    n = r.randint(2, 4 + length // 128) if few else r.randint(max(2, length // 36), max(3, length // 15))
    parts, items = set(), []
    for k, v in ((key(r), val(r)) for _ in range(n)):
        if k in v or v in k or any(a in b or b in a for a in (k, v) for b in parts):
            continue
        parts |= {k, v}
        items.append((k, v))
    # a name written large is another token: mostly as in the question
    cap = FA.cap if r.random() < 0.25 else str
    lines = [cap(form.format(k=k, v=v)) for k, v in items]
    return lines, items, between, (ask, key), cap, form.index("{v}") < form.index("{k}")


def questions(r, items, asking, cap, v_first, direction):
    ask, key = asking
    back = 1 if direction == "back" else r.choice([0, 0, 0.5, 1])
    parts = [x for kv in items for x in kv]
    qas = []
    for k, v in r.sample(items, len(items)):
        if r.random() < 0.08:
            other = key(r)
            if not any(other in x or x in other for x in parts):
                qas.append((cap(ask.format(k=other)), NOT_IN_TEXT, "absent"))
        first, second = (v, k) if v_first else (k, v)
        given, answer, tag = (second, first, "kvback") if r.random() < back else (first, second, "kv")
        qas.append((cap(ask.format(k=given)), answer, tag))
    return qas
