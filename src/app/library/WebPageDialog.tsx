// A web page by its address. What its server does not let other pages read has to be pasted.
import { useState } from "react";
import type { EngineErrorData } from "../../../workers/protocol.ts";
import { toErrorData, useActions } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { closeDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";
import { EngineSentence } from "../EngineSentence.tsx";

export function WebPageDialog() {
  const { addWebPage, paste } = useActions();
  const [address, setAddress] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<EngineErrorData | null>(null);
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await addWebPage(address);
      closeDialog();
    } catch (thrown) {
      setError(toErrorData(thrown));
    }
    setBusy(false);
  };
  return (
    <Dialog title={words.web.title} onClose={closeDialog}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label className="field">
          {words.web.address}
          <input
            type="text"
            inputMode="url"
            value={address}
            spellCheck={false}
            autoCapitalize="none"
            placeholder="https://"
            onChange={(event) => setAddress(event.target.value)}
          />
          <span className="detail">{words.web.hint}</span>
        </label>
        {error && (
          <div className="problem" role="alert" data-code={error.code}>
            <div className="problem-text">
              <strong>{words.web.refused}</strong>
              <p className="detail">
                <EngineSentence said={error.message} />
              </p>
            </div>
            <button
              type="button"
              className="button"
              onClick={() => {
                closeDialog();
                paste({ isOpen: true });
              }}
            >
              {words.web.pasteInstead}
            </button>
          </div>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={closeDialog}>
            {words.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy || address.trim() === ""}>
            {busy ? words.web.fetching : words.web.fetch}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
