"""Sentences of a verb, its parts and a value, in open-ended combination; often the value comes before the thing.

Each kind is a handful of shapes for the statement and for the question, filled from lists of verbs, nouns and
prepositions (and made-up verbs), so that hardly any wording comes twice and only the parts that statement and question
share are worth looking at. Some questions name another verb than the statement: the thing decides.
"""
from . import families as FA
from . import words as W

# base, past, participle, third person
VERBS = [v.split("/") for v in """find/found/found/finds lose/lost/lost/loses bring/brought/brought/brings carry/carried/carried/carries
break/broke/broken/breaks clean/cleaned/cleaned/cleans mend/mended/mended/mends steal/stole/stolen/steals paint/painted/painted/paints
throw/threw/thrown/throws drop/dropped/dropped/drops bury/buried/buried/buries lock/locked/locked/locks buy/bought/bought/buys
sell/sold/sold/sells choose/chose/chosen/chooses forget/forgot/forgotten/forgets leave/left/left/leaves want/wanted/wanted/wants
see/saw/seen/sees draw/drew/drawn/draws describe/described/described/describes collect/collected/collected/collects
hold/held/held/holds wash/washed/washed/washes cut/cut/cut/cuts burn/burned/burned/burns use/used/used/uses test/tested/tested/tests
order/ordered/ordered/orders send/sent/sent/sends get/got/got/gets return/returned/returned/returns wrap/wrapped/wrapped/wraps
weigh/weighed/weighed/weighs count/counted/counted/counts copy/copied/copied/copies fix/fixed/fixed/fixes show/showed/shown/shows
fetch/fetched/fetched/fetches admire/admired/admired/admires drag/dragged/dragged/drags load/loaded/loaded/loads pack/packed/packed/packs
offer/offered/offered/offers examine/examined/examined/examines touch/touched/touched/touches lift/lifted/lifted/lifts
push/pushed/pushed/pushes hang/hung/hung/hangs place/placed/placed/places press/pressed/pressed/presses mix/mixed/mixed/mixes
pour/poured/poured/pours keep/kept/kept/keeps plan/planned/planned/plans rebuild/rebuilt/rebuilt/rebuilds plant/planted/planted/plants
study/studied/studied/studies sketch/sketched/sketched/sketches move/moved/moved/moves stitch/stitched/stitched/stitches
serve/served/served/serves smuggle/smuggled/smuggled/smuggles nail/nailed/nailed/nails file/filed/filed/files print/printed/printed/prints
prepare/prepared/prepared/prepares expect/expected/expected/expects demand/demanded/demanded/demands promise/promised/promised/promises
store/stored/stored/stores taste/tasted/tasted/tastes spill/spilled/spilled/spills borrow/borrowed/borrowed/borrows""".split()]
PREPS = ["into", "onto", "under", "over", "from", "to", "with", "for", "against", "on", "at", "behind", "through", "near", "round",
         "beside", "before", "after", "out of", "across", "among", "inside", "in front of", "on top of"]
ROLES = """maid butcher aunt uncle neighbour boy girl servant captain clerk stranger guard farmer old man old woman judge nurse child
sailor priest mayor widow gardener waiter thief painter teacher crowd council family guest owner porter manager twin nephew niece
traveller soldiers committee landlord coachman visitors miller king queen abbot smith""".split()
PARTS = """roof wall door plan map song flag garden history bell gate lock floor tower fountain archive market portrait statue window
name crown kitchen staircase ceiling treasure cellar charter chapel square accounts fence well clock banner path road station school
church theatre mill port hospital""".split()
MASS = """money water bread letters news order wood coal flowers papers tickets tools songs stories fish horses lamps
silence notes fires clothes books stones coins""".split()
OCCASIONS = """wedding dance market party meeting race concert trial parade funeral dinner lecture auction fair picnic hearing
reception rehearsal contest reunion feast tournament opera ceremony match""".split()
SUMS = [v.split("/") for v in """lose/lost spend/spent earn/earned save/saved owe/owed collect/collected pay/paid borrow/borrowed
raise/raised inherit/inherited give/gave hide/hid ask/asked promise/promised need/needed""".split()]
SUM_WHERE = ["at the races", "in the bank", "at cards", "for the poor", "last winter", "in the war", "to a stranger", "at the market",
             "for a song", "on the journey", "over the years", "in one night", "for charity", "at the fair", "to the school"]
WHEN = ["", "", "", " every evening", " yesterday", " once a week", " on Sunday", " at noon", " again", " in secret", " last year", " before dinner",
        " every night", " without a word", " in the rain"]


def animal(r):
    a = r.choice(W.ANIMALS)
    return ("an " if a[0] in "aeio" else "a ") + a


def made_up(r):
    w = W.invented(r).split(" ")[0].lower()
    return [w, w + "ed", w + "ed", w + "s"]


def verb(r):
    return made_up(r) if r.random() < 0.12 else r.choice(VERBS)


def to_place(r):
    """Something was done with the value, into, under, for ... the thing."""
    who = r.choice(["the " + r.choice(ROLES), "the " + r.choice(ROLES), "somebody", "they", W.first(r)])
    b, p, d, t = verb(r)
    b2, p2, d2, t2 = verb(r)
    prep = r.choice(PREPS)
    s = ["{w} {p} {v} {prep} {e}{when}.", "{w} {p} {v} {prep} {e}{when}.", "{w} {t} {v} {prep} {e}{when}.", "{prep} {e} {w} {p} {v}.",
         "{v} was {d} {prep} {e}{when}.", "it was {v} that {w} {p} {prep} {e}.", "{prep} {e} they {p} {v}.",
         "{w} wanted to {b} {v} {prep} {e}{when}.", "{v} ended up {prep} {e}{when}."]
    q = ["What did {w} {b} {prep} {e}?", "What was {d} {prep} {e}?", "What does {w} {b} {prep} {e}?", "What ended up {prep} {e}?",
         "What is {prep} {e}?", "What was it that {w} {p} {prep} {e}?", "What comes {prep} {e}?", "What did {w} {b2} {prep} {e}?",
         "What was {d2} {prep} {e}?", "{w} {p} what {prep} {e}?"]
    ent = r.choice([W.thing, W.building, W.city, W.food, W.ship, W.person])
    val = r.choice([W.thing, W.food, W.thing, W.invented, W.person, W.pick(W.NOUNS)])
    return ent, val, s, q, dict(w=who, b=b, p=p, d=d, t=t, b2=b2, d2=d2, prep=prep)


def occasion(r):
    o = r.choice(OCCASIONS)
    b, p, d, t = verb(r)
    b2 = verb(r)[0]
    s = ["at the {o} {e} {p} {v}.", "{e} came to the {o} and {p} {v}.", "{e} {p} {v} at the {o}{when}.", "{e} went to the {o} with {v}.",
         "{e} was seen at the {o} with {v}.", "{v} was {d} by {e} at the {o}.", "during the {o} {e} {p} {v}.", "{e} left the {o} with {v}."]
    q = ["What did {e} {b} at the {o}?", "What was {d} by {e} at the {o}?", "What did {e} {b2} at the {o}?", "What did {e} have at the {o}?",
         "With what was {e} at the {o}?", "At the {o}, what did {e} {b}?", "What did {e} bring to the {o}?"]
    return W.person, r.choice([W.thing, W.thing, W.food, animal]), s, q, dict(o=o, b=b, p=p, d=d, b2=b2)


def part_of(r):
    n = r.choice(PARTS)
    b, p, d, t = verb(r)
    p2, d2 = verb(r)[1:3]
    s = ["the {n} of {e} was {d} by {v}.", "{v} {p} the {n} of {e}{when}.", "{v} {t} the {n} of {e}{when}.", "it was {v} who {p} the {n} of {e}.",
         "for the {n} of {e} they called {v}.", "{v} {p} the {m} for the {n} of {e}.", "{poss} {n} was {d} by {v}.", "{v} {p} {poss} {n}.",
         "the {n} of {e}, {d} by {v}, is old."]
    q = ["Who {p} the {n} of {e}?", "By whom was the {n} of {e} {d}?", "Who {p2} the {n} of {e}?", "Who was it that {p} the {n} of {e}?",
         "Who {p} {poss} {n}?", "Whose work is the {n} of {e}?", "Who {t} the {n} of {e}?", "The {n} of {e} was {d} by whom?"]
    ent = r.choice([W.city, W.building, W.person, W.company, W.ship, W.project, W.invented])
    return ent, r.choice([W.person, W.first]), s, q, dict(n=n, b=b, p=p, d=d, t=t, p2=p2, m=r.choice(MASS))


def duty(r):
    b, p, d, t = verb(r)
    t2 = verb(r)[3]
    m, prep = r.choice(MASS), r.choice(["at", "in", "for", "near", "to", "behind", "from", "inside", "on board", "outside"])
    if prep == "on board" or r.random() < 0.3:
        ent = W.ship
    else:
        ent = r.choice([W.building, W.building, W.city, W.company, W.project])
    s = ["{v} {t} {m} {prep} {e}{when}.", "{v} {p} {m} {prep} {e}{when}.", "{prep} {e}, {v} {t} {m}.", "{v} stands {prep} {e} and {t} {m}.",
         "{v} is the one who {t} {m} {prep} {e}.", "{v} waits {prep} {e}{when}.", "the {role} {prep} {e} is {v}.", "{v} has to {b} {m} {prep} {e}."]
    q = ["Who {t} {m} {prep} {e}?", "Who {p} {m} {prep} {e}?", "Who is it that {t} {m} {prep} {e}?", "Who has to {b} {m} {prep} {e}?",
         "Who {t2} {prep} {e}?", "Who is {prep} {e}?", "Who {t} something {prep} {e}?"]
    return ent, r.choice([W.person, W.person, W.first]), s, q, dict(b=b, p=p, t=t, t2=t2, m=m, prep=prep, role=r.choice(ROLES))


def sum_of(r):
    b, p = r.choice(SUMS)
    s = ["{e} {p} {v} {where}.", "{where} {e} {p} {v}.", "the {n} cost {e} {v}.", "{v} was all that {e} {p} {where}.",
         "the {n} earned {e} {v}.", "{e} had to pay {v} for the {n}."]
    q = {"{n}": ["How much did the {n} cost {e}?", "How much did {e} get for the {n}?", "How much did {e} pay for the {n}?",
                 "What sum had {e} to do with at the {n}?"],
         "": ["How much did {e} {b} {where}?", "What did {e} {b} {where}?", "How much was {p} by {e}?", "How much money did {e} {b}?"]}
    st = r.choice(s)
    return W.person, W.price, [st], q["{n}" if "{n}" in st else ""], dict(b=b, p=p, where=r.choice(SUM_WHERE), n=r.choice(OCCASIONS + PARTS))


def asked_to(r):
    role = "the " + r.choice(ROLES)
    b, p, d, t = verb(r)
    b2 = verb(r)[0]
    say = r.choice(["ask/asked", "order/ordered", "beg/begged", "advise/advised", "teach/taught", "force/forced", "help/helped", "want/wanted"])
    a, ap = say.split("/")
    s = ["{w} {ap} {e} to {b} {v}{when}.", "{e} {t} {v}{when}, as {w} {ap}.", "{w} {ap} {e} to {b} {v}{when}.", "{e} {t} {v} because {w} {ap} it.",
         "{e} should {b} {v}{when}, said {w}."]
    q = ["What did {w} {a} {e} to {b}?", "What should {e} {b}?", "What does {e} {b}?", "What did {w} want from {e}?", "What was {e} to {b}?",
         "What did {w} {a} {e} to {b2}?"]
    return W.person, r.choice([W.food, W.thing, W.thing, animal]), s, q, dict(w=role, a=a, ap=ap, b=b, t=t, b2=b2)


KINDS = [to_place, to_place, occasion, part_of, part_of, duty, duty, sum_of, asked_to]


class Relation:
    """One such kind with its verb and nouns drawn: makes statements and questions about any thing of its kind."""

    attr = ""
    fam = None

    def __init__(self, r):
        kind = r.choice(KINDS)
        self.ent, self.val, self.stmts, self.qs, self.parts = kind(r)
        if r.random() < 0.35:   # the value before the thing
            first = [s for s in self.stmts if s.index("{v}") < max(s.find("{e}"), s.find("{poss}"))]
            self.stmts = first or self.stmts
        self.family = kind.__name__ + " " + " ".join(self.parts.values())
        self.value_of = None

    def fill(self, r, pattern, e, v=""):
        return FA.cap(pattern.format(e=e, v=v, poss=FA.possessive(e), when=r.choice(WHEN), **self.parts))

    def fact(self, r, e=None):
        e = e or self.ent(r)
        v = self.val(r)
        while v in e or e in v or any(v in str(x) for x in self.parts.values()):
            v = self.val(r)
        s = self.fill(r, r.choice(self.stmts), e, v)
        f = {"stmt": s, "q": self.question(r, e), "a": v, "tag": "relation", "key": (self.family, e), "ent": e, "src": self}
        if r.random() < 0.3:    # more than one wording of the question
            f["more"] = [(self.question(r, e), v) for _ in range(2)]
        return f

    def question(self, r, e):
        return self.fill(r, r.choice(self.qs), e)
