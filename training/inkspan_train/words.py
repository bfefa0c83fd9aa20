"""Word lists and value generators. Names and numbers are invented anew for every fact."""

FIRST_NAMES = """Anna Albert Amara Arthur Beatrix Bruno Carla Casper Clara Conrad Dora Dmitri Edith Edgar Elena
Emil Esther Felix Fiona Frank Greta Gustav Hanna Harold Helga Henry Ida Igor Irene Isaac Jana Jasper Joan Julius Karin
Karl Laura Leon Lina Lucas Mabel Magnus Maria Martin Mina Moritz Nadia Nathan Nora Oscar Olga Otto Paula Peter Petra
Quentin Rachel Ralph Rosa Rupert Sara Simon Sofia Stefan Tara Thomas Tilda Ursula Victor Vera Walter Wanda Yusuf Zoe
Zachary Amelia Boris Chloe David Eva Gabriel Hugo Iris James Kira Lara Milo Nina Owen Priya Rosalind Samir Tessa Una
Vincent William Xenia Yara Zelda Noah Emma Liam Olivia Mason Ava Ethan Mia Logan Lucy Daniel Grace Jack Ella Ruth
Philip Margaret Robert Agnes George Louisa Edward Charlotte Mary John Elizabeth Charles Jane Michael Susan""".split()

CITIES = """Paris London Berlin Madrid Rome Vienna Prague Oslo Lisbon Dublin Boston Chicago Denver Seattle Houston
Toronto Cairo Lagos Nairobi Tokyo Kyoto Delhi Mumbai Sydney Perth Lima Quito Athens Geneva Zurich Hamburg Munich Warsaw
Budapest Venice Naples Florence Porto Seville Glasgow Bristol Leeds York Bath Oxford Dallas Phoenix Portland""".split()
CITY_TWO = ["San Francisco", "New York", "Los Angeles", "New Orleans", "Buenos Aires", "Cape Town", "Salt Lake City",
            "San Diego", "Hong Kong", "Mexico City", "Fort Worth", "Santa Fe"]

COLORS = """red blue green yellow black white silver golden purple orange brown grey pink crimson violet turquoise
scarlet ivory amber copper""".split()
ADJS = """old new small large broken wooden iron hidden northern southern eastern western upper lower first second third
last quiet ruined painted narrow wide empty frozen sunken tall stone glass marble inner outer little great spare
round square heavy dusty""".split()
OBJECTS = """box chest lamp key ring book letter map coin sword bottle cup clock mirror basket trunk coat hat scarf
violin drum flute compass lantern ladder shovel hammer rope saddle barrel crate parcel notebook diary ticket medal
necklace bracelet statue painting vase carpet chair desk drawer pistol telescope candle bell whistle umbrella wallet
suitcase knife spoon kettle pot stove bicycle cart boat raft kite doll puppet trumpet guitar camera radio pencil pen
brush needle button ribbon locket crown shield helmet arrow spear""".split()
BUILDINGS = """tower gate bridge library museum station warehouse vault cellar chapel castle lighthouse mill barn
laboratory hospital school theatre prison harbour palace inn bakery garage hangar bunker cottage cabin hall kitchen
attic tunnel quarry mine dock wing office archive depot terminal observatory greenhouse stable""".split()
ANIMALS = """dog cat horse parrot rabbit goat donkey falcon owl fox wolf bear turtle snake monkey pig sheep cow duck goose
swan raven eagle hawk otter beaver badger hedgehog squirrel mouse ferret lizard frog camel elephant tiger lion leopard
zebra giraffe peacock pigeon canary""".split()
FOODS = """bread soup apple pie cheese honey rice beans mushrooms salmon trout potatoes cabbage onions garlic pears plums
cherries figs olives dates walnuts almonds noodles pancakes porridge pudding butter lemons oranges grapes melon pumpkin
carrots spinach lentils sausages bacon ham chicken lamb beef eggs custard ginger cinnamon pepper saffron basil thyme
mint vanilla chocolate coffee""".split()
JOBS = """baker doctor teacher carpenter sailor soldier farmer lawyer painter poet nurse pilot engineer blacksmith tailor
miner fisherman gardener librarian watchmaker musician actor judge clerk butcher cook driver porter printer weaver
surgeon chemist astronomer geologist architect journalist translator mechanic plumber electrician shepherd hunter
barber potter banker merchant detective""".split()
NOUNS = """river mountain forest garden island window shadow winter summer morning evening thunder silver feather marble
candle pebble meadow valley harbor desert canyon glacier volcano orchard willow cedar maple birch lily rose tulip
orchid sparrow salmon dolphin whale anchor sail lantern engine piston copper cobalt granite quartz crystal diamond
pearl amber velvet cotton linen silk wool paper ink letter story riddle puzzle song melody rhythm dance game chess
planet comet meteor rocket signal mirror ladder bridge castle dragon wizard giant knight pirate falcon raven tiger
panther badger walrus penguin coral reef lagoon breeze storm cyclone monsoon drizzle blizzard avalanche ember flame
spark ash smoke cloud rainbow horizon zenith compass saddle harness wagon carriage trumpet violin cello drum harp
cider mustard pepper nutmeg clover barley walnut acorn thistle nettle bramble moss fern pine spruce""".split()
MONTHS = """January February March April May June July August September October November December""".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
SUBJECTS = """history music chess botany geology astronomy algebra geometry chemistry painting sculpture poetry grammar
medicine law economics philosophy fencing swimming cooking navigation Latin Greek French German Spanish Italian Russian
Chinese Arabic Persian Turkish Hebrew Dutch""".split()

VERBS = """eat drink visit watch paint climb walk sit feed buy sell photograph explore read sing listen dance swim rest
ride sail draw write taste try see find hear cook bake rent""".split()
VOBJ = {
    "eat": ["a sandwich", "a bowl of soup", "fried fish", "a slice of pie", "fresh plums", "an ice cream"],
    "drink": ["a cup of tea", "hot chocolate", "cold cider", "black coffee", "fresh milk"],
    "visit": ["the old museum", "the fish market", "the stone chapel", "the botanical garden", "the zoo"],
    "watch": ["the boats", "the sunset", "a puppet show", "the trains", "the street players"],
    "climb": ["the bell tower", "the hill", "the lighthouse", "the old wall"], "feed": ["the ducks", "the pigeons"],
    "buy": ["a straw hat", "a silver ring", "old books", "a painted vase"], "ride": ["the tram", "a bicycle", "a horse"],
    "walk": ["along the river", "through the old quarter", "across the bridge", "round the lake"],
    "sit": ["in the park", "by the fountain", "under the oak trees", "on the harbour wall"],
    "read": ["a novel", "the newspaper", "a book of poems"], "listen": ["to the choir", "to the street music"],
    "sail": ["a small boat", "round the island"], "see": ["the painted ceiling", "the clock of the town hall"],
    "swim": ["in the lake", "in the hot springs"], "try": ["the local cheese", "the famous dumplings"],
    "taste": ["the honey cakes", "the plum jam"], "paint": ["the harbour", "the cliffs"],
}
WHEN = ["on a sunny day", "at dawn", "in the evening", "after the rain", "with a friend", "in early spring",
        "on a Sunday morning", "at night", "before breakfast", "in the snow"]

ON = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh st t tr v w z th sk bl".split()
VO = "a e i o u ai ea ia o u a e i".split()
CO = "l n r s t m x nd rk ll th ck v ss rn lm  ".split(" ")


def syllables(r, n):
    out = ""
    for i in range(n):
        out += r.choice(ON) + r.choice(VO)
        if i == n - 1 or r.random() < 0.3:
            out += r.choice(CO)
    return out


def invented(r, lo=2, hi=3):
    return syllables(r, r.randint(lo, hi)).capitalize()


def first(r):
    return r.choice(FIRST_NAMES) if r.random() < 0.6 else invented(r, 2, 2)


def surname(r):
    return invented(r, 1, 3)


def person(r):
    k = r.random()
    if k < 0.45:
        return first(r)
    if k < 0.85:
        return first(r) + " " + surname(r)
    return r.choice(["Mr. ", "Mrs. ", "Dr. ", "Captain ", "Professor ", "Lady ", "Aunt ", "Uncle "]) + surname(r)


def city(r):
    k = r.random()
    return r.choice(CITIES) if k < 0.4 else r.choice(CITY_TWO) if k < 0.5 else invented(r)


def thing(r):
    k = r.random()
    n = r.choice(OBJECTS)
    return "the " + (n if k < 0.15 else r.choice(COLORS if k < 0.6 else ADJS) + " " + n)


def building(r):
    return "the " + ("" if r.random() < 0.15 else r.choice(ADJS if r.random() < 0.7 else COLORS) + " ") + r.choice(BUILDINGS)


def ship(r):
    return "the " + (r.choice(NOUNS).capitalize() if r.random() < 0.4 else invented(r))


def project(r):
    w = r.choice(NOUNS).capitalize() if r.random() < 0.5 else invented(r)
    return r.choice(["Project ", "Operation ", "Plan ", "Order ", "Mission "]) + w


def company(r):
    return invented(r) + r.choice(["", "", " Brothers", " and Sons", " Works", " Bank", " Mills", " Company"])


def word_pair(r):
    return r.choice(ADJS + COLORS) + "-" + r.choice(NOUNS) if r.random() < 0.5 else r.choice(NOUNS)


def digits(r, lo=2, hi=7):
    n = r.randint(lo, hi)
    return str(r.randint(1, 9)) + "".join(str(r.randint(0, 9)) for _ in range(n - 1))


def code(r):
    L = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    k = r.random()
    if k < 0.55:
        return digits(r, 3, 7)
    if k < 0.75:
        return r.choice(L) + r.choice(L) + "-" + digits(r, 2, 4)
    if k < 0.85:
        return r.choice(L) + digits(r, 2, 4)
    return digits(r, 2, 3) + "-" + digits(r, 2, 4)


def secret(r):
    k = r.random()
    return r.choice(NOUNS) if k < 0.4 else invented(r).lower() if k < 0.6 else r.choice(NOUNS) + " " + r.choice(NOUNS) \
        if k < 0.8 else code(r)


def date(r):
    k = r.random()
    d, m, y = r.randint(1, 28), r.choice(MONTHS), r.randint(1500, 2040)
    return f"{d} {m} {y}" if k < 0.35 else f"{m} {d}" if k < 0.65 else f"{m} {d}, {y}" if k < 0.85 else f"{r.choice(DAYS)}"


def year(r):
    return str(r.randint(1100, 2060))


def time(r):
    return f"{r.randint(1, 12)}:{r.randint(0, 59):02d}" + r.choice(["", " pm", " am"]) if r.random() < 0.7 \
        else r.choice(["noon", "midnight", "dawn", "sunset"])


def price(r):
    return f"{digits(r, 1, 4)} " + r.choice(["dollars", "pounds", "crowns", "francs", "marks", "coins", "shillings"])


def measure(r):
    return f"{digits(r, 1, 4)} " + r.choice(["kilograms", "pounds", "metres", "miles", "feet", "tons", "inches", "litres"])


def place(r):
    k = r.random()
    return building(r) if k < 0.4 else city(r) if k < 0.5 else "the " + r.choice(COLORS + ADJS) + " " + \
        r.choice(OBJECTS) if k < 0.7 else r.choice(["behind", "under", "near", "inside"]) + " " + \
        (building(r) if r.random() < 0.5 else thing(r))


def verb_phrase(r):
    def one():
        v = r.choice(list(VOBJ))
        return v + " " + r.choice(VOBJ[v])
    s = one()
    if r.random() < 0.5:
        s += " and " + one()
    if r.random() < 0.5:
        s += " " + r.choice(WHEN)
    return s


def food(r):
    return r.choice(FOODS) if r.random() < 0.6 else r.choice(FOODS) + " with " + r.choice(FOODS)


def pick(lst):
    return lambda r: r.choice(lst)
