// Notices that a worker has gone silent: whoever works through a file reports along the way.

export interface SilenceWatch {
  /** Something was heard. */
  heard(): void;
  end(): void;
}

/** Calls `onSilent` once, when nothing was heard for `limitMs`. */
export function watchSilence(limitMs: number, onSilent: () => void): SilenceWatch {
  let timer = setTimeout(onSilent, limitMs);
  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(onSilent, limitMs);
    },
    end: () => clearTimeout(timer),
  };
}
