// Words of the picker that are not in the markup.
import type { ErrorCode, ModelEntry } from "../../../workers/protocol.ts";
import { problemOf } from "../problems.ts";

// The general titles speak of documents; here the file is a model.
const TITLES: Partial<Record<ErrorCode, string>> = {
  "format-invalid": "This is not a readable model",
  "format-unsupported": "This kind of model is not supported",
  "locked-by-other-tab": "Another tab is at work on this model",
  "not-found": "There is nothing at this address",
  "quota-exceeded": "There is no room to keep this model",
};

export function titleOf(code: ErrorCode): string {
  return TITLES[code] ?? problemOf(code).title;
}

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
