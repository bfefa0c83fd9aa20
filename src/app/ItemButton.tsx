// A verb on one item of a list. Its name tells the item too, and begins with the visible word.
import { Icon } from "./Icon.tsx";

interface ItemButtonProps {
  readonly icon: Parameters<typeof Icon>[0]["name"];
  /** Verb and item, as a screen reader says it. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  /** The visible verb. */
  readonly children: string;
}

export function ItemButton({ icon, label, disabled = false, onClick, children }: ItemButtonProps) {
  return (
    <button
      type="button"
      className="quiet"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}
