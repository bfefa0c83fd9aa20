// The tokenizer in which the compat profile counts lengths: cl100k_base, from js-tiktoken. Its ranks
// (1.1 MB) are a chunk of their own and load only when a compat run starts.

export interface Cl100k {
  encode(text: string): number[];
  /** Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string;
}

export async function loadCl100k(): Promise<Cl100k> {
  const [{ Tiktoken }, ranks] = await Promise.all([
    import("js-tiktoken/lite"),
    import("js-tiktoken/ranks/cl100k_base"),
  ]);
  const tokenizer = new Tiktoken(ranks.default);
  return {
    // Control tokens written in a text are text: nothing is allowed, nothing refused.
    encode: (text) => tokenizer.encode(text, [], []),
    decode: (ids) => tokenizer.decode(ids as number[]),
  };
}
