// The browser's own modal dialog: it traps focus, closes on Escape and gives focus back.
import { useId, useLayoutEffect, useRef, type ReactNode } from "react";

interface DialogProps {
  readonly title: string;
  readonly role?: "dialog" | "alertdialog";
  readonly onClose: () => void;
  /** For more than a question: as wide as there is room. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ title, role = "dialog", onClose, isWide, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  // Closed before it leaves the page: a dialog that is gone gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      role={role}
      className="dialog"
      data-wide={isWide}
      aria-labelledby={headingId}
      onCancel={(event) => {
        if (event.target !== dialog.current) return; // of a popover or file picker inside
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={headingId}>{title}</h2>
      {children}
    </dialog>
  );
}
