// The way to the picker, from the Model panel. The dialog's code is loaded when it is first opened.
import { lazy, Suspense, useState } from "react";
import { useActions, useAppState } from "../app-context.ts";

const ModelPicker = lazy(() => import("./ModelPicker.tsx"));

export function ChooseModel() {
  const [open, setOpen] = useState(false);
  const offered = useAppState((state) => state.offeredModel !== null);
  const { declineModelFiles } = useActions();
  const [shownOffer, setShownOffer] = useState(offered);
  // Dropped files open the picker; it stays open when they have been answered.
  if (offered !== shownOffer) {
    setShownOffer(offered);
    if (offered) setOpen(true);
  }
  const close = () => {
    declineModelFiles();
    setOpen(false);
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Choose a model
      </button>
      {open && (
        <Suspense fallback={null}>
          <ModelPicker onClose={close} />
        </Suspense>
      )}
    </>
  );
}
