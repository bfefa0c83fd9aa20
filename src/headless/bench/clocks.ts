// Time by the clock and by the processor: on a busy machine only the latter compares.

export interface Rates {
  /** Tokens per second by the clock. */
  readonly clock: number;
  /** Tokens per second of processor time. */
  readonly processor: number;
}

export interface Clocks {
  readonly wall: number; // s
  readonly used: number; // s of processor time
}

export function clocks(): Clocks {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now() / 1000, used: (user + system) / 1e6 };
}

export function rates(count: number, from: Clocks, to: Clocks): Rates {
  return { clock: count / (to.wall - from.wall), processor: count / (to.used - from.used) };
}
