// A button that shows a few more buttons. The browser's own popover: above everything, closed by Escape
// and by a click elsewhere. It is placed by hand, because anchored placing is not in every browser yet.
import { type ReactNode, useId, useRef } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface MenuProps {
  readonly icon: IconName;
  readonly label: string;
  /** Buttons; a click on one closes the menu, unless it is inside a `data-stay` element. */
  readonly children: ReactNode;
}

const MARGIN_PX = 8;

export function Menu({ icon, label, children }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const place = () => {
    const anchor = button.current?.getBoundingClientRect();
    const element = box.current;
    if (!anchor || !element) return;
    const { offsetWidth, offsetHeight } = element;
    const right = innerWidth - offsetWidth - MARGIN_PX;
    const below = anchor.bottom + 4;
    const fits = below + offsetHeight + MARGIN_PX <= innerHeight;
    element.style.left = `${Math.max(MARGIN_PX, Math.min(right, anchor.right - offsetWidth))}px`;
    element.style.top = `${fits ? below : Math.max(MARGIN_PX, anchor.top - offsetHeight - 4)}px`;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="true"
        popoverTarget={id}
      >
        <Icon name={icon} />
      </button>
      <div
        ref={box}
        id={id}
        className="menu"
        popover="auto"
        role="group"
        aria-label={label}
        onToggle={(event) => {
          if (event.newState !== "open") return;
          place();
          box.current?.querySelector<HTMLElement>("button:not(:disabled), select, input")?.focus();
        }}
        onClick={({ target }) => {
          const clicked = (target as Element).closest("button");
          if (!clicked || clicked.closest("[data-stay]")) return;
          box.current?.hidePopover();
          button.current?.focus();
        }}
      >
        {children}
      </div>
    </>
  );
}

interface MenuItemProps {
  readonly icon: IconName;
  /** Where the visible word does not tell what it is done to. */
  readonly label?: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, label, disabled = false, onClick, children }: MenuItemProps) {
  return (
    <button
      type="button"
      className="menu-item"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span>{children}</span>
    </button>
  );
}
