// Kinds of planted facts: what is stated, how it is asked for, which values there are. In wordings near
// those the embedded model was trained on (its card has the figures for others), each about a name that
// was made up. Every kind differs in its words, so that a document can hold one of each: the benchmark
// is of recall, not of telling near-duplicates apart.

export interface FactKind {
  fact(name: string, value: string): string;
  question(name: string): string;
  value(pick: Pick): string;
}

export interface Pick {
  from(items: readonly string[]): string;
  /** A whole number of so many digits, without leading zeros. */
  digits(count: number): string;
  /** One of the made-up names. */
  name(): string;
}

const ONSETS = ["Bra", "Kel", "Tor", "Vin", "Mar", "Dal", "Fen", "Gor", "Lis", "Pel", "Sul", "Wen"];
const ENDS = ["dan", "mira", "stow", "wick", "bury", "holm", "dor", "vale", "ton", "ford"];

export const NAMES: readonly string[] = ONSETS.flatMap((onset) => ENDS.map((end) => onset + end));

const words = (text: string) => text.split(" ");
const ANIMALS = words(
  "parrot rabbit donkey falcon wolf turtle hawk otter beaver badger hedgehog squirrel ferret lizard " +
    "frog camel elephant tiger leopard zebra giraffe peacock pigeon canary",
);
const COLOURS = words("purple orange pink crimson violet turquoise scarlet ivory amber copper");
const FOODS = words(
  "honey mushrooms salmon trout cabbage garlic plums cherries figs olives walnuts almonds noodles " +
    "pancakes porridge pudding melon pumpkin spinach lentils sausages custard vanilla chocolate",
);
const JOBS = words(
  "baker carpenter lawyer painter poet nurse engineer blacksmith tailor miner gardener librarian " +
    "watchmaker musician printer weaver astronomer chemist journalist translator plumber potter banker",
);
const PLACES = [
  "lighthouse",
  "greenhouse",
  "bakery",
  "library",
  "museum",
  "laboratory",
  "chapel",
].map((place) => `the old ${place}`);
const SUBJECTS = words(
  "botany geology astronomy algebra geometry chemistry sculpture poetry grammar philosophy fencing",
);

const time = (pick: Pick) => `${pick.digits(1)}:${pick.from(["05", "10", "20", "35", "40", "55"])}`;

const attribute = (noun: string, value: FactKind["value"]): FactKind => ({
  fact: (name, v) => `The ${noun} of ${name} is ${v}.`,
  question: (name) => `What is the ${noun} of ${name}?`,
  value,
});

const kind = (
  fact: FactKind["fact"],
  question: FactKind["question"],
  value: FactKind["value"],
): FactKind => ({ fact, question, value });

export const FACT_KINDS: readonly FactKind[] = [
  attribute("access code", (pick) => pick.digits(4)),
  attribute("magic number", (pick) => pick.digits(4)),
  attribute("favourite colour", (pick) => pick.from(COLOURS)),
  attribute("favourite animal", (pick) => pick.from(ANIMALS)),
  attribute("favourite food", (pick) => pick.from(FOODS)),
  attribute("hobby", (pick) => pick.from(SUBJECTS)),
  attribute("best friend", (pick) => pick.name()),
  attribute("teacher", (pick) => pick.name()),
  attribute("mayor", (pick) => pick.name()),
  attribute("population", (pick) => pick.digits(5)),
  attribute("price", (pick) => `${pick.digits(3)} crowns`),
  attribute("weight", (pick) => `${pick.digits(3)} kilograms`),
  kind(
    (name, value) => `The password for ${name} is ${value}.`,
    (name) => `What is the password for ${name}?`,
    (pick) => pick.digits(4),
  ),
  kind(
    (name, value) => `${name} works as a ${value}.`,
    (name) => `What does ${name} do for a living?`,
    (pick) => pick.from(JOBS),
  ),
  kind(
    (name, value) => `${name} lives in ${value}.`,
    (name) => `Where does ${name} live?`,
    (pick) => pick.name(),
  ),
  kind(
    (name, value) => `${name} was born in ${value}.`,
    (name) => `Where was ${name} born?`,
    (pick) => pick.name(),
  ),
  kind(
    (name, value) => `The captain of the ${name} is ${value}.`,
    (name) => `Who is the captain of the ${name}?`,
    (pick) => pick.name(),
  ),
  kind(
    (name, value) => `The ship ${name} sails to ${value}.`,
    (name) => `Where does the ship ${name} sail to?`,
    (pick) => pick.name(),
  ),
  kind(
    (name, value) => `The train to ${name} leaves at ${value}.`,
    (name) => `When does the train to ${name} leave?`,
    time,
  ),
  kind(
    (name, value) => `The meeting with ${name} is at ${value}.`,
    (name) => `When is the meeting with ${name}?`,
    time,
  ),
  kind(
    (name, value) => `The ${name} Tower was built in ${value}.`,
    (name) => `When was the ${name} Tower built?`,
    (pick) => `1${pick.digits(3)}`,
  ),
  kind(
    (name, value) => `The ${name} diamond is hidden in ${value}.`,
    (name) => `Where is the ${name} diamond hidden?`,
    (pick) => pick.from(PLACES),
  ),
  kind(
    (name, value) => `The owner of the ${name} violin is ${value}.`,
    (name) => `Who owns the ${name} violin?`,
    (pick) => pick.name(),
  ),
  kind(
    (name, value) => `The room number of ${name} is ${value}.`,
    (name) => `What is the room number of ${name}?`,
    (pick) => pick.digits(3),
  ),
  kind(
    (name, value) => `The pet of ${name} is a ${value}.`,
    (name) => `What is the pet of ${name}?`,
    (pick) => pick.from(ANIMALS),
  ),
];
