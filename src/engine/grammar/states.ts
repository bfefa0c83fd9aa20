// Where a text may stand in a grammar's program: all places at once, as one state. States are made when they
// are first reached and kept, so that reading a byte again is one look-up.
// Source: GLL parsing with shared stacks (Scott, Johnstone 2010); lazy determinisation.
import { type Grammar, refused } from "./expression.ts";
import { OP, Program } from "./program.ts";

/** Places of one state; more come of grammars with very many readings of one text. */
const MOST_PLACES = 20_000;

/** A step, and the steps that calls return to. One object per value. */
class Place {
  readonly step: number;
  readonly below: Place | undefined;
  readonly id: number;
  /** Fewest bytes from here to the end of the text. */
  readonly distance: number;
  #above: Map<number, Place> | undefined;

  constructor(step: number, below: Place | undefined, id: number, distance: number) {
    this.step = step;
    this.below = below;
    this.id = id;
    this.distance = distance;
  }

  above(step: number, make: () => Place): Place {
    this.#above ??= new Map();
    let place = this.#above.get(step);
    if (!place) this.#above.set(step, (place = make()));
    return place;
  }
}

export interface GrammarState {
  /** The text may end here. */
  readonly accepts: boolean;
  /** Nothing can follow. */
  readonly isLast: boolean;
  /** Fewest bytes that make the text complete; 0 where it is. */
  readonly distance: number;
}

interface State extends GrammarState {
  readonly places: readonly Place[];
  /** By byte: the state behind it, null where no text goes on with it. */
  readonly after: (State | null | undefined)[];
}

export class GrammarStates {
  readonly start: GrammarState;
  readonly #program: Program;
  readonly #states = new Map<string, State>();
  readonly #bottom = new Place(0, undefined, 0, 0);
  #places = 1;

  constructor(program: Program) {
    this.#program = program;
    this.start = this.#reach([this.#on(program.starts[program.root]!, this.#bottom)]);
  }

  /** The state behind one more byte; null where no text goes on with it. */
  next(given: GrammarState, byte: number): GrammarState | null {
    const state = given as State;
    const known = state.after[byte];
    if (known !== undefined) return known;
    const { a, b, next } = this.#program;
    const places = state.places
      .filter(({ step }) => byte >= a[step]! && byte <= b[step]!)
      .map(({ step, below }) => this.#on(next[step]!, below!));
    const reached = this.#reach(places);
    const after = reached.distance === Infinity ? null : reached;
    state.after[byte] = after;
    return after;
  }

  #on(step: number, below: Place): Place {
    return below.above(step, () => {
      const distance = this.#program.distances[step]! + below.distance;
      return new Place(step, below, this.#places++, distance);
    });
  }

  /** Follows everything that takes no byte. */
  #reach(from: readonly Place[]): State {
    const { ops, a, b, next, starts } = this.#program;
    const seen = new Set<Place>();
    const waiting = [...from];
    const places: Place[] = [];
    let accepts = false;
    for (let place = waiting.pop(); place; place = waiting.pop()) {
      if (place.distance === Infinity || seen.has(place)) continue;
      seen.add(place);
      if (seen.size > MOST_PLACES) throw refused("The grammar has too many readings of one text.");
      const { step, below } = place;
      if (ops[step] === OP.byte) places.push(place);
      else if (ops[step] === OP.split) {
        waiting.push(this.#on(b[step]!, below!), this.#on(a[step]!, below!));
      } else if (ops[step] === OP.call) {
        // A call at the end of a rule returns to where the rule returns to.
        const isTail = ops[next[step]!] === OP.return;
        const back = isTail ? below! : this.#on(next[step]!, below!);
        waiting.push(this.#on(starts[a[step]!]!, back));
      } else if (below === this.#bottom) accepts = true;
      else waiting.push(below!);
    }
    places.sort((x, y) => x.id - y.id);
    const key = `${accepts ? "!" : ""}${places.map(({ id }) => id).join(" ")}`;
    let state = this.#states.get(key);
    if (!state) {
      const least = places.reduce((low, { distance }) => Math.min(low, distance), Infinity);
      const distance = accepts ? 0 : least;
      state = { places, accepts, isLast: places.length === 0, distance, after: [] };
      this.#states.set(key, state);
    }
    return state;
  }
}

/** Is the whole text one of the grammar? */
export function matches(grammar: Grammar, text: string): boolean {
  const states = new GrammarStates(new Program(grammar, () => true));
  let state: GrammarState | null = states.start;
  for (const byte of new TextEncoder().encode(text)) {
    state = state && states.next(state, byte);
  }
  return state?.accepts ?? false;
}
