import { useState } from "react";
import { useActions } from "../app-context.ts";
import { words } from "../words/index.ts";

/** A file on the Hugging Face hub or any https address. The token never leaves memory. */
export function AddressForm() {
  const { openModelAddress } = useActions();
  const { picker } = words;
  const [open, setOpen] = useState(false);
  const [address, setAddress] = useState("");
  const [revision, setRevision] = useState("");
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  if (!open) {
    return (
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {picker.openAddress}
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
      aria-label={picker.addressForm}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label className="field">
        {picker.address}
        <input
          type="text"
          value={address}
          autoFocus
          required
          spellCheck={false}
          autoCapitalize="none"
          placeholder={picker.addressExample}
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <div className="field-row">
        <label className="field">
          {picker.revision}
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
          {picker.token}
          <input
            type="password"
            value={token}
            autoComplete="off"
            placeholder={picker.tokenExample}
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
      </div>
      <p className="detail">{picker.tokenHint}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => setOpen(false)}>
          {words.common.cancel}
        </button>
        <button type="submit" className="button primary" disabled={busy || address.trim() === ""}>
          {busy ? picker.readingHeader : picker.openThis}
        </button>
      </div>
    </form>
  );
}
