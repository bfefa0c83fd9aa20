"""Invented facts with questions: single facts, near-duplicates, lists, chains, variables.

A fact is a dict: stmt (one sentence), q, a, tag, key (what it is about) and ent. Held-out templates
and families are used only with split="held".
"""
from . import events as EV
from . import families as FA
from . import relations as RE
from . import wording as WO
from . import words as W

ENT_KINDS = [W.person, W.thing, W.building, W.city, W.ship, W.project, W.company, W.word_pair]


def choose(r, items, split, held=1):
    if len(items) <= held + 1:
        return r.choice(items)
    return r.choice(items[-held:]) if split == "held" else r.choice(items[:-held])


def entity_of(r, kind):
    return kind(r)


def near(r, ent, kind, tries=20):
    """An entity of the same kind that differs in one word, where there is more than one word."""
    ws = ent.split(" ")
    for _ in range(tries):
        other = kind(r).split(" ")
        if len(other) == len(ws) and len(ws) > 1:
            i = r.randrange(1 if ws[0] in ("the", "Project", "Operation") else 0, len(ws))
            cand = list(ws)
            cand[i] = other[i]
            if cand != ws:
                return " ".join(cand)
    return kind(r)


class Source:
    """One kind of fact: makes statements and questions about any entity of its kind."""

    def __init__(self, r, split):
        self.split = split
        k = r.random()
        self.attr, self.fam = "", None
        if split == "train" and k < 0.22:
            self.attr, self.val = EV.compound(r)
            self.ent = r.choice(ENT_KINDS)
        elif k < 0.47:
            held = split == "held" and r.random() < 0.4
            pool = FA.HELD_ATTR if held else FA.ATTR_CODE if r.random() < 0.75 else FA.ATTR_WORD
            self.attr = r.choice(pool)
            word = self.attr in FA.ATTR_WORD or self.attr == "safe word"
            self.val = W.secret if word else W.code if r.random() < 0.7 else lambda q: W.digits(q, 2, 7)
            self.ent = r.choice(ENT_KINDS)
        elif k < 0.65:
            self.ent, pool = r.choice([(W.person, FA.PEOPLE_ATTR), (W.thing, FA.THING_ATTR), (W.city, FA.CITY_ATTR),
                                       (W.building, FA.THING_ATTR), (W.person, FA.PEOPLE_ATTR)])
            self.attr, self.val = r.choice(pool)
        else:
            fams = [f for f in FA.SPECIAL if f.held == (split == "held")] if split == "train" or r.random() < 0.4 \
                else [f for f in FA.SPECIAL if not f.held]
            self.fam = r.choice(fams)
            self.ent, self.val = self.fam.ent, self.fam.val
        self.family = self.fam.name if self.fam else self.attr

    def statement(self, r, e, v):
        if self.fam:
            if self.fam.held:
                return FA.fill(r.choice(self.fam.stmts), e, v)
            p = choose(r, self.fam.stmts, self.split)
            if self.split == "train" and r.random() < 0.25:
                first = [x for x in self.fam.stmts[:-1] if x.startswith(("{v}", "In {v}", "At {v}", "On {v}", "They"))]
                p = r.choice(first or [p])
            return FA.fill(p, e, v)
        k = r.random() if self.split == "train" else 1
        if k < 0.22:
            return FA.fill(WO.apposed_statement(r, W.first), e, v, self.attr)
        if k < 0.6:
            return FA.fill(WO.attribute_statement(r), e, v, self.attr)
        return FA.fill(choose(r, FA.G_STMTS, self.split, FA.G_HELD), e, v, self.attr)

    def question(self, r, e):
        if self.fam:
            if self.fam.held:
                return FA.fill(r.choice(self.fam.qs), e, "")
            return FA.fill(choose(r, self.fam.qs, self.split), e, "")
        if self.split == "train" and r.random() < 0.65:
            return FA.fill(WO.attribute_question(r), e, "", self.attr)
        return FA.fill(choose(r, FA.G_QS, self.split, FA.G_HELD), e, "", self.attr)

    def fact(self, r, e=None):
        e = e or self.ent(r)
        v = self.val(r)
        while v in e or e in v:
            v = self.val(r)
        f = {"stmt": self.statement(r, e, v), "q": self.question(r, e), "a": v, "tag": "fact",
             "key": (self.family, e), "ent": e, "src": self}
        if self.fam and self.fam.rev and r.random() < 0.25:
            f["rq"], f["ra"] = FA.fill(r.choice(self.fam.rev), "", v), e
        return f


QUOTE_Q = ["Quote the sentence about {k}.", "Which sentence mentions {k}?", "What does the text say about {k}?",
           "Quote the line on {k}.", "Find the sentence with {k}.", "Give the exact sentence about {k}.",
           "Copy the sentence that speaks of {k}."]


def source(r, split):
    k = r.random() if split == "train" else 1
    return EV.Event(r) if k < 0.14 else RE.Relation(r) if k < 0.38 else Source(r, split)


def facts(r, n, split="train", group=1):
    """n facts; with group > 1, runs of facts of one kind whose things differ in one word, or of one thing."""
    out, seen = [], set()
    while len(out) < n:
        src = source(r, split)
        base = None
        one = split == "train" and group > 1 and r.random() < 0.25   # one thing, many attributes
        for _ in range(group):
            if one and base:
                src = same_thing(r, src, split)
                e = base
            else:
                e = src.ent(r) if base is None or r.random() < 0.3 else near(r, base, src.ent)
            base = base or e
            if (src.family, e) in seen or any(x["key"][0] == src.family and (e in x["ent"] or x["ent"] in e) for x in out) \
                    or any(x["ent"] == e and loosely(src.family, x["key"][0]) for x in out):
                continue
            seen.add((src.family, e))
            out.append(src.fact(r, e))
    out = out[:n]
    if split == "train":
        for f in out:
            if r.random() < 0.6:
                f["stmt"] = WO.around_statement(r, f["stmt"], W.first, W.year)
    return out


def same_thing(r, src, split):
    """Another kind of fact that the same thing can have."""
    for _ in range(20):
        other = Source(r, split)
        if other.ent is src.ent:
            return other
    return src


def absent(r, present, split="train"):
    """A question that has the look of the others and no answer in the text."""
    for _ in range(30):
        k = r.random()
        if present and k < 0.5:      # the same kind of fact, another thing
            src = r.choice(present)["src"]
            ent = src.ent(r) if r.random() < 0.5 else near(r, r.choice(present)["ent"], src.ent)
        elif present and k < 0.75:   # a thing of the text, another kind of fact
            f = r.choice(present)
            src = source(r, split)
            if src.ent is not f["src"].ent or isinstance(src, RE.Relation):     # another verb may mean the same
                continue
            ent = f["ent"]
        else:
            src = source(r, split)
            ent = src.ent(r)
        if any(ent == f["ent"] and (k < 0.5 or src.family == f["key"][0]) for f in present):
            continue
        if k >= 0.5 and k < 0.75 and any(f["ent"] == ent and loosely(src.family, f["key"][0]) for f in present):
            continue
        if any(f["key"][0] == src.family and (ent in f["ent"] or f["ent"] in ent) for f in present):
            continue
        return src.question(r, ent)
    return None


def loosely(a, b):
    """Families close enough that one may answer the other."""
    groups = [("born", "live", "home town"), ("bornon", "birthday"), ("cost", "price", "value"),
              ("work", "profession", "employer"), ("pet", "petname", "horse", "favourite animal"),
              ("own", "owner", "keeper"), ("height",), ("built", "builder", "maker", "designer", "age"),
              ("teach", "hobby", "favourite subject"), ("married", "wife", "husband"), ("eats", "favourite food")]
    if any(a in g and b in g for g in groups):
        return True
    codes = FA.ATTR_CODE + FA.ATTR_WORD + FA.HELD_ATTR + ["key", "keyword"]
    return a in codes and b in codes and (a in b or b in a)


def listing(r, split="train"):
    """Several statements about one thing; the answer names all values in the order of the text."""
    kinds = [
        (W.person, W.city, "{e} visited {v}.", ["Which cities did {e} visit?", "Where did {e} go?"]),
        (W.person, W.thing, "{e} bought {v}.", ["What did {e} buy?", "Which things did {e} buy?"]),
        (W.word_pair, lambda q: W.digits(q, 4, 7), "One of the special magic numbers for {e} is: {v}.",
         ["What are all the special magic numbers for {e} mentioned in the provided text?",
          "What are the magic numbers for {e}?"]),
        (W.person, W.pick(W.SUBJECTS), "{e} studied {v}.", ["What did {e} study?"]),
        (W.person, W.first, "{e} invited {v}.", ["Whom did {e} invite?", "Who was invited by {e}?"]),
        (W.city, W.person, "{v} comes from {e}.", ["Who comes from {e}?"]),
    ]
    ent, val, st, qs = r.choice(kinds)
    e = ent(r)
    vs = []
    while len(vs) < r.randint(2, 4):
        v = val(r)
        if not any(v in x or x in v for x in vs):
            vs.append(v)
    ans = vs[0] if len(vs) == 1 else ", ".join(vs[:-1]) + " and " + vs[-1]
    return [FA.fill(st, e, v) for v in vs], [(FA.fill(r.choice(qs), e, ""), ans, "list")]


def chain(r, split="train"):
    """Two statements, and questions that need both (and each alone)."""
    k = r.randrange(6)
    if k == 0:
        a, b, c = W.thing(r), W.thing(r), W.building(r)
        s = [f"{FA.cap(a)} is inside {b}.", f"{FA.cap(b)} stands in {c}."]
        q = [(r.choice([f"In which building is {a}?", f"{FA.cap(a)} is in a thing. Where does that thing stand?"]), c, "chain"),
             (f"Where does {b} stand?", c, "fact"), (f"What is {a} inside?", b, "fact")]
    elif k == 1:
        p, c, m = W.person(r), W.invented(r), W.person(r)
        s = [f"{p} lives in {c}.", f"The mayor of {c} is {m}."]
        q = [(f"Who is the mayor of the city where {p} lives?", m, "chain"), (f"Where does {p} live?", c, "fact"),
             (f"Who is the mayor of {c}?", m, "fact")]
    elif k == 2:
        a, b, c = W.first(r), W.first(r), W.first(r)
        while len({a, b, c}) < 3:
            a, b, c = W.first(r), W.first(r), W.first(r)
        g, par = r.choice([("grandmother", "mother"), ("grandfather", "father")])
        s = [f"{a} is the {par} of {b}.", f"{b} is the {par} of {c}."]
        q = [(f"Who is the {g} of {c}?", a, "chain"), (f"Who is the {par} of {c}?", b, "fact"),
             (f"Who is the {par} of {b}?", a, "fact")]
    elif k == 3:
        p, t, v = W.person(r), W.thing(r), W.code(r)
        s = [f"{p} has {t}.", f"The code of {t} is {v}."]
        q = [(f"What is the code of the thing that {p} has?", v, "chain"), (f"What does {p} have?", t, "fact"),
             (f"What is the code of {t}?", v, "fact")]
    elif k == 4:
        p, o, v = W.person(r), W.company(r), W.city(r)
        s = [f"{p} works for {o}.", f"The office of {o} is in {v}."]
        q = [(f"In which city does {p} work?", v, "chain"), (f"For whom does {p} work?", o, "fact"),
             (f"Where is the office of {o}?", v, "fact")]
    else:
        p, t, p2 = W.person(r), W.thing(r), W.person(r)
        s = [f"{p} found {t}.", f"Then {p} gave {t} to {p2}."]
        q = [(f"Who has {t} now?", p2, "chain"), (f"Who found {t}?", p, "fact")]
    if r.random() < 0.3:
        s.reverse()
        if k == 5:
            s.reverse()
    r.shuffle(q)
    return s, q


def variables(r, split="train"):
    """RULER's variable tracking: chains of assignments."""
    def name():
        return "".join(r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(r.choice([1, 2, 3, 5])))
    names = []
    while len(names) < r.randint(2, 4):
        n = name()
        if n not in names:
            names.append(n)
    v = W.digits(r, 2, 5)
    s = [f"VAR {names[0]} = {v}."]
    for a, b in zip(names, names[1:]):
        s.append(f"VAR {b} = VAR {a}.")
    q = [(f"What is the value of VAR {n}?", v, "vars" if i else "fact") for i, n in enumerate(names)]
    r.shuffle(q)
    q = q[:2]
    if len(names) < 4:
        q.append((f"Which variables have the value {v}?", " ".join(names), "vars"))
    return s, q
