// Words for RULER's keys and lists: the project's own adjectives and nouns, and their compounds.
// (Upstream takes the lists of the wonderwords package.)

const ADJECTIVES =
  "able amber ancient azure bold brave brief bright broad calm careful cheerful clean clear clever cold cosy crisp curious damp daring deep dusty eager early easy even faint fair famous fancy fierce fine firm fresh gentle giant glad golden grand great green happy hidden high honest humble icy idle jolly keen kind large late light little lively lonely long loud lucky mellow merry mighty mild modest narrow neat new noble odd open pale patient plain polite proud pure quick quiet rapid rare ready red rich rough round royal rusty salty sandy secret shady sharp shiny silent silver simple sleepy slow small smooth soft solid steady stormy strong sunny sweet swift tall tame tender thin tidy tiny trim true usual vast velvet warm wide wild windy wise witty wooden young zesty".split(
    " ",
  );
const NOUNS =
  "acorn anchor apple apron arrow badge bakery barrel basket beacon bell bench blanket boat bottle branch bridge broom bucket button cabin candle canyon carpet castle cellar chair cherry chimney cloud clover coat coin comet copper cottage crane creek crown curtain daisy desk dolphin door drum eagle engine falcon feather fence fiddle field flag flame flute forest fountain fox garden gate glove goose grape guitar hammer harbor harvest hat hawk hedge helmet heron hill honey horizon horse island ivy jacket jar kettle key kite ladder lake lamp lantern leaf ledge lemon letter library lily linen magnet maple market meadow mill mirror moon moth mountain needle nest oak oar ocean olive orchard otter owl paddle palace paper parade path pebble pencil piano pillow pine planet plum pocket pond porch puzzle quill rabbit raft rain raven ribbon river road robin rocket rope rose saddle sail scarf school shell ship shovel sparrow spoon spring stable star stone stream table teapot tent thimble ticket tiger tower trail trumpet tulip tunnel turtle valley violin wagon walnut water whale wheel whistle willow window wing winter wren yard".split(
    " ",
  );

/** adjective-noun */
export const KEY_WORDS: readonly string[] = ADJECTIVES.flatMap((adjective) =>
  NOUNS.map((noun) => `${adjective}-${noun}`),
);

/** For the lists of common words: single words, so compounds without the hyphen. */
export const LIST_WORDS: readonly string[] = KEY_WORDS.map((word) => word.replace("-", ""));

/** The text that repeats where there is no haystack. */
export const FILLER =
  "The lamp is on the table. The rain has stopped. A cart rolls by. Someone closes a door. So the day goes.";
