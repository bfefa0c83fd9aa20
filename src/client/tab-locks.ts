// Names held by one tab of the origin at a time, over the Web Locks of the browser: they end with their
// tab, however it ends, so nothing has to be cleaned up after a crash.

export interface TabLocks {
  /** Holds the name until the function given back is called, or the tab ends. */
  hold(name: string): () => void;
  isHeld(name: string): Promise<boolean>;
  /** Resolves when no tab holds the name. */
  whenFree(name: string): Promise<void>;
}

export function browserTabLocks(): TabLocks {
  // Absent outside secure contexts: there every tab stands for itself.
  const locks = navigator.locks as LockManager | undefined;
  return {
    hold(name) {
      let release = (): void => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      void locks?.request(name, () => held).catch(() => {});
      return release;
    },
    async isHeld(name) {
      const held = (await locks?.query().catch(() => undefined))?.held ?? [];
      return held.some((lock) => lock.name === name);
    },
    async whenFree(name) {
      await locks?.request(name, { mode: "shared" }, () => {}).catch(() => {});
    },
  };
}
