// Phone width only: which of the columns is shown.
import { Icon, type IconName } from "./Icon.tsx";

export type View = "library" | "reader" | "questions" | "engine";

const VIEWS: readonly { readonly id: View; readonly label: string; readonly icon: IconName }[] = [
  { id: "library", label: "Library", icon: "library" },
  { id: "reader", label: "Text", icon: "text" },
  { id: "questions", label: "Questions", icon: "question" },
  { id: "engine", label: "Engine", icon: "engine" },
];

export function ViewTabs({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <nav className="view-tabs" aria-label="Views">
      {VIEWS.map(({ id, label, icon }) => (
        <button
          key={id}
          type="button"
          aria-current={view === id ? "page" : undefined}
          onClick={() => onChange(id)}
        >
          <Icon name={icon} />
          {label}
        </button>
      ))}
    </nav>
  );
}
