// A token stream of a recurrent model: what it remembers has one size, however long the stream is. The
// whole of it can be read out and put back; it cannot be cut.

import type { Backend, KvDtype, RingDtype } from "../../../../kernels/index.ts";
import { EngineError } from "../../errors.ts";
import { RodimusMixer } from "../../mixers/rodimus/rodimus-mixer.ts";
import { WindowMixer } from "../../mixers/shared-key-window/window-mixer.ts";
import { areFinite } from "../../store/finite.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { TokenStream } from "../plain/token-stream.ts";

export interface RecurrentStreamShape {
  /** Tokens of one prefill step. */
  readonly chunk: number;
  /** Rows of logits that one step may ask for. */
  readonly logitRows: number;
  /** Number type of the window's keys and values; states are f32. */
  readonly ring: RingDtype;
}

export interface StreamState {
  readonly position: number;
  /** States, tails and rings of all layers. */
  readonly bytes: Uint8Array;
}

export class RecurrentStream extends TokenStream {
  readonly mixer: RodimusMixer;
  /** Rodimus+ has one. */
  readonly window: WindowMixer | undefined;
  readonly #ring: RingDtype;

  constructor(
    backend: Backend,
    { transformer }: LoadedModel,
    counter: TokenCounter,
    { chunk, logitRows, ring }: RecurrentStreamShape,
  ) {
    const workspace = transformer.createWorkspace(chunk, logitRows);
    const mixer = new RodimusMixer(backend, transformer, chunk);
    const window = transformer.config.recurrent?.hasAttention
      ? new WindowMixer(backend, transformer, chunk, ring)
      : undefined;
    super(backend, { transformer, workspace, mixer, ...(window && { hop: window }) }, counter);
    this.mixer = mixer;
    this.window = window;
    this.#ring = ring;
  }

  get position(): number {
    return this.mixer.position;
  }

  get stateBytes(): number {
    return this.mixer.snapshotBytes + (this.window?.snapshotBytes ?? 0);
  }

  async snapshot(): Promise<StreamState> {
    const { position, state } = await this.mixer.snapshot();
    const window = await this.window?.snapshot();
    const bytes = new Uint8Array(this.stateBytes);
    if (state) bytes.set(state);
    if (window?.state) bytes.set(window.state, this.mixer.snapshotBytes);
    return { position, bytes };
  }

  /** Everything read since is forgotten. Throws `index-damaged` for bytes of another size. */
  restore({ position, bytes }: StreamState): void {
    if (bytes.length !== this.stateBytes) {
      throw new EngineError(
        "index-damaged",
        `The stored state of the document has ${bytes.length} bytes, the model's has ${this.stateBytes}. Read the document again.`,
      );
    }
    const end = this.mixer.snapshotBytes;
    this.mixer.restore({ position, state: bytes.subarray(0, end) });
    this.window?.restore({ position, state: bytes.subarray(end) });
  }

  /** Whether states, tails and rings of these bytes are numbers; what is not would be in every answer. */
  isFinite({ bytes }: StreamState): boolean {
    const end = this.mixer.snapshotBytes;
    return areFinite(bytes.subarray(0, end), "f32") && areFinite(bytes.subarray(end), this.#ring);
  }

  override destroy(): void {
    this.mixer.destroy();
    this.window?.destroy();
    super.destroy();
  }

  // Nothing has to be chosen: a step sees the state and the window.
  protected override prepare(): void {}
}

/** A ring has no scales. Throws `invalid-argument`. */
export function ringDtype(kvDtype: KvDtype): RingDtype {
  if (kvDtype !== "int8") return kvDtype;
  throw new EngineError(
    "invalid-argument",
    "The window of a recurrent model keeps its keys and values in f16 or f32: choose kvDtype=f16.",
  );
}
