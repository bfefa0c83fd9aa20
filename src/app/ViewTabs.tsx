// Phone width only: which of the columns is shown.
import { Icon, type IconName } from "./Icon.tsx";
import { words } from "./words/index.ts";

export type View = "library" | "reader" | "questions";

const VIEWS: readonly { readonly id: View; readonly icon: IconName }[] = [
  { id: "library", icon: "library" },
  { id: "reader", icon: "text" },
  { id: "questions", icon: "question" },
];

export function ViewTabs({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <nav className="view-tabs" aria-label={words.views.label}>
      {VIEWS.map(({ id, icon }) => (
        <button
          key={id}
          type="button"
          aria-current={view === id ? "page" : undefined}
          onClick={() => onChange(id)}
        >
          <Icon name={icon} />
          {words.views[id]}
        </button>
      ))}
    </nav>
  );
}
