// How a function of the module is called for a kernel: its arguments from the call, its scratch, and how its
// work is divided among threads.
import type { KernelExports } from "./kernel-module.ts";
import type { Division, Threads } from "./threads.ts";

type Argument = number | string;

export interface Call {
  /** Index of the weight format or element type that the kernel's name ends in, 0 without one. */
  readonly type?: number;
  readonly params: Readonly<Record<string, number>>;
  /** Addresses of the bindings, in their order. */
  readonly at: readonly number[];
  readonly workgroups: readonly [number, number?, number?];
  readonly constants: Readonly<Record<string, number>>;
  /** Address of at least so many bytes that live until the call ends. */
  scratch(bytes: number): number;
  readonly threads: Threads;
  /** Products of several tokens with weights in integers are computed in floating point. */
  readonly hasFloatPanels: boolean;
}

export type Get = (name: string) => number;

export interface Implementation {
  readonly run: keyof KernelExports;
  readonly args: readonly Argument[];
  /** Bytes behind the argument "scratch"; every thread has its own. */
  readonly scratchBytes?: (get: Get, exports: KernelExports) => number;
  /** With it, the arguments "begin" and "end" bound the units that one thread computes. */
  readonly units?: (get: Get, exports: KernelExports) => number;
  /** Multiplications of one unit, roughly. */
  readonly work?: (get: Get) => number;
}

export type RunKernel = (exports: KernelExports, call: Call) => void;

export function runOf({ run, args, scratchBytes, units, work }: Implementation): RunKernel {
  const at = ["begin", "end", "scratch"].map((name) => args.indexOf(name));
  return (exports, call) => {
    const get = getter(call);
    const bytes = align((scratchBytes?.(get, exports) ?? 0) >>> 0);
    const scratch = bytes > 0 ? call.scratch(bytes * (units ? call.threads.count : 1)) : 0;
    const values = args.map((argument) => {
      if (typeof argument === "number") return call.at[argument]!;
      if (argument === "begin" || argument === "end") return 0;
      return argument === "scratch" ? scratch : get(argument);
    });
    call.threads.run({
      run,
      args: values,
      division: units && division(at, units(get, exports), 1, work?.(get) ?? 0, bytes),
    });
  };
}

/** `work`: multiplications of one unit. */
export function division(
  [beginAt = -1, endAt = -1, scratchAt = -1]: readonly number[],
  units: number,
  grain: number,
  work: number,
  scratchBytes = 0,
): Division {
  return { beginAt, endAt, scratchAt, units, grain, work: work * units, scratchBytes };
}

export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

export function getter({ params, constants, workgroups, type = 0 }: Call): Get {
  return (name) => {
    if (name === "type") return type;
    if (name === "zero") return 0;
    if (name === "groupsX") return workgroups[0];
    if (name === "groupsY") return workgroups[1] ?? 1;
    const value = params[name] ?? constants[name];
    if (value === undefined) throw new Error(`a kernel misses ${name}`);
    return value;
  };
}
