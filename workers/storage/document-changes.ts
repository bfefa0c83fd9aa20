// Tells the engines of other tabs that stored documents have changed. The message says nothing more:
// whoever gets it looks for itself.
import type { DocumentChanges } from "../../src/engine/host/document-list.ts";

export function openDocumentChanges(name = "inkspan-documents"): DocumentChanges {
  const channel = new BroadcastChannel(name);
  return {
    publish: () => channel.postMessage("changed"),
    subscribe: (listener) => channel.addEventListener("message", listener),
  };
}
