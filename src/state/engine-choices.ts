// What of the settings the engine has to be told: what computes, with which attention, with or without the
// adapter. A failure becomes a notice.
import type { StoreApi } from "zustand/vanilla";
import type { DeviceChoice, EngineApi } from "../../workers/protocol.ts";
import type { AppState } from "./app-state.ts";
import type { FailureKind } from "./failures.ts";
import type { Settings } from "./settings.ts";

type Attempt = (kind: FailureKind, name: string, action: () => Promise<void>) => Promise<void>;

export function engineChoices(
  api: Pick<EngineApi, "chooseDevice" | "chooseAdapter" | "chooseEngine">,
  store: StoreApi<AppState>,
  attempt: Attempt,
) {
  function chooseDevice(choice: DeviceChoice): Promise<void> {
    return attempt("choose-device", "", () => api.chooseDevice(choice));
  }

  function chooseAdapter(): Promise<void> {
    const { readerAdapter } = store.getState().settings;
    return attempt("choose-adapter", "", () => api.chooseAdapter(readerAdapter));
  }

  function chooseEngine(): Promise<void> {
    const { engine, measuredHeads } = store.getState().settings;
    return attempt("choose-engine", "", () => api.chooseEngine(engine, measuredHeads));
  }

  return {
    /** Before the first model: `device` is what the address wishes, or the settings. */
    async tellAll(device: DeviceChoice): Promise<void> {
      await chooseDevice(device);
      await chooseAdapter();
      await chooseEngine();
    },
    tell(change: Partial<Settings>): void {
      if (change.device !== undefined) void chooseDevice(change.device);
      if (change.readerAdapter !== undefined) void chooseAdapter();
      if (change.engine !== undefined || change.measuredHeads !== undefined) void chooseEngine();
    },
  };
}
