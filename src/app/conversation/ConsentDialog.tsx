// Before the first question goes to a model server: what leaves the machine, and where it goes.
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { words } from "../words/index.ts";

export function ConsentDialog() {
  const consent = useAppState((state) => state.consent);
  const { answerConsent } = useActions();
  if (!consent) return null;
  const { base, model, titles, isThisComputer, sendsHistory } = consent;
  const text = words.server.consent;
  return (
    <Dialog title={text.title} role="alertdialog" onClose={() => answerConsent(false)}>
      <p>{text.to(model, base)}</p>
      <ul>
        <li>{text.question}</li>
        {sendsHistory && <li>{text.history}</li>}
        <li>{text.passages(titles.join(", "))}</li>
      </ul>
      <p>
        {text.stays} {isThisComputer ? text.local : text.remote}
      </p>
      <p className="detail">{text.once}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => answerConsent(false)}>
          {text.decline}
        </button>
        <button type="button" className="button primary" onClick={() => answerConsent(true)}>
          {text.agree}
        </button>
      </div>
    </Dialog>
  );
}
