// A link wants to add a document: where it comes from and how large it is, before anything is stored.
import { useActions, useAppState } from "./app-context.ts";
import { Dialog } from "./Dialog.tsx";
import { formatBytes, formatCount } from "./format.ts";
import { ProblemCard } from "./ProblemCard.tsx";

export function OfferDialog() {
  const offer = useAppState((state) => state.offer);
  const storage = useAppState((state) => state.storage);
  const { acceptOffer, declineOffer } = useActions();
  if (!offer) return null;
  const { address, summary, error } = offer;
  const free = storage ? storage.quotaBytes - storage.usedBytes : undefined;
  return (
    <Dialog title="Add this document?" onClose={declineOffer}>
      {error && <ProblemCard error={error} context={`Asked for: ${address}`} />}
      {!error && !summary && (
        <p role="status" className="detail">
          Asking {hostOf(address)} what it holds…
        </p>
      )}
      {summary && (
        <>
          <p className="offer-title">{summary.title}</p>
          <p className="facts">
            <span>{formatBytes(summary.bytes)} to fetch and store</span>
            <span>{formatCount(summary.tokens)} tokens</span>
            <span>read by {summary.modelName}</span>
            <span>from {hostOf(summary.from ?? address)}</span>
          </p>
          <p>
            It comes with its index, so questions can be asked at once by the model that read it.
            Another model reads the text again.
          </p>
          {free !== undefined && free < summary.bytes && (
            <p className="detail">
              Only {formatBytes(Math.max(0, free))} of storage are free here; it will not fit.
            </p>
          )}
        </>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={declineOffer}>
          {error ? "Close" : "Do not add"}
        </button>
        {summary && (
          <button type="button" className="button primary" onClick={() => void acceptOffer()}>
            Add document
          </button>
        )}
      </div>
    </Dialog>
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
