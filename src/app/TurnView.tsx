// A question, its streaming answer, the evidence and the statistics.
import type { AnswerStats } from "../../workers/protocol.ts";
import type { Turn } from "../state/index.ts";
import { EvidenceList } from "./EvidenceList.tsx";
import { formatCount, formatMilliseconds, formatRate } from "./format.ts";
import { Markdown } from "./Markdown.tsx";
import { ProblemCard } from "./ProblemCard.tsx";

export function TurnView({ turn }: { turn: Turn }) {
  const running = turn.status === "waiting" || turn.status === "streaming";
  return (
    <article className="turn" aria-label={`Question: ${turn.question}`}>
      <p className="question">{turn.question}</p>
      <div
        className="answer"
        role="region"
        aria-label="Answer"
        aria-live="polite"
        aria-busy={running}
        data-status={turn.status}
      >
        {turn.status === "waiting" && <p className="thinking">Recalling passages…</p>}
        {turn.answer && <Markdown text={turn.answer} />}
        {turn.status === "streaming" && <span className="caret" aria-hidden="true" />}
        {turn.status === "done" && !turn.answer.trim() && turn.stopped !== "cancelled" && (
          <p className="detail">The model gave no answer.</p>
        )}
        {turn.stopped === "cancelled" && <p className="detail">Stopped by you.</p>}
        {turn.stopped === "length" && <p className="detail">Ended at the answer length limit.</p>}
      </div>
      {turn.error && <ProblemCard error={turn.error} />}
      {turn.evidence.length > 0 && <EvidenceList turn={turn} />}
      {turn.stats && <Statistics stats={turn.stats} />}
    </article>
  );
}

function Statistics({ stats }: { stats: AnswerStats }) {
  const recomputed = stats.recomputedDocumentTokens;
  return (
    <dl className="statistics" aria-label="Statistics">
      <div>
        <dt>Time to first token</dt>
        <dd data-statistic="time-to-first-token">{formatMilliseconds(stats.timeToFirstTokenMs)}</dd>
      </div>
      <div>
        <dt>Speed</dt>
        <dd data-statistic="tokens-per-second">{formatRate(stats.tokensPerSecond, "tokens")}</dd>
      </div>
      <div>
        <dt>Spans recalled</dt>
        <dd data-statistic="spans-recalled">{formatCount(stats.spansRecalled)}</dd>
      </div>
      <div>
        <dt>Document tokens</dt>
        <dd data-statistic="document-tokens">{formatCount(stats.documentTokens)}</dd>
      </div>
      <div data-good={recomputed === 0 || undefined}>
        <dt>Document tokens recomputed</dt>
        <dd data-statistic="document-tokens-recomputed">{formatCount(recomputed)}</dd>
      </div>
    </dl>
  );
}
