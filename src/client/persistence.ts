// Asks the browser not to evict what is stored. Workers have no persist(), so the page asks.

/** True if the origin's storage is now exempt from eviction. */
export async function requestPersistence(): Promise<boolean> {
  // Typed as always present, but absent on plain http and in some private windows.
  const storage = navigator.storage as StorageManager | undefined;
  if (typeof storage?.persist !== "function") return false;
  try {
    return (await storage.persisted()) || (await storage.persist());
  } catch {
    return false; // a refusal is not an error: the library works, only less protected
  }
}
