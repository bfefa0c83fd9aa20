// The recurrent mixer of Rodimus: one state S [n, m] and the last three rows of a short convolution per
// layer, whatever the length of the stream. The past can be copied and put back, never cut.
// Source: arXiv 2410.06577; docs of the kernels in kernels/recurrent.

import {
  type Backend,
  type DeviceBuffer,
  gatedNorm,
  inputGate,
  matmul,
  mixerGates,
  rmsNorm,
  shortConv,
  stateScan,
  type WeightMatrix,
} from "../../../../kernels/index.ts";
import type { RecurrentConfig } from "../../model/config.ts";
import type { Transformer, Workspace } from "../../transformer/transformer.ts";
import type { MixerWeights } from "../../transformer/weights.ts";
import { FoldedMixer } from "../folded-mixer.ts";
import type { Pass } from "../mixer.ts";

const TAIL_ROWS = 3;

/** What a step of `maxTokens` tokens needs between `project` and `mix`; layers take turns with it. */
interface Scratch {
  readonly x: DeviceBuffer; // f32 [T, m], input of the mixer
  readonly gate: DeviceBuffer; // f32 [T, m], output gate
  readonly c: DeviceBuffer; // f32 [T, m], convolved
  readonly qk: DeviceBuffer; // f32 [T, 2n]
  readonly sp: DeviceBuffer; // f32 [T, 2n]
  readonly gates: DeviceBuffer; // f32 [T, 4, n]
  readonly low: DeviceBuffer; // f32 [T, ρ]
  readonly z: DeviceBuffer; // f32 [T, m]
  readonly u: DeviceBuffer; // f32 [T, m], value
  readonly o: DeviceBuffer; // f32 [T, m], read from the state
  readonly y: DeviceBuffer; // f32 [T, m]
}

export class RodimusMixer extends FoldedMixer {
  readonly #transformer: Transformer;
  readonly #recurrent: RecurrentConfig;
  readonly #scratch: Scratch;
  readonly #states: readonly DeviceBuffer[]; // [L] f32 [n, m]
  readonly #tails: readonly DeviceBuffer[]; // [L] f32 [3, m], oldest first

  protected readonly remembered: readonly DeviceBuffer[];

  constructor(backend: Backend, transformer: Transformer, maxTokens: number) {
    super(backend);
    const { recurrent, layers } = transformer.config;
    if (!recurrent) throw new Error("the model has no recurrent mixer");
    const { inner, stateRows, gateRank } = recurrent;
    this.#transformer = transformer;
    this.#recurrent = recurrent;
    const step = (label: string, width: number) =>
      backend.createBuffer(label, "activations", maxTokens * width * 4);
    this.#scratch = {
      x: step("mixer x", inner),
      gate: step("mixer gate", inner),
      c: step("convolved", inner),
      qk: step("mixer q k", 2 * stateRows),
      sp: step("mixer s p", 2 * stateRows),
      gates: step("mixer gates", 4 * stateRows),
      low: step("input gate low", gateRank),
      z: step("input gate", inner),
      u: step("mixer value", inner),
      o: step("mixer read", inner),
      y: step("mixer gated", inner),
    };
    const perLayer = (label: string, rows: number) =>
      Array.from({ length: layers }, () =>
        backend.createBuffer(label, "kv-pool", rows * inner * 4),
      );
    this.#states = perLayer("recurrent state", stateRows);
    this.#tails = perLayer("convolution tail", TAIL_ROWS);
    this.remembered = [...this.#states, ...this.#tails];
  }

  /** f32 [n, m] and f32 [3, m] of a layer. */
  stateOf(layer: number): { readonly state: DeviceBuffer; readonly tail: DeviceBuffer } {
    return { state: this.#states[layer]!, tail: this.#tails[layer]! };
  }

  project({ recorder, tokens }: Pass, ws: Workspace, layer: number): void {
    const { x, gate, c, qk, sp, gates, low, z, u } = this.#scratch;
    const { inner: width, stateRows: rows, keyEpsilon } = this.#recurrent;
    const { config } = this.#transformer;
    const weights = this.#weights(layer);
    const norm = {
      rows: tokens,
      width: config.width,
      epsilon: config.rmsEpsilon,
      accumulate: false,
    };
    rmsNorm(recorder, ws.x, weights.norm, ws.normed, norm);
    const multiply = (
      from: DeviceBuffer,
      matrix: WeightMatrix,
      bias: DeviceBuffer | undefined,
      to: DeviceBuffer,
    ) => {
      const shape = { tokens, yStride: matrix.rows, yBegin: 0, accumulate: false };
      matmul(recorder, from, matrix, bias, to, shape);
    };
    multiply(ws.normed, weights.x, undefined, x);
    multiply(ws.normed, weights.gate, undefined, gate);
    const { tail } = this.stateOf(layer);
    shortConv(recorder, x, tail, weights.conv, weights.convBias, c, { tokens, width });
    multiply(c, weights.qk, undefined, qk);
    multiply(c, weights.sp, weights.spBias, sp);
    mixerGates(recorder, qk, sp, gates, { tokens, rows, keyEpsilon });
    // The value comes from the input as it was before the convolution.
    multiply(x, weights.inputGateDown, undefined, low);
    multiply(low, weights.inputGateUp, weights.inputGateBias, z);
    inputGate(recorder, z, x, u, { tokens, width });
  }

  mix({ recorder, tokens }: Pass, ws: Workspace, layer: number): void {
    const { gate, c, gates, u, o, y } = this.#scratch;
    const { inner: width, stateRows: rows } = this.#recurrent;
    const { config } = this.#transformer;
    const { skip, actNorm, output } = this.#weights(layer);
    const { state } = this.stateOf(layer);
    stateScan(recorder, gates, u, c, skip, state, o, { tokens, rows, width });
    const norm = { rows: tokens, width, epsilon: config.rmsEpsilon };
    gatedNorm(recorder, o, gate, actNorm, y, norm);
    const shape = { tokens, yStride: config.width, yBegin: 0, accumulate: true };
    matmul(recorder, y, output, undefined, ws.x, shape);
  }

  destroy(): void {
    const scratch = Object.values<DeviceBuffer>({ ...this.#scratch });
    for (const buffer of [...scratch, ...this.remembered]) {
      this.backend.destroyBuffer(buffer);
    }
  }

  #weights(layer: number): MixerWeights {
    const weights = this.#transformer.weights.recurrent[layer];
    if (!weights) throw new Error(`layer ${layer} of ${this.#transformer.config.layers}`);
    return weights.mixer;
  }
}
