// The way to the picker, from the Model panel. The dialog's code is loaded when it is first opened.
import { lazy, Suspense, useState } from "react";

const ModelPicker = lazy(() => import("./ModelPicker.tsx"));

export function ChooseModel() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Choose a model
      </button>
      {open && (
        <Suspense fallback={null}>
          <ModelPicker onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
