"""A grammar of wordings: how an attribute is asked for, and what stands around a question or a statement.

A question is PREFIX + (one of many ways to name the attribute) in (one of many ways to ask) + SUFFIX, so that a
wording is one of tens of thousands and only the thing and the attribute are worth looking at. Not part of the
grammar: the wordings that the evaluation holds out (see families.py), nor phrases of which they consist.
"""
NAMED = ["the {a} of {e}", "the {a} of {e}", "the {a} of {e}", "the {a} for {e}", "the {a} for {e}", "{p} {a}", "{p} {a}",
         "the {a} that {e} has", "the {a} belonging to {e}", "the {a} given to {e}", "the {a} assigned to {e}",
         "the {a} listed for {e}", "the {a} recorded for {e}", "the {a} connected with {e}", "the {a} that goes with {e}",
         "the right {a} for {e}", "the present {a} of {e}", "the {a} meant for {e}", "the {a} by {e}", "the {a} at {e}",
         "the {a} to be used for {e}", "the {a} mentioned for {e}", "{p} own {a}", "the correct {a} of {e}"]

DIRECT = ["What is {n}?", "What is {n}?", "What is {n}?", "What is {n}?", "What was {n}?", "What's {n}?", "Which is {n}?",
          "Tell me {n}.", "Give {n}.", "Give me {n}.", "Name {n}.", "State {n}.", "Find {n}.", "Look up {n}.",
          "Please tell me {n}.", "Report {n}.", "Write {n}.", "Show me {n}.", "I want to know {n}.", "Read out {n}.",
          "I would like to know {n}.", "I am looking for {n}.", "We are looking for {n}.", "Could you tell me {n}?",
          "Would you give me {n}?", "Will you find {n}?", "Do you remember {n}?", "Do you know {n}?", "Can you find {n}?",
          "{N}?", "{N}, please.", "What does the text give as {n}?", "What is said to be {n}?", "Help me find {n}.",
          "Tell us {n}.", "What might {n} be?", "What did {n} turn out to be?", "Somebody asks for {n}.", "I forgot {n}.",
          "{N} is what?", "{N} is ...", "Complete this: {n} is", "What would be {n}?", "Where it speaks of {n}, what is it?",
          "What have they written as {n}?", "Let me have {n}.", "May I ask for {n}?", "Search for {n}.",
          "Tell me what {n} is.", "Say what {n} is.", "I wonder what {n} is.", "I want to know what {n} is.",
          "Do you know what {n} is?", "Could you tell me what {n} was?", "Please tell me what {n} is.",
          "Who knows what {n} is?", "Try to remember what {n} was.", "Does the text say what {n} is?",
          "They asked me what {n} is.", "What do we know about {n}?", "What can be said of {n}?"]

OTHER = ["Which {a} does {e} have?", "Which {a} has {e}?", "What {a} does {e} have?", "What {a} was given to {e}?",
         "Which {a} is {p}?", "Which {a} goes with {e}?", "What {a} is listed for {e}?", "Which {a} should I use for {e}?",
         "What {a} do they use for {e}?", "What {a} did {e} get?", "Which {a} is right for {e}?", "What {a} is it for {e}?",
         "{E}: which {a}?", "About {e}: what is the {a}?", "Regarding {e}, what is the {a}?", "{E} has what {a}?",
         "{E} has a certain {a}. Which one?", "Speaking of {e}, what was the {a}?", "{E}, {a}?", "{a} of {e}?", "{a} {e}",
         "For {e}, what is the {a}?", "Think of {e}. What is the {a}?", "In the case of {e}, which {a} is given?",
         "What should I enter as the {a} for {e}?", "What does {e} have as {a}?", "When asked for {p} {a}, what do I say?",
         "If I wanted the {a} of {e}, what would it be?", "There is a {a} for {e}. What is it?"]

STATED = ["{n} is {v}.", "{n} is {v}.", "{n} was {v}.", "{n} is {v} now.", "{n} has always been {v}.", "{n}, {v}, is known to few.",
          "{n} was found to be {v}.", "{n} turned out to be {v}.", "{n} became {v}.", "{n} is still {v}.", "{n}: {v}",
          "{n} remained {v}.", "{n} must be {v}.", "{n} will be {v}.", "{n} is simply {v}.", "{n} is given as {v}.",
          "{n} - {v}.", "{n} = {v}.", "{n} is {v}, nothing else.", "{n} (that is, {v}) was never changed.",
          "{e} has {v} as the {a}.", "{e} got {v} as a new {a}.", "{e} chose {v} as the {a}.", "{e} uses the {a} {v}.",
          "{e} came with the {a} {v}.", "with {e} goes the {a} {v}.", "{v} was chosen as {n}.", "{v} became {n}.",
          "{v} has been {n} for years.", "{v} is what they call {n}.", "they wrote {v} as {n}.", "he gave {v} as {n}.",
          "she remembered {v} as {n}.", "someone changed {n} to {v}.", "people know {v} as {n}.", "we use {v} as {n}.",
          "about {e} one thing is certain: the {a} is {v}.", "{e} ({a}: {v}) is well known.", "{e}, {a} {v}."]

BEFORE_Q = ["According to the text, ", "In the text, ", "Please answer: ", "Question: ", "From the document: ", "Tell me: ",
            "Based on what you read, ", "Quick question: ", "Now, ", "So, ", "And ", "One more thing: ", "Hello! ", "Please, ",
            "As far as the text says, ", "In this story, ", "Look in the text. ", "Read carefully. ", "Hm, ", "By the way, ",
            "After reading this, ", "Here is what I want to know: ", "Answer briefly: ", "From memory, ", "Then "]
AFTER_Q = [" according to the text?", " in the text?", " in the document?", ", if you know?", ", please?", " again?",
           " in this passage?", ", according to what was said?", ", do you know?", " as far as we know?", " in the end?"]
BEFORE_S = ["{n} said that ", "it is known that ", "we learned that ", "I have heard that ", "nobody doubted that ",
            "note that ", "as {n} told us, ", "to the surprise of all, ", "in those days ", "by then ", "some say that ",
            "a letter says that ", "the notice says that ", "it turned out that ", "please remember that ",
            "I can tell you that ", "it must be added that ", "the teacher explained that ", "of course ", "meanwhile, ",
            "for some reason ", "{n} told {m} that ", "{n} was sure that ", "the book mentions that ", "as you know, ",
            "now it is certain that ", "one more thing: ", "in {y}, ", "before the war, ", "I forgot to say that ",
            "according to {n}, ", "a sign on the door reads that ", "do not forget that ", "it is true that "]
AFTER_S = [", as {n} told us", ", and nothing else mattered", ", which nobody expected", ", said {n}", ", or so they say",
           ", and so it stayed for years", ", although few people knew it", ", and {n} wrote it down", ", as the notice says",
           ", and that was that", ", {n} explained", " for the time being", ", if {n} is right", ", as everybody could see",
           " from that day on", ", much to the joy of {n}", ", but {n} did not believe it", " at that time", ", I think"]
# statements in which the value comes first are the harder ones to read
VALUE_FIRST = [p for p in STATED if p.index("{v}") < max(p.find("{n}"), p.find("{e}"))]
# the value, then what it is: "... wrote 4711, the code of the mill, on the door"
APPOSED = ["{v}, {n}", "{v}, {n},", "{v} ({n})", "{v} - {n} -", "{v}, which is {n},", "{v}, now {n},", "{v} as {n}", "{v} (it is {n})", "“{v}”, {n},"]
FRAME = ["{m} {p} {x}{t}", "{m} {p} {x}{t}", "{m} {p} {x}{t}", "{m} {p} {x}, and {n2} {p2} it", "{m} {p} {x}{t}", "on the {h} stood {x}",
         "do not forget {x}", "here is {x}", "then came {x}", "{x} was the answer of {m}", "{x} was {p} by {m}", "we need {x}{t}",
         "there was {x}{t}", "{m} asked for {x}{t}", "with {x} in hand, {m} left", "the {h} says {x}", "and finally {x}"]
FRAME_VERBS = """wrote whispered read shouted gave kept learned changed mentioned took spelled printed said dictated typed
guessed entered used saw heard knew found repeated showed sent told forgot checked copied added put carved marked
announced published confirmed sang signed scratched engraved listed reported""".split()
FRAME_TAIL = ["", "", "", " on the wall", " twice", " in a low voice", " in red ink", " to everybody", " with a smile", " at last", " on a slip of paper",
              " at the end", " as the first thing", " without thinking", " in the margin", " for the visitors", " by heart", " once more"]
FRAME_HEAD = """door label list page card board sign envelope poster screen stone letter lid first line back page plate tag""".split()
HERO = ["he", "she", "they", "we", "I", "the clerk", "somebody", "the boy", "the old man", "nobody", "my aunt", "the guard", "the teacher"]


def apposed_statement(r, name):
    """A pattern with {v} before {a} and {e}."""
    n = r.choice(NAMED[:7] if r.random() < 0.8 else NAMED[:18])
    x = r.choice(APPOSED).replace("{n}", n)
    s = r.choice(FRAME)
    if s.endswith("{x}"):
        x = x.rstrip(",-").rstrip()
    s = s.replace("{m}", r.choice(HERO) if r.random() < 0.5 else name(r)).replace("{n2}", name(r))
    s = s.replace("{p2}", r.choice(FRAME_VERBS)).replace("{p}", r.choice(FRAME_VERBS)).replace("{t}", r.choice(FRAME_TAIL))
    return s.replace("{h}", r.choice(FRAME_HEAD)).replace("{x}", x).replace(",,", ",").rstrip(",") + "."


# what may be written small after a prefix; anything else may be a name
SMALL = set("""The A An One They You It In On At By For From To What Which Who Whom Whose Where When How Tell Give Name
State Find Look Please Report Write Show Would Will Do Does Can Could Help Complete May Search Say With About Someone
There We He She If Try Speaking Regarding Think Read Let Under Near Behind Inside Add Nothing Remember Use People""".split())


def small(s):
    first = s.split(" ", 1)[0].rstrip(",:.'s") if s else ""
    return s[:1].lower() + s[1:] if first in SMALL or s.split(" ", 1)[0] in SMALL else s


def attribute_question(r):
    """A pattern with {a}, {e} / {E} / {p} for one attribute of one thing."""
    if r.random() < 0.3:
        return r.choice(OTHER)
    n = r.choice(NAMED)
    return r.choice(DIRECT).replace("{n}", n).replace("{N}", n[:1].upper() + n[1:] if n[0] != "{" else n)


def attribute_statement(r):
    n = r.choice(NAMED[:18] if r.random() < 0.4 else NAMED[:7])
    return r.choice(VALUE_FIRST if r.random() < 0.3 else STATED).replace("{n}", n)


def around_question(r, q):
    if r.random() < 0.2:
        p = r.choice(BEFORE_Q)
        q = p + (q if p.rstrip()[-1] in "!." or (p.rstrip()[-1] == ":" and r.random() < 0.5) else small(q))
    if q.endswith("?") and r.random() < 0.12:
        q = q[:-1] + r.choice(AFTER_Q)
    if r.random() < 0.05:
        q = q.rstrip("?.")
    if r.random() < 0.04:
        q = q.lower()
    return q


def around_statement(r, s, name, year):
    """The statement inside a longer sentence; name and year make the people and dates of what is put around it."""
    plain = s.endswith(".") and not any(x in s for x in (":", "=", "->", " - ", "("))
    if not plain:
        return s
    k = r.random()
    if k < 0.06:
        return r.choice(["“{s},” said {n}.", "{n} said: “{s}.”", "\"{s},\" {n} said.", "“{s}.”"]).format(s=s[:-1], n=name(r))
    if k < 0.28:
        s = (r.choice(BEFORE_S).format(n=name(r), m=name(r), y=year(r)) + small(s))
        s = s[:1].upper() + s[1:]
    if 0.2 < k < 0.42:
        s = s[:-1] + r.choice(AFTER_S).format(n=name(r)) + "."
    return s


def join(r, a, b):
    """Two statements in one sentence."""
    return a[:-1] + r.choice([", and ", ", while ", "; ", ", but ", ", and ", "; also, "]) + small(b)
