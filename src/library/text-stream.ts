// Text that arrives in pieces and ends in a result: for `for await` and for `await stream.result`.

export interface TextStream<Result> extends AsyncIterable<string> {
  /** The whole result; rejects with what went wrong. */
  readonly result: Promise<Result>;
  /** Ends the work; what was written so far becomes the result. */
  cancel(): void;
}

/**
 * `work` starts at once. Pieces wait until they are taken; leaving a loop early cancels the work.
 * `signal` does the same from outside.
 */
export function streamText<Result>(
  work: (push: (piece: string) => void, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): TextStream<Result> {
  const pieces: string[] = [];
  const abort = new AbortController();
  let wake = (): void => {};
  let isOver = false;
  const cancel = (): void => abort.abort();
  if (signal?.aborted) cancel();
  else signal?.addEventListener("abort", cancel, { once: true });

  const result = work((piece) => {
    pieces.push(piece);
    wake();
  }, abort.signal).finally(() => {
    isOver = true;
    signal?.removeEventListener("abort", cancel);
    wake();
  });
  result.catch(() => {}); // whoever reads the stream or awaits the result is told

  async function* read(): AsyncGenerator<string, void, void> {
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece !== undefined) yield piece;
        else if (isOver) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      await result;
    } finally {
      if (!isOver) cancel();
    }
  }

  return { result, cancel, [Symbol.asyncIterator]: read };
}
