import { useState } from "react";
import { useActions } from "../app-context.ts";

/** A file on the Hugging Face hub or any https address. The token never leaves memory. */
export function AddressForm() {
  const { openModelAddress } = useActions();
  const [open, setOpen] = useState(false);
  const [address, setAddress] = useState("");
  const [revision, setRevision] = useState("");
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  if (!open) {
    return (
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Open an address…
      </button>
    );
  }
  const submit = async () => {
    setBusy(true);
    const found = await openModelAddress(address, revision, token);
    setBusy(false);
    if (!found) return;
    setOpen(false);
    setAddress("");
    setRevision("");
    setToken("");
  };
  return (
    <form
      className="stack address-form"
      aria-label="Open an address"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="field">
        Address
        <input
          type="text"
          value={address}
          autoFocus
          required
          spellCheck={false}
          autoCapitalize="none"
          placeholder="owner/repository/file.gguf, or https://…"
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <div className="field-row">
        <label className="field">
          Revision
          <input
            type="text"
            value={revision}
            spellCheck={false}
            autoCapitalize="none"
            placeholder="main"
            onChange={(event) => setRevision(event.target.value)}
          />
        </label>
        <label className="field">
          Access token
          <input
            type="password"
            value={token}
            autoComplete="off"
            placeholder="for gated models only"
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
      </div>
      <p className="detail">
        The token goes to that server only and is forgotten when the page closes.
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => setOpen(false)}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={busy || address.trim() === ""}>
          {busy ? "Reading the header…" : "Open address"}
        </button>
      </div>
    </form>
  );
}
