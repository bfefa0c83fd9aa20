// Focus never falls to the body: when the focused element goes, the nearest ancestor that is still there
// takes it, at its first control or by itself.
import { useEffect } from "react";

const CONTROLS =
  "button:not(:disabled), a[href], input:not(:disabled), select, textarea, [tabindex]";

export function useKeptFocus(): void {
  useEffect(() => {
    let ancestors: Element[] = [];
    const remember = ({ target }: FocusEvent) => {
      ancestors = [];
      for (let one = target as Element | null; one; one = one.parentElement) ancestors.push(one);
    };
    const restore = () => {
      const lost = ancestors[0];
      if (!lost || lost.isConnected || document.activeElement !== document.body) return;
      const home = ancestors.find((one) => one.isConnected && one !== document.body);
      ancestors = [];
      if (!(home instanceof HTMLElement)) return;
      const visible = [...home.querySelectorAll<HTMLElement>(CONTROLS)].find(
        (one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }),
      );
      if (!visible) home.tabIndex = -1;
      (visible ?? home).focus({ preventScroll: true });
    };
    const observer = new MutationObserver(restore);
    observer.observe(document.body, { childList: true, subtree: true });
    addEventListener("focusin", remember);
    return () => {
      observer.disconnect();
      removeEventListener("focusin", remember);
    };
  }, []);
}
