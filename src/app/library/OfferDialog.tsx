// A link wants to add a document: where it comes from and how large it is, before anything is stored.
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { formatBytes, formatCount } from "../format.ts";
import { ProblemCard } from "../ProblemCard.tsx";
import { words } from "../words/index.ts";

export function OfferDialog() {
  const offer = useAppState((state) => state.offer);
  const storage = useAppState((state) => state.storage);
  const { acceptOffer, declineOffer } = useActions();
  if (!offer) return null;
  const { address, summary, file, error } = offer;
  const free = storage ? storage.quotaBytes - storage.usedBytes : undefined;
  return (
    <Dialog title={words.offer.title} onClose={declineOffer}>
      {error && <ProblemCard error={error} context={words.offer.askedFor(address)} />}
      {!error && !summary && !file && (
        <p role="status" className="detail">
          {words.offer.asking(hostOf(address))}
        </p>
      )}
      {summary && (
        <>
          <p className="offer-title">{summary.title}</p>
          <p className="facts">
            <span>{words.offer.size(formatBytes(summary.bytes))}</span>
            <span>{words.offer.tokens(formatCount(summary.tokens))}</span>
            <span>{words.offer.readBy(summary.modelName)}</span>
            <span>{words.offer.from(hostOf(summary.from ?? address))}</span>
          </p>
          <p>{words.offer.explain}</p>
          {free !== undefined && free < summary.bytes && (
            <p className="detail">{words.offer.tooLittle(formatBytes(Math.max(0, free)))}</p>
          )}
        </>
      )}
      {file && (
        <>
          <p className="offer-title">{file.name}</p>
          <p className="facts">
            <span>{words.offer.size(formatBytes(file.size))}</span>
            <span>{words.offer.from(hostOf(address))}</span>
          </p>
          <p>{words.offer.explainFile}</p>
        </>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={declineOffer}>
          {error ? words.common.close : words.offer.decline}
        </button>
        {(summary ?? file) && (
          <button type="button" className="button primary" onClick={() => void acceptOffer()}>
            {words.offer.add}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
