// The result of `bench recurrent` as a page for people.
import type { RecurrentResult } from "./recurrent.ts";

const whole = new Intl.NumberFormat("en");

export function recurrentPage(result: RecurrentResult, command: string): string {
  const { model, device, stateBytes, windowTokens, beside, written, halves, turns } = result;
  const { late, fresh, tokensEach } = turns;
  const [before, after] = result.deviceBytes;
  const rows = beside.lengths.map(
    ({ tokens, bytes }) =>
      `| ${whole.format(tokens)} | ${kilobytes(stateBytes)} | ${kilobytes(bytes)} | ${(bytes / stateBytes).toFixed(2)} |`,
  );
  const lines = [
    `# What ${model} remembers`,
    "",
    "```",
    command,
    "```",
    "",
    `The state holds a window of the last ${whole.format(windowTokens)} tokens and, of all before, a matrix per layer. Beside it the keys and`,
    `values of ${beside.model} (f16, ${whole.format(beside.bytesPerToken)} bytes a token): the state is the smaller memory from ${whole.format(beside.breakEvenTokens)} tokens on.`,
    "",
    "| tokens of text | state, kB | keys and values, kB | keys and values / state |",
    "| ---: | ---: | ---: | ---: |",
    ...rows,
    "",
    `Over ${whole.format(written)} written tokens, from a full window on (${device}): ${halves[0].toFixed(1)} tokens per second of processor`,
    `time in the first half, ${halves[1].toFixed(1)} in the second (${percent(halves[1] / halves[0])}). In turns of 250 tokens, ${whole.format(tokensEach)} each: ${late.toFixed(1)} behind them,`,
    `${fresh.toFixed(1)} in a fresh stream (${percent(late / fresh)}). The device held ${whole.format(before)} bytes before and ${whole.format(after)} after.`,
  ];
  return `${lines.join("\n")}\n`;
}

function kilobytes(bytes: number): string {
  return whole.format(Math.round(bytes / 1000));
}

function percent(ratio: number): string {
  const value = 100 * (ratio - 1);
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)} %`;
}
