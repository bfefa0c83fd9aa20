"""Two open-ended kinds of facts: attributes with made-up names, and events of verb, object, place and time.

Both are combined from word lists, so that nearly every fact has words that no other fact has.
"""
from . import families as FA
from . import words as W

MODS = """winter summer morning night main side back front first last second third old new secret private public spare
hidden common local royal iron paper glass stone water fire wind harbour garden kitchen travel market letter door gate
window cellar station school court field forest river mountain night guest team group family company service safety
repair delivery storage supply invoice member visitor driver pilot student staff party signal radio music tower bridge
evening weekly monthly yearly daily final early late hourly official unofficial original former current usual middle
inner outer upper lower left right lost favourite best worst cheapest longest nearest next previous temporary""".split()
HEADS = [
    ("number", W.code), ("code", W.code), ("number", lambda r: W.digits(r, 2, 7)), ("key", W.code), ("mark", W.code),
    ("count", lambda r: W.digits(r, 1, 5)), ("score", lambda r: W.digits(r, 1, 4)), ("sign", W.secret), ("word", W.secret),
    ("name", W.invented), ("title", W.secret), ("phrase", W.secret), ("label", W.secret), ("colour", W.pick(W.COLORS)),
    ("day", W.date), ("date", W.date), ("year", W.year), ("hour", W.time), ("time", W.time), ("price", W.price),
    ("fee", W.price), ("cost", W.price), ("tax", W.price), ("wage", W.price), ("weight", W.measure), ("length", W.measure),
    ("height", W.measure), ("limit", W.measure), ("distance", W.measure), ("guard", W.person), ("chief", W.person),
    ("manager", W.person), ("partner", W.person), ("officer", W.person), ("agent", W.person), ("friend", W.person),
    ("guide", W.person), ("address", W.place), ("shelter", W.building), ("room", W.building), ("office", W.city),
    ("port", W.city), ("stop", W.city), ("meal", W.food), ("dish", W.food), ("drink", W.food), ("animal", W.pick(W.ANIMALS)),
    ("plant", W.pick(W.NOUNS)), ("subject", W.pick(W.SUBJECTS)), ("prize", W.thing), ("tool", W.thing), ("gift", W.thing),
    ("symbol", W.pick(W.NOUNS)), ("job", W.pick(W.JOBS)), ("plan", W.verb_phrase), ("route", W.city), ("ship", W.ship),
    ("street", W.invented), ("supplier", W.company), ("bank", W.company), ("project", W.project),
]


def compound(r):
    """An attribute such as "winter key" with its kind of value; never one that the evaluation holds out."""
    while True:
        head, val = r.choice(HEADS)
        k = r.random()
        name = (r.choice(MODS) if k < 0.6 else r.choice(W.NOUNS) if k < 0.85 else r.choice(W.ADJS)) + " " + head
        if name not in FA.HELD_ATTR:
            return name, val


# base, past, participle
VERBS = [v.split("/") for v in """find/found/found lose/lost/lost bring/brought/brought carry/carried/carried break/broke/broken
clean/cleaned/cleaned repair/repaired/repaired steal/stole/stolen paint/painted/painted throw/threw/thrown drop/dropped/dropped
bury/buried/buried open/opened/opened lock/locked/locked borrow/borrowed/borrowed lend/lent/lent buy/bought/bought sell/sold/sold
choose/chose/chosen forget/forgot/forgotten leave/left/left need/needed/needed want/wanted/wanted see/saw/seen draw/drew/drawn
describe/described/described collect/collected/collected hold/held/held wash/washed/washed cut/cut/cut burn/burned/burned
use/used/used test/tested/tested order/ordered/ordered send/sent/sent receive/received/received return/returned/returned
wrap/wrapped/wrapped polish/polished/polished measure/measured/measured weigh/weighed/weighed count/counted/counted
copy/copied/copied sketch/sketched/sketched fix/fixed/fixed guard/guarded/guarded show/showed/shown hide/hid/hidden
deliver/delivered/delivered fetch/fetched/fetched admire/admired/admired drag/dragged/dragged load/loaded/loaded
pack/packed/packed mention/mentioned/mentioned notice/noticed/noticed offer/offered/offered refuse/refused/refused
inspect/inspected/inspected examine/examined/examined touch/touched/touched lift/lifted/lifted push/pushed/pushed""".split()]
PERSON_VERBS = [v.split("/") for v in """visit/visited/visited help/helped/helped thank/thanked/thanked follow/followed/followed
invite/invited/invited meet/met/met teach/taught/taught warn/warned/warned call/called/called greet/greeted/greeted
trust/trusted/trusted praise/praised/praised answer/answered/answered hire/hired/hired accuse/accused/accused
watch/watched/watched remember/remembered/remembered expect/expected/expected question/questioned/questioned
beat/beat/beaten rescue/rescued/rescued blame/blamed/blamed join/joined/joined replace/replaced/replaced
support/supported/supported escort/escorted/escorted recognise/recognised/recognised dismiss/dismissed/dismissed""".split()]
PREPS = ["in", "near", "behind", "in front of", "next to", "outside", "inside", "beside", "not far from"]
OCCASIONS = """harvest market concert storm trial flood parade funeral race strike auction exhibition festival picnic
examination siege journey winter election fire voyage carnival banquet hunt eclipse drought""".split()


class Event:
    """Somebody did something to something, somewhere or at some time: every part may be asked for."""

    ent = staticmethod(W.person)
    attr = ""
    fam = None

    def __init__(self, r):
        human = r.random() < 0.35
        self.base, self.past, self.done = r.choice(PERSON_VERBS if human else VERBS)
        self.obj = W.person if human else r.choice([W.thing, W.thing, W.thing, W.building, W.ship, W.food])
        self.human = human
        self.occasion = r.choice(OCCASIONS)
        self.family = "event " + self.base
        self.form = r.random()

    def fact(self, r, e=None):
        e = e or self.ent(r)
        o = self.obj(r)
        while o in e or e in o:
            o = self.obj(r)
        tail = head = ""
        place = when = None
        if self.form < 0.4:
            place = r.choice([W.building, W.building, W.city, W.thing])(r)
            prep = r.choice(PREPS) if not place[0].isupper() else r.choice(["in", "near", "not far from"])
            tail = f" {prep} {place}"
        elif self.form < 0.65:
            k = r.random()
            when = W.year(r) if k < 0.3 else W.date(r) if k < 0.7 else W.time(r)
            tail = (" in " if k < 0.3 else " on " if k < 0.7 else " at ") + when
        elif self.form < 0.85:
            tail = f" {r.choice(['during', 'at', 'before', 'after'])} the {self.occasion}"
        if tail and r.random() < 0.3:
            head, tail = tail.strip() + ", ", ""
        about = head[:-2] if head else tail.strip()
        k = r.random()
        s = f"{head}{e} {self.past} {o}{tail}." if k < 0.7 else f"{head}{o} was {self.done} by {e}{tail}." if k < 0.9 else \
            f"{head}it was {e} who {self.past} {o}{tail}."
        extra = " " + about if about and r.random() < (0.4 if place or when else 0.7) else ""
        more = []
        if place:
            more = [(f"Where did {e} {self.base} {o}?", place), (f"Where was {o} {self.done}?", place),
                    (f"Where did {e} {self.base} somebody or something?", place)]
        if when:
            more = [(f"When did {e} {self.base} {o}?", when), (f"When was {o} {self.done}?", when),
                    (f"When was {o} {self.done} by {e}?", when)]
        what = "Whom" if self.human else "What"
        q = r.choice([f"{what} did {e} {self.base}{extra}?"] * 4 + [f"{'Who' if self.human else 'What'} was {self.done} by {e}{extra}?",
                     f"What did {e} do? {e} {self.past}", f"{e} {self.past}", f"{'Who' if self.human else 'Which thing'} did {e} {self.base}{extra}?"])
        who = r.choice([f"Who {self.past} {o}{extra}?"] * 3 + [f"By whom was {o} {self.done}{extra}?", f"{FA.cap(o)} was {self.done} by"])
        return {"stmt": FA.cap(s), "q": FA.cap(q), "a": o, "tag": "event", "key": (self.family, e), "ent": e, "src": self,
                "rq": FA.cap(who), "ra": e, "more": [(FA.cap(a), b) for a, b in more]}

    def question(self, r, e):
        return f"{'Whom' if self.human else 'What'} did {e} {self.base}?"
