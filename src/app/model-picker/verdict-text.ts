// The list's verdicts and notes in the page's language.
import type { ModelEntry, ModelVerdict } from "../../../workers/protocol.ts";
import { formatBytes } from "../format.ts";
import { words } from "../words/index.ts";

type StatedReason = Exclude<ModelVerdict["reason"], { readonly kind: "no-device" }>;

/** Why a model fits this device or does not: one sentence. What is wrong with a device, the engine says. */
export function verdictText(reason: StatedReason): string {
  const { reasons } = words.picker;
  switch (reason.kind) {
    case "embedded":
      return reasons.embedded;
    case "header-unread":
      return reasons.headerUnread;
    case "software-adapter":
      return reasons.softwareAdapter;
    case "download-too-large":
      return reasons.downloadTooLarge(formatBytes(reason.download), formatBytes(reason.free));
    case "device-memory":
      return reasons.deviceMemory(formatBytes(reason.takes), reason.of, formatBytes(reason.device));
    case "page-memory":
      return reasons.pageMemory(formatBytes(reason.takes), formatBytes(reason.most));
    case "small-adapter":
      return reasons.smallAdapter(formatBytes(reason.takes), formatBytes(reason.buffer));
    case "little-storage":
      return reasons.littleStorage(formatBytes(reason.free), formatBytes(reason.document));
    case "slow-processor":
      return reasons.slowProcessor(formatBytes(reason.takes));
    case "room": {
      const takes = formatBytes(reason.takes);
      return reason.free === undefined
        ? reasons.room(takes, reason.of)
        : reasons.roomLeft(takes, reason.of, formatBytes(reason.free));
    }
  }
}

/** Why one would choose it; empty for models of the user. */
export function noteOf({ id }: ModelEntry): string {
  const notes: Readonly<Record<string, string>> = words.picker.notes;
  return notes[id] ?? "";
}
