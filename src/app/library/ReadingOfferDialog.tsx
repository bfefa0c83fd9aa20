// A reading that takes long, or more room than there is: what it takes, before it begins.
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { formatBytes, formatCount, formatDuration } from "../format.ts";
import { words } from "../words/index.ts";

export function ReadingOfferDialog() {
  const offer = useAppState((state) => state.readingOffer);
  const { answerReadingOffer } = useActions();
  if (!offer) return null;
  const { title, estimate, freeBytes } = offer;
  const { tokens, seconds, bytes } = estimate;
  const isTooLarge = freeBytes !== null && bytes !== null && bytes > freeBytes;
  return (
    <Dialog title={words.longReading.title(title)} onClose={() => answerReadingOffer(false)}>
      <p>{words.longReading.takes}</p>
      <dl className="table">
        <div>
          <dt>{words.longReading.time}</dt>
          <dd>{seconds === null ? words.longReading.unknownTime : formatDuration(seconds)}</dd>
        </div>
        {bytes !== null && (
          <div>
            <dt>{words.longReading.disk}</dt>
            <dd>{formatBytes(bytes)}</dd>
          </div>
        )}
        <div>
          <dt>{words.longReading.tokens}</dt>
          <dd>{formatCount(tokens)}</dd>
        </div>
      </dl>
      {isTooLarge && (
        <p className="warning">
          {words.longReading.tooLittle(formatBytes(Math.max(0, freeBytes)))}
        </p>
      )}
      <p className="detail">{words.longReading.background}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => answerReadingOffer(false)}>
          {words.longReading.decline}
        </button>
        <button type="button" className="button primary" onClick={() => answerReadingOffer(true)}>
          {words.longReading.begin}
        </button>
      </div>
    </Dialog>
  );
}
