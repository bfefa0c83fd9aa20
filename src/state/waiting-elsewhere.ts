// Documents that wait in another tab's queue. Only the tab that reads knows its queue; the engine here sees a
// text that nobody writes, and calls it paused.
import type { DocumentSummary } from "../../workers/protocol.ts";

/** While another tab reads, what nobody has paused and nothing has stopped waits its turn there. */
export function markWaiting(
  documents: readonly DocumentSummary[],
  isPausedByUser: (documentId: string) => boolean,
): readonly DocumentSummary[] {
  if (!documents.some(({ state }) => state === "elsewhere")) return documents;
  return documents.map((one) =>
    one.state === "paused" && !one.problem && !isPausedByUser(one.id)
      ? { ...one, state: "queued" }
      : one,
  );
}
