// Tab stays inside an open panel and Escape closes it; the mouse may leave.

const FOCUSABLE = "button, textarea, [tabindex='0']";

export function trapFocus(panel: HTMLElement, close: () => void): void {
  panel.addEventListener("keydown", (event) => {
    // Keys of the panel are not the page's shortcuts.
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
    if (event.key !== "Tab") return;
    const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (one) => one.checkVisibility() && !one.matches(":disabled"),
    );
    const first = stops[0];
    const last = stops.at(-1);
    const leaving = event.shiftKey ? first : last;
    if (leaving && event.composedPath()[0] === leaving) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  });
}
