// The result of `bench cpu` as a Markdown page: the rates, and each against what it is to reach.
import type { Rates } from "../clocks.ts";
import type { Peak } from "./peak.ts";
import type { Speed } from "./speed.ts";

export interface Measurement extends Speed {
  readonly name: string;
  readonly host: string;
  readonly threads: number;
}

export interface CpuResult {
  readonly command: string;
  readonly date: string;
  readonly hardware: string;
  readonly model: string;
  readonly prompt: number;
  readonly tokens: number;
  readonly rounds: number;
  /** Of one token: multiply-adds of the matrices, bytes of the weights. */
  readonly cost: { readonly multiplyAdds: number; readonly weightBytes: number };
  /** Of one thread. */
  readonly peak: Peak;
  readonly measurements: readonly Measurement[];
  /** Reading the sample book with spans, one thread, Node. */
  readonly ingestion?: Rates & { readonly tokens: number };
}

export function cpuPage(result: CpuResult): string {
  const { measurements, prompt, tokens, rounds, peak } = result;
  return [
    "# bench cpu",
    "",
    `\`${result.command}\``,
    "",
    `${result.model}, ${result.hardware}, ${result.date}. A prompt of ${prompt} tokens in chunks of 128, then ${tokens} tokens`,
    `one by one behind it; the best of ${rounds} rounds, in which all take turns. Tokens per second by the clock; in`,
    "brackets per second of processor time, all threads together, which compares where the machine was busy. wllama",
    "is asked for a quarter of the tokens, once, by its own clock.",
    "",
    "| what | where | threads | prefill | decode |",
    "| --- | --- | ---: | ---: | ---: |",
    ...measurements.map(
      (row) =>
        `| ${row.name} | ${row.host} | ${row.threads} | ${rate(row.prefill)} | ${rate(row.decode)} |`,
    ),
    "",
    "| target | measured |",
    "| --- | ---: |",
    ...targets(result).map(([target, measured]) => `| ${target} | ${measured} |`),
    "",
    `One thread could do ${giga(peak.operationsPerSecond)} 8-bit multiplications and additions a second from the first cache, and`,
    `read ${giga(peak.bytesPerSecond)} bytes a second of memory (96 MiB), measured in the same run.`,
  ].join("\n");
}

function targets(result: CpuResult): (readonly [string, string])[] {
  const { measurements, ingestion, cost, peak } = result;
  const find = (name: string, threads: number, host: string): Measurement | undefined =>
    measurements.find(
      (row) => row.name.includes(name) && row.threads === threads && row.host.includes(host),
    );
  const ratio = (a: number | undefined, b: number | undefined): string =>
    a === undefined || b === undefined ? "not measured" : (a / b).toFixed(2);
  const one = find("Inkspan", 1, "Node");
  const two = find("Inkspan", 2, "Node");
  const inBrowser = find("Inkspan", 1, "Chromium");
  const twoInBrowser = find("Inkspan", 2, "Chromium");
  const share = (part: number | undefined, whole: number): string =>
    part === undefined ? "not measured" : `${((100 * part) / whole).toFixed(0)} %`;
  return [
    ["prefill, Chromium, 1 thread: ≥ 150 tokens/s", inBrowser?.prefill.clock.toFixed(0) ?? "–"],
    ...[1, 2].flatMap((threads): (readonly [string, string])[] => {
      const own = find("Inkspan", threads, "Node");
      const native = find("node-llama-cpp", threads, "Node");
      return [
        [
          `prefill / native, ${threads} thread(s), Node: ≥ 0.5; by processor time`,
          `${ratio(own?.prefill.clock, native?.prefill.clock)}; ${ratio(own?.prefill.processor, native?.prefill.processor)}`,
        ],
        [
          `decode / native, ${threads} thread(s), Node: ≥ 0.6 (1 thread); by processor time`,
          `${ratio(own?.decode.clock, native?.decode.clock)}; ${ratio(own?.decode.processor, native?.decode.processor)}`,
        ],
      ];
    }),
    [
      "prefill, 2 threads / 1 thread: ≥ 1.7, Node; Chromium",
      `${ratio(two?.prefill.clock, one?.prefill.clock)}; ${ratio(twoInBrowser?.prefill.clock, inBrowser?.prefill.clock)}`,
    ],
    [
      "decode, 2 threads / 1 thread, Node; Chromium",
      `${ratio(two?.decode.clock, one?.decode.clock)}; ${ratio(twoInBrowser?.decode.clock, inBrowser?.decode.clock)}`,
    ],
    ...[1, 2].map((threads): readonly [string, string] => {
      const own = find("Inkspan", threads, "Chromium");
      const wllama = find("wllama", threads, "Chromium");
      return [
        `against wllama, ${threads} thread(s): prefill ≥ 10, decode ≥ 2`,
        `${ratio(own?.prefill.clock, wllama?.prefill.clock)}; ${ratio(own?.decode.clock, wllama?.decode.clock)}`,
      ];
    }),
    [
      `reading ${ingestion?.tokens ?? 0} tokens with spans / prefill of ${result.prompt}, 1 thread: ≥ 0.5; by processor time`,
      `${ratio(ingestion?.clock, one?.prefill.clock)}; ${ratio(ingestion?.processor, one?.prefill.processor)}`,
    ],
    [
      "matrices of prefill, share of the 8-bit peak of one thread",
      share(one && 2 * one.prefill.clock * cost.multiplyAdds, peak.operationsPerSecond),
    ],
    [
      "weights of decode, share of the memory rate of one thread",
      share(one && one.decode.clock * cost.weightBytes, peak.bytesPerSecond),
    ],
  ];
}

const rate = ({ clock, processor }: Rates): string =>
  clock === processor ? clock.toFixed(1) : `${clock.toFixed(1)} (${processor.toFixed(1)})`;

const giga = (value: number): string => `${(value / 1e9).toFixed(1)} billion`;
