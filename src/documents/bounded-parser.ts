// The parser of markup with a limit on depth. Its stack is moved for every tag, so that a file of nested
// elements takes time in the square of its size; elements below the limit are read as empty ones, and
// their text belongs to the element at the limit.
import { type Handler, Parser, type ParserOptions, Tokenizer } from "htmlparser2";

/** As deep as browsers nest elements. */
export const MAX_DEPTH = 512;

type TokenizerCallbacks = ConstructorParameters<typeof Tokenizer>[1];
type TokenizerOptions = ConstructorParameters<typeof Tokenizer>[0];

interface Depth {
  open: number;
  /** Open elements that were read as empty ones. */
  flattened: number;
  /** Whether the tag being read is one of these. */
  isFlat: boolean;
}

export function createParser(handler: Partial<Handler>, options: ParserOptions): Parser {
  const depth: Depth = { open: 0, flattened: 0, isFlat: false };

  class BoundedTokenizer extends Tokenizer {
    constructor(settings: TokenizerOptions, callbacks: TokenizerCallbacks) {
      super(settings, flatten(callbacks, depth));
    }
  }
  class BoundedParser extends Parser {
    protected override isVoidElement(name: string): boolean {
      return depth.isFlat || super.isVoidElement(name);
    }
    isEmpty(name: string): boolean {
      return this.isVoidElement(name);
    }
  }

  const parser = new BoundedParser(
    {
      ...handler,
      onopentag(name, attributes, isImplied) {
        if (!parser.isEmpty(name)) depth.open++;
        handler.onopentag?.(name, attributes, isImplied);
      },
      onclosetag(name, isImplied) {
        if (!parser.isEmpty(name)) depth.open--;
        handler.onclosetag?.(name, isImplied);
      },
    },
    { ...options, Tokenizer: BoundedTokenizer },
  );
  return parser;
}

function flatten(to: TokenizerCallbacks, depth: Depth): TokenizerCallbacks {
  const endTag = (at: number) => {
    to.onopentagend(at);
    depth.isFlat = false;
  };
  return {
    onopentagname(start, end) {
      depth.isFlat = depth.open >= MAX_DEPTH;
      if (depth.isFlat) depth.flattened++;
      to.onopentagname(start, end);
    },
    onopentagend: endTag,
    onselfclosingtag(end) {
      if (!depth.isFlat) {
        to.onselfclosingtag(end);
        return;
      }
      depth.flattened--;
      endTag(end);
    },
    onclosetag(start, end) {
      if (depth.flattened > 0) depth.flattened--;
      else to.onclosetag(start, end);
    },
    onattribdata: (start, end) => to.onattribdata(start, end),
    onattribentity: (code) => to.onattribentity(code),
    onattribend: (quote, end) => to.onattribend(quote, end),
    onattribname: (start, end) => to.onattribname(start, end),
    oncdata: (start, end, offset) => to.oncdata(start, end, offset),
    oncomment: (start, end, offset) => to.oncomment(start, end, offset),
    ondeclaration: (start, end) => to.ondeclaration(start, end),
    onend: () => to.onend(),
    onprocessinginstruction: (start, end) => to.onprocessinginstruction(start, end),
    ontext: (start, end) => to.ontext(start, end),
    ontextentity: (code, end) => to.ontextentity(code, end),
  };
}
