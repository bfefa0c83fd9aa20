// Words of the picker that are not in the markup.
import type { ModelEntry } from "../../../workers/protocol.ts";

export const STATES: Record<ModelEntry["state"], string> = {
  ready: "Ready",
  remote: "Not downloaded",
  partial: "Partly downloaded",
  downloading: "Downloading",
  verifying: "Checking",
  damaged: "Damaged",
};

export const FITS: Record<ModelEntry["verdict"]["fit"], string> = {
  fits: "Fits this device",
  tight: "Tight on this device",
  "does-not-fit": "Does not fit this device",
  unknown: "Needs are not known yet",
};
