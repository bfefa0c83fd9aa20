// Rodimus and Rodimus+ by the kernels that the app uses, against the values of the official code: logits,
// one layer's mixer, states, windows, greedy text; a text in pieces, and a state that is put back.
import { describe, expect, test } from "vitest";
import { testBackend } from "../../kernels/testing/backends.ts";
import { bindDocuments } from "./attention/binding.ts";
import { type RodimusArrays, rodimusArray, rodimusManifest } from "./model/testing/fixtures.ts";
import {
  distance,
  loadRodimus,
  logitsInPieces,
  recurrentStream,
} from "./testing/rodimus-stream.ts";
import { forward } from "./transformer/forward.ts";
import { greedyBeside } from "./testing/greedy-text.ts";

const floats = (bytes: ArrayBuffer): Float32Array => new Float32Array(bytes);

describe.each(rodimusManifest.models)("$id", (model) => {
  test.each(model.sequences)("logits of «$name»", async (sequence) => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, model.id);
    const stream = recurrentStream(backend, loaded, 64);
    const expected = rodimusArray(sequence.logits);
    const { tokens } = sequence;
    const actual = await logitsInPieces(backend, stream, tokens, [tokens.length]);
    expect(distance(actual, expected)).toBeLessThan(1e-4);
    stream.destroy();
  });

  test("mixer, state, tail and window of a layer", async () => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, model.id);
    const sequence = model.sequences.find(({ name }) => name === "long")!;
    const [arrays] = sequence.arrays as readonly RodimusArrays[];
    const {
      layer,
      mixer_shape: [rows = 0, width = 0],
    } = arrays!;
    const stream = recurrentStream(backend, loaded, sequence.tokens.length);
    const { workspace } = stream.stack;
    const { length: tokens } = sequence.tokens;
    backend.upload(workspace.ids, 0, Uint32Array.from(sequence.tokens));
    const recorder = backend.record();
    const seen: Promise<Float32Array>[] = [];
    const look = (buffer: typeof workspace.x) => {
      seen.push(recorder.readback(buffer, 0, rows * width * 4).then(floats));
    };
    await forward(
      stream.stack,
      { recorder, tokens, path: "prefill" },
      {
        beforeMix: (_, at) => {
          if (at !== layer) return undefined;
          look(workspace.normed);
          look(workspace.x);
          return undefined;
        },
        afterMix: (_, at) => {
          if (at === layer) look(workspace.x);
        },
      },
    );
    recorder.submit();
    stream.mixer.advance(tokens);
    const [mixerIn, before, after] = await Promise.all(seen);
    const mixerOut = after!.map((value, i) => value - before![i]!);
    expect(distance(mixerIn!, rodimusArray(arrays!.mixer_in))).toBeLessThan(1e-5);
    expect(distance(mixerOut, rodimusArray(arrays!.mixer_out))).toBeLessThan(1e-5);
    const { state, tail } = stream.mixer.stateOf(layer);
    const read = async (buffer: typeof state) => floats(await backend.read(buffer, 0, buffer.size));
    expect(distance(await read(state), rodimusArray(arrays!.state))).toBeLessThan(1e-5);
    expect(distance(await read(tail), rodimusArray(arrays!.conv))).toBeLessThan(1e-5);
    expect(stream.window !== undefined).toBe(arrays!.ring_k !== undefined);
    if (stream.window) {
      const { slots } = stream.window;
      const ring = stream.window.ringOf(layer);
      for (const [buffer, path] of [
        [ring.k, arrays!.ring_k!],
        [ring.v, arrays!.ring_v!],
      ] as const) {
        const values = await read(buffer);
        const row = values.length / slots;
        // The fixture's order is that of time.
        const inOrder = Float32Array.from(values, (_, i) => {
          const slot = (tokens + Math.floor(i / row)) % slots;
          return values[slot * row + (i % row)]!;
        });
        expect(distance(inOrder, rodimusArray(path))).toBeLessThan(1e-5);
      }
    }
    stream.destroy();
  });

  test("a text in pieces, token by token, and from a state that was put back", async () => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, model.id);
    const ids = model.sequences.find(({ name }) => name === "long")!.tokens;
    const inPieces = async (sizes: readonly number[]) => {
      const stream = recurrentStream(backend, loaded, 64);
      const logits = await logitsInPieces(backend, stream, ids, sizes);
      const state = await stream.snapshot();
      stream.destroy();
      return { logits, state };
    };
    const whole = await inPieces([ids.length]);
    for (const sizes of [
      [1, 2, 3, 17, 1, ids.length - 24],
      [60, 1, 1, 1, ids.length - 63],
    ]) {
      const pieces = await inPieces(sizes);
      expect(distance(pieces.logits, whole.logits)).toBeLessThan(1e-5);
      expect(
        distance(
          floats(pieces.state.bytes.slice().buffer),
          floats(whole.state.bytes.slice().buffer),
        ),
      ).toBeLessThan(1e-5);
    }
    // What one stream leaves, another one goes on from; what it read before is overwritten.
    const first = recurrentStream(backend, loaded, 64);
    await first.read(Uint32Array.from(ids.slice(0, 40)), undefined, () => undefined);
    const state = await first.snapshot();
    const rest = ids.slice(40);
    const uninterrupted = await logitsInPieces(backend, first, rest, [rest.length]);
    const second = recurrentStream(backend, loaded, 64);
    await second.read(Uint32Array.from(ids.slice(5, 90)), undefined, () => undefined);
    for (let time = 0; time < 2; time++) {
      second.restore(state);
      expect(second.position).toBe(40);
      const again = await logitsInPieces(backend, second, rest, [rest.length]);
      expect(again).toEqual(uninterrupted);
    }
    const rewound = () => second.mixer.restore({ position: 3 });
    expect(rewound).toThrow("not cut");
    expect(second.mixer.reusablePrefix(ids.length)).toBe(ids.length);
    expect(second.mixer.reusablePrefix(ids.length - 1)).toBe(0);
    first.destroy();
    second.destroy();
  });

  test("greedy text by the decode path", async () => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, model.id);
    const binding = bindDocuments(loaded, "recurrent", { kvDtype: "f32" });
    const { ids, reference } = await greedyBeside(backend, loaded, binding, model.greedy, 1e-3);
    expect(reference.length).toBeGreaterThan(10);
    expect(ids).toEqual(reference);
  });
});

describe("the window", () => {
  test("a token one further back than the window has no effect, the last one in it has", async () => {
    const backend = await testBackend();
    const loaded = await loadRodimus(backend, "plus-f16");
    // One layer with the mixer's result left out: nothing but the window carries a token on.
    const [first] = loaded.weights.recurrent;
    const { width } = loaded.model.config;
    const { data } = first!.mixer.output.blocks[0]!;
    const output = "buffer" in data ? data.buffer : data;
    backend.upload(output, 0, new Uint8Array(output.size));
    const run = async (changed: number) => {
      const stream = recurrentStream(backend, loaded, 64);
      const { workspace, hop } = stream.stack;
      const ids = Uint32Array.from({ length: 30 }, (_, i) => (i === changed ? 77 : 50 + i));
      backend.upload(workspace.ids, 0, ids);
      const recorder = backend.record();
      const pass = { recorder, tokens: 30, path: "prefill" } as const;
      const { transformer } = stream.stack;
      transformer.embed(recorder, workspace, 30);
      stream.mixer.project(pass, workspace, 0);
      stream.mixer.mix(pass, workspace, 0);
      hop!.project(pass, workspace, 0);
      hop!.mix(pass, workspace, 0);
      const x = recorder.readback(workspace.x, 29 * width * 4, width * 4);
      recorder.submit();
      const last = floats(await x);
      stream.destroy();
      return last;
    };
    const slots = loaded.model.config.layerConfigs[0]!.slidingWindow!;
    const usual = await run(-1);
    expect(await run(29 - slots)).toEqual(usual);
    expect(await run(29 - slots + 1)).not.toEqual(usual);
  });
});
