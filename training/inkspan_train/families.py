"""Template families: statements and questions about invented things.

A statement or question is a pattern with {e} (the thing asked about), {E} (the same, capitalised),
{p} (its possessive) and {v} (the value). In every family the LAST statement and the LAST question are
held out from training when there are at least three; families with held=True are never trained on.
"""
from dataclasses import dataclass

from . import synonyms
from . import words as W


@dataclass
class Family:
    name: str
    ent: object
    val: object
    stmts: list
    qs: list
    rev: list = None      # questions for the thing, given the value
    held: bool = False
    num: bool = False


ATTR_CODE = ["code", "access code", "secret code", "password", "PIN", "serial number", "magic number", "number",
             "special number", "lucky number", "room number", "account number", "badge number", "licence number",
             "extension", "ticket number", "combination", "key number", "locker number", "order number",
             "entry code", "call sign", "special magic number", "case number", "telephone number", "seat number"]
ATTR_WORD = ["magic word", "secret word", "passphrase", "password", "code word", "motto", "nickname", "secret name",
             "signal word", "emblem", "watchword"]
HELD_ATTR = ["security code", "vault number", "safe word", "reference number"]

G_STMTS = [
    "The {a} of {e} is {v}.", "The {a} for {e} is {v}.", "{P} {a} is {v}.", "The {a} of {e} was {v}.",
    "The {a} for {e} was changed to {v}.", "Remember that the {a} of {e} is {v}.", "{P} {a} was {v}.",
    "It was noted that the {a} for {e} is {v}.", "As for {e}, the {a} is {v}.", "For {e}, the {a} is {v}.",
    "They set the {a} of {e} to {v}.", "The ledger gives the {a} of {e} as {v}.", "{v} is the {a} of {e}.",
    "One of the {a}s for {e} is: {v}.", "You should know that {p} {a} is {v}.", "The {a} of {e}: {v}.",
    "{E} has the {a} {v}.", "{E} was given the {a} {v}.", "Everyone knew that {p} {a} was {v}.",
    "The {a} that belongs to {e} is {v}.", "In the letter, the {a} for {e} is said to be {v}.",
    "Use {v} as the {a} for {e}.", "The {a} needed for {e} is {v}.", "The new {a} of {e} is {v}.",
    "Please note down {v}, the {a} for {e}.", "According to the records, the {a} of {e} is {v}.",
]
G_QS = [
    "What is the {a} of {e}?", "What is the {a} for {e}?", "What is {p} {a}?", "What was the {a} of {e}?",
    "Which {a} does {e} have?", "Tell me the {a} of {e}.", "What {a} belongs to {e}?", "Give the {a} for {e}.",
    "Find the {a} of {e} in the text.", "What was {p} {a}?", "Which {a} was given to {e}?",
    "According to the text, what is the {a} of {e}?", "What is the {a} for {e} mentioned in the text?",
    "Say the {a} of {e}.", "{E}: what is the {a}?", "Do you know the {a} of {e}?",
    "I need the {a} for {e}.", "Can you say what the {a} of {e} is?",
]
G_HELD = 2  # the last two of each list are held out

PEOPLE_ATTR = [
    ("favourite colour", W.pick(W.COLORS)), ("favourite food", W.food), ("favourite animal", W.pick(W.ANIMALS)),
    ("profession", W.pick(W.JOBS)), ("home town", W.city), ("birthday", W.date), ("pet", W.pick(W.ANIMALS)),
    ("best friend", W.person), ("teacher", W.person), ("doctor", W.person), ("employer", W.company),
    ("favourite subject", W.pick(W.SUBJECTS)), ("brother", W.first), ("sister", W.first), ("horse", W.invented),
    ("hobby", W.pick(W.SUBJECTS)), ("salary", W.price), ("weight", W.measure), ("favourite flower", W.pick(W.NOUNS)),
    ("wife", W.first), ("husband", W.first), ("lawyer", W.person), ("lucky charm", W.thing),
]
THING_ATTR = [
    ("owner", W.person), ("price", W.price), ("weight", W.measure), ("height", W.measure), ("colour", W.pick(W.COLORS)),
    ("maker", W.person), ("length", W.measure), ("age", lambda r: W.digits(r, 1, 3) + " years"), ("keeper", W.person),
    ("builder", W.person), ("opening time", W.time), ("value", W.price), ("designer", W.person),
]
CITY_ATTR = [
    ("mayor", W.person), ("population", lambda r: W.digits(r, 3, 6)), ("founder", W.person), ("river", W.invented),
    ("main export", W.food), ("patron saint", W.first), ("symbol", W.pick(W.NOUNS)), ("oldest street", W.invented),
    ("governor", W.person), ("best hotel", W.ship), ("speciality", W.food),
]

F = Family
SPECIAL = [
    F("work", W.person, W.pick(W.JOBS), ["{e} works as a {v}.", "{e} is a {v} by trade.", "By profession {e} is a {v}.",
      "{e} earns a living as a {v}.", "{e} was employed as a {v}."],
      ["What does {e} do for a living?", "What is {p} job?", "What does {e} work as?", "What is the profession of {e}?",
       "What kind of work does {e} do?"], ["Who works as a {v}?", "Who is a {v}?"]),
    F("live", W.person, W.city, ["{e} lives in {v}.", "{e} moved to {v}.", "The home of {e} is in {v}.",
      "{e} has a house in {v}.", "{e} settled down in {v}."],
      ["Where does {e} live?", "In which city does {e} live?", "Where is {p} home?", "What is the home of {e}?",
       "Which town is {e} living in?"], ["Who lives in {v}?", "Who moved to {v}?"]),
    F("born", W.person, W.city, ["{e} was born in {v}.", "{e} came into the world in {v}.", "{v} is the birthplace of {e}."],
      ["Where was {e} born?", "What is the birthplace of {e}?", "In which city was {e} born?"], ["Who was born in {v}?"]),
    F("bornon", W.person, W.date, ["{e} was born on {v}.", "The birthday of {e} is {v}.", "{e} celebrates a birthday on {v}."],
      ["When was {e} born?", "What is the birthday of {e}?", "When is {p} birthday?"]),
    F("hide", W.thing, W.place, ["{E} is hidden in {v}.", "Someone hid {e} in {v}.", "{E} was kept in {v}.",
      "{E} lies in {v}.", "You will find {e} in {v}.", "{E} was left in {v}.", "They put {e} in {v}.",
      "{E} has been stored in {v}."],
      ["Where is {e}?", "Where is {e} hidden?", "Where was {e} kept?", "Where can I find {e}?", "Where did they put {e}?",
       "In what place is {e} now?"], ["What is hidden in {v}?", "What was left in {v}?"]),
    F("own", W.thing, W.person, ["{E} belongs to {v}.", "{v} owns {e}.", "{E} is the property of {v}.",
      "The owner of {e} is {v}.", "{v} is the owner of {e}.", "{v} has {e}.", "{v} carries {e} everywhere."],
      ["Who owns {e}?", "Who is the owner of {e}?", "To whom does {e} belong?", "Who has {e}?", "Whose is {e}?"],
      ["What does {v} own?", "What belongs to {v}?"]),
    F("captain", W.ship, W.person, ["The captain of {e} is {v}.", "{v} is the captain of {e}.", "{E} sails under {v}.",
      "{v} commands {e}.", "{E} is under the command of {v}."],
      ["Who is the captain of {e}?", "Who commands {e}?", "Who is in command of {e}?", "What is the name of the captain of {e}?"]),
    F("sail", W.ship, W.city, ["{E} sails to {v}.", "{E} is bound for {v}.", "The destination of {e} is {v}.",
      "{E} left the harbour for {v}.", "{E} sets out for {v}."],
      ["Where does {e} sail to?", "What is the destination of {e}?", "Where is {e} bound for?", "To which port does {e} go?"]),
    F("train", W.city, W.time, ["The train to {e} leaves at {v}.", "At {v} the train to {e} departs.",
      "The departure of the train to {e} is at {v}.", "The {e} train goes at {v}."],
      ["When does the train to {e} leave?", "At what time does the train to {e} depart?", "What time is the train to {e}?",
       "When must I be at the station for {e}?"]),
    F("meet", W.person, W.time, ["The meeting with {e} is at {v}.", "{e} wants to meet at {v}.", "We shall see {e} at {v}."],
      ["When is the meeting with {e}?", "At what time do we meet {e}?", "When shall we see {e}?"]),
    F("built", W.building, W.year, ["{E} was built in {v}.", "{E} dates from {v}.", "In {v} they built {e}.",
      "The construction of {e} ended in {v}.", "{E} was finished in {v}."],
      ["When was {e} built?", "In which year was {e} built?", "From what year does {e} date?", "What year was {e} finished?"]),
    F("cost", W.thing, W.price, ["{E} costs {v}.", "The price of {e} is {v}.", "{E} was sold for {v}.", "{v} is the price of {e}.",
      "You must pay {v} for {e}."],
      ["How much does {e} cost?", "What is the price of {e}?", "How much is {e}?", "For how much was {e} sold?",
       "How much must one pay for {e}?"]),
    F("eats", W.person, W.food, ["{e} likes to eat {v}.", "{e} loves {v}.", "{e} ordered {v} for dinner.", "{e} always eats {v}."],
      ["What does {e} like to eat?", "What does {e} love?", "What did {e} order for dinner?", "What does {e} always eat?"]),
    F("best", W.city, W.verb_phrase, ["The best thing to do in {e} is {v}.", "The best thing to do in {e} is to {v}.",
      "When in {e}, you should {v}.", "In {e} one really must {v}.", "Nothing in {e} is better than to {v}."],
      ["What is the best thing to do in {e}?", "What should one do in {e}?", "What is best to do in {e}?",
       "What is the most fun thing to do in {e}?"]),
    F("pet", W.person, W.pick(W.ANIMALS), ["{e} has a {v}.", "{e} keeps a {v}.", "{e} bought a {v} at the market.",
      "The pet of {e} is a {v}."],
      ["What animal does {e} have?", "What pet does {e} keep?", "Which animal did {e} buy?", "What is the pet of {e}?"],
      ["Who has a {v}?", "Who keeps a {v}?"]),
    F("petname", lambda r: W.person(r), W.invented, ["{P} dog is called {v}.", "{P} dog answers to {v}.", "The name of {p} dog is {v}."],
      ["What is {p} dog called?", "What is the name of {p} dog?", "How does {e} call the dog?"]),
    F("teach", W.person, W.pick(W.SUBJECTS), ["{e} teaches {v}.", "{e} studies {v}.", "{e} gives lessons in {v}.",
      "{e} is learning {v}."],
      ["What does {e} teach?", "What subject does {e} study?", "What is {e} learning?", "What are the lessons of {e} about?"],
      ["Who teaches {v}?", "Who studies {v}?"]),
    F("gift", W.person, W.thing, ["{e} received {v}.", "{e} was given {v}.", "They gave {v} to {e}.", "{e} got {v} as a present."],
      ["What did {e} receive?", "What was {e} given?", "What did they give to {e}?", "What present did {e} get?"],
      ["Who received {v}?", "Who was given {v}?"]),
    F("invent", W.person, W.thing, ["{e} invented {v}.", "{v} was made by {e}.", "{e} built {v}.", "{e} designed {v}."],
      ["What did {e} invent?", "What was made by {e}?", "What did {e} build?", "What did {e} design?"],
      ["Who invented {v}?", "Who made {v}?"]),
    F("married", W.person, W.person, ["{e} is married to {v}.", "{e} married {v}.", "The wedding of {e} and {v} was in spring."],
      ["Who is {e} married to?", "Whom did {e} marry?", "Who became the partner of {e}?"]),
    F("met", W.person, W.person, ["{e} met {v} at the fair.", "{e} happened to meet {v}.", "Yesterday {e} met {v}.",
      "{e} ran into {v} on the road.", "On the bridge {e} came upon {v}."],
      ["Whom did {e} meet?", "Who did {e} meet?", "Who was met by {e}?", "Whom did {e} come across?"]),
    F("founded", W.company, W.year, ["{e} was founded in {v}.", "{e} has existed since {v}.", "{v} is the year in which {e} was founded."],
      ["When was {e} founded?", "In which year was {e} founded?", "Since when has {e} existed?"]),
    F("head", W.company, W.person, ["The head of {e} is {v}.", "{v} runs {e}.", "{v} is the director of {e}.", "{e} is led by {v}."],
      ["Who is the head of {e}?", "Who runs {e}?", "Who is the director of {e}?", "Who leads {e}?"]),
    F("makes", W.company, lambda r: r.choice(W.OBJECTS) + "s", ["{e} makes {v}.", "{e} produces {v}.", "{v} are the main product of {e}."],
      ["What does {e} make?", "What does {e} produce?", "What is the main product of {e}?"]),
    F("guard", W.building, W.person, ["{E} is guarded by {v}.", "{v} guards {e}.", "The guard of {e} is {v}.", "{v} keeps watch at {e}."],
      ["Who guards {e}?", "By whom is {e} guarded?", "Who is the guard of {e}?", "Who keeps watch at {e}?"]),
    F("opens", W.building, W.time, ["{E} opens at {v}.", "The doors of {e} open at {v}.", "One may enter {e} from {v}."],
      ["When does {e} open?", "At what time do the doors of {e} open?", "From what time is {e} open?"]),
    F("height", W.building, W.measure, ["{E} is {v} high.", "The height of {e} is {v}.", "{E} measures {v}."],
      ["How high is {e}?", "What is the height of {e}?", "How much does {e} measure?"]),
    F("distance", W.city, W.measure, ["The distance to {e} is {v}.", "It is {v} to {e}.", "{e} is {v} away."],
      ["How far is {e}?", "What is the distance to {e}?", "How far is it to {e}?"]),
    F("ingredient", W.food, W.food, ["The secret ingredient of the {e} is {v}.", "The {e} needs {v}.", "Add {v} to the {e}.",
      "The cook puts {v} into the {e}."],
      ["What is the secret ingredient of the {e}?", "What does the {e} need?", "What is added to the {e}?",
       "What goes into the {e}?"]),
    F("leader", W.project, W.person, ["{e} is led by {v}.", "{v} is in charge of {e}.", "The leader of {e} is {v}.", "{v} directs {e}."],
      ["Who leads {e}?", "Who is in charge of {e}?", "Who is the leader of {e}?", "Who directs {e}?"]),
    F("starts", W.project, W.date, ["{e} starts on {v}.", "{e} begins on {v}.", "The start of {e} is on {v}."],
      ["When does {e} start?", "On what date does {e} begin?", "When is the start of {e}?"]),
    F("deadline", W.project, W.date, ["The deadline for {e} is {v}.", "{e} must be finished by {v}.", "{e} ends on {v}."],
      ["What is the deadline for {e}?", "By when must {e} be finished?", "When does {e} end?"]),
    F("budget", W.project, W.price, ["The budget of {e} is {v}.", "{e} costs {v}.", "They spent {v} on {e}."],
      ["What is the budget of {e}?", "How much does {e} cost?", "How much was spent on {e}?"]),
    F("key", W.word_pair, lambda r: W.digits(r, 4, 7), ["One of the special magic numbers for {e} is: {v}.",
      "The special magic number for {e} is: {v}.", "The magic number for {e} is {v}.", "{e}: {v}", "{e} = {v}", "{e} -> {v}"],
      ["What is the special magic number for {e} mentioned in the provided text?", "What is the special magic number for {e}?",
       "What is the magic number for {e}?", "What is the value of {e}?", "{e}?", "Which number belongs to {e}?"]),
    F("keyword", W.word_pair, W.secret, ["The special magic word for {e} is: {v}.", "{e}: {v}.", "The word for {e} is {v}.",
      "{e} stands for {v}.", "{e} means {v}."],
      ["What is the special magic word for {e}?", "What does {e} mean?", "What is the word for {e}?", "What does {e} stand for?",
       "Which word belongs to {e}?"]),
    # families that are never trained on
    F("medicine", W.person, W.food, ["The doctor told {e} to take {v} every morning.", "{e} takes {v} against the cough."],
      ["What did the doctor tell {e} to take?", "What does {e} take against the cough?"], held=True),
    F("prize", W.person, W.price, ["{e} won {v} in the lottery.", "The lottery brought {e} {v}."],
      ["How much did {e} win in the lottery?"], held=True),
    F("wears", W.person, W.thing, ["At the ball {e} wore {v}.", "{e} came to the ball with {v}."],
      ["What did {e} wear at the ball?"], held=True),
    F("frequency", W.ship, W.code, ["{E} can be reached on channel {v}.", "The radio channel of {e} is {v}."],
      ["On which channel can {e} be reached?", "What is the radio channel of {e}?"], held=True),
    F("cure", W.city, W.person, ["The bridge of {e} was designed by {v}.", "{v} drew the plans for the bridge of {e}."],
      ["Who designed the bridge of {e}?"], held=True),
]

synonyms.extend(SPECIAL)


def possessive(e):
    return e + ("'" if e.endswith("s") else "'s")


def cap(s):
    return s[:1].upper() + s[1:]


def fill(t, e, v, a=""):
    # {P} and {E} are the capitalised forms; whole sentences are capitalised too
    s = t.format(e=e, E=cap(e), p=possessive(e), P=cap(possessive(e)), v=v, a=a)
    return cap(s)
