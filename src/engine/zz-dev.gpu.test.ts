import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testRuntime } from "../../kernels/testing/gpu.ts";
import { sourceFromBytes } from "./model/byte-source.ts";
import { loadModel } from "./loaded-model.ts";
import { openRingSequence } from "./ask/streams.ts";
import { ltriParameters } from "./spans/parameters.ts";
import { readTokens } from "./ask/read-ring.ts";
import { TokenCounter } from "./token-counter.ts";
import { Session } from "./ask/session.ts";
import { SpanIndex } from "./sequence/span-index.ts";
const root = "/work/shared/fixtures/";
const manifest = JSON.parse(readFileSync(root + "manifest.json", "utf8"));
for (const m of manifest.models) {
  for (const kvDtype of ["f32", "f16"] as const) {
  test(`${m.id} ${kvDtype}`, async () => {
    const runtime = await testRuntime();
    const loaded = await loadModel(runtime, m.id, [sourceFromBytes(m.file, readFileSync(root + m.file))], () => {});
    const { config } = loaded.model;
    const p = { ...ltriParameters(Math.max(512, config.contextLength), { kvDtype }), chunk: 19 };
    const tokens = Uint32Array.from(m.tokens);
    const sequence = openRingSequence(runtime, config, p, "full", tokens.length);
    const workspace = loaded.transformer.createWorkspace(19, 19);
    const rows: Float32Array[] = [];
    await readTokens({ runtime, transformer: loaded.transformer, workspace, sequence, counter: new TokenCounter(), chunk: 19, keepTokens: 0 }, tokens, (r) => rows.push(r), () => {});
    const b = readFileSync(root + m.logits_exact);
    const expected = new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
    let e = 0, pw = 0, at = 0;
    for (const r of rows) for (const v of r) { e += (v - expected[at]!) ** 2; pw += expected[at]! ** 2; at++; }
    const g = m.greedy;
    const total = g.prompt.length + g.tokens.length;
    const seq2 = openRingSequence(runtime, config, p, "full", total);
    const session = new Session({ runtime, transformer: loaded.transformer, workspace, sequence: seq2, index: new SpanIndex(runtime, config, p, 1), parameters: p, counter: new TokenCounter(), load: async () => [], sessionTokens: total, answerBudget: 1 });
    const out = await session.generate(g.prompt, { maxTokens: g.tokens.length, sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 }, stopIds: new Set(), onToken: () => {}, signal: undefined, now: () => performance.now() });
    const first = g.tokens.findIndex((t: number, i: number) => out.ids[i] !== t);
    console.log(m.id, kvDtype, "nmse", (e / pw).toExponential(2), "greedy first diff", first, first >= 0 ? g.margin[first] : "");
    expect(at).toBe(expected.length);
    expect(e / pw).toBeLessThan(kvDtype === "f32" ? 1e-6 : 1e-5);
  });
  }
}
