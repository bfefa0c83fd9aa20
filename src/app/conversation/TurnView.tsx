// A question, its streaming answer, the evidence, and what can be done with them.
import { useState } from "react";
import type { AnswerStats } from "../../../workers/protocol.ts";
import { isRunning, type Turn } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatCount, formatMilliseconds, formatPercent, formatRate } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { IconButton } from "../IconButton.tsx";
import { Markdown } from "../Markdown.tsx";
import { ProblemCard } from "../ProblemCard.tsx";
import { words } from "../words/index.ts";
import { CitedAnswer } from "./CitedAnswer.tsx";
import { EditQuestion } from "./EditQuestion.tsx";
import { EvidenceList } from "./EvidenceList.tsx";
import { Unsupported } from "./Unsupported.tsx";

export function TurnView({ turn }: { turn: Turn }) {
  const [editing, setEditing] = useState(false);
  const running = isRunning(turn);
  const isCited = turn.status === "done" && (turn.grounding?.citations.length ?? 0) > 0;
  const { questions } = words;
  return (
    <article className="turn" aria-label={questions.turn(turn.question)}>
      {editing ? (
        <EditQuestion turn={turn} onClose={() => setEditing(false)} />
      ) : (
        <p className="question" dir="auto">
          {turn.question}
        </p>
      )}
      <div
        className="answer"
        role="region"
        aria-label={questions.answer}
        aria-live="polite"
        aria-busy={running}
        data-status={turn.status}
        data-grounding={turn.grounding?.state}
        dir="auto"
      >
        {turn.status === "waiting" && <p className="thinking">{questions.recalling}</p>}
        {turn.status === "elsewhere" && <p className="thinking">{questions.elsewhere}</p>}
        {turn.status === "done" && <Unsupported turn={turn} />}
        {turn.answer && !isCited && <Markdown text={turn.answer} />}
        {isCited && <CitedAnswer turn={turn} />}
        {turn.status === "streaming" && <span className="caret" aria-hidden="true" />}
        {turn.status === "done" && !turn.answer.trim() && turn.stopped !== "cancelled" && (
          <p className="detail">{questions.noAnswer}</p>
        )}
        {turn.stopped === "cancelled" && <p className="detail">{questions.stopped}</p>}
        {turn.stopped === "length" && <p className="detail">{questions.lengthLimit}</p>}
        {turn.status === "interrupted" && <p className="detail">{questions.interrupted}</p>}
      </div>
      {turn.server && (
        <p className="detail" data-answerer={turn.server.model}>
          {words.server.answered(turn.server.model, turn.server.origin)}
        </p>
      )}
      {turn.readShare !== null && turn.status === "done" && (
        <p className="detail" data-read-share={turn.readShare} data-read-by={turn.readBy}>
          {words.askedWhileReading[turn.readBy](formatPercent(turn.readShare))}
        </p>
      )}
      {turn.error && <ProblemCard error={turn.error} />}
      {(turn.status === "interrupted" || turn.status === "failed") && <GoOn turn={turn} />}
      {turn.evidence.length > 0 && <EvidenceList turn={turn} />}
      {!running && turn.status !== "elsewhere" && (
        <div className="turn-foot">
          <TurnButtons turn={turn} onEdit={() => setEditing(true)} />
          {turn.stats && <Statistics stats={turn.stats} />}
        </div>
      )}
    </article>
  );
}

function GoOn({ turn }: { turn: Turn }) {
  const { retry } = useActions();
  const busy = useAppState((state) => state.activeJob !== null);
  return (
    <button
      type="button"
      className="button go-on"
      disabled={busy}
      onClick={() => void retry(turn.id)}
    >
      <Icon name="retry" />
      {words.questions.goOn}
    </button>
  );
}

function TurnButtons({ turn, onEdit }: { turn: Turn; onEdit: () => void }) {
  const { retry, deleteTurn } = useActions();
  const busy = useAppState((state) => state.activeJob !== null);
  const [copied, setCopied] = useState(false);
  const { questions } = words;
  const copy = async () => {
    await navigator.clipboard.writeText(turn.answer.trim());
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div className="turn-buttons">
      {turn.answer.trim() !== "" && (
        <IconButton
          icon={copied ? "check" : "copy"}
          label={copied ? questions.copied : questions.copy}
          onClick={() => void copy().catch(() => {})} // the browser asks or refuses by itself
        />
      )}
      <IconButton
        icon="retry"
        label={questions.retry}
        disabled={busy}
        onClick={() => void retry(turn.id)}
      />
      <IconButton icon="edit" label={questions.edit} disabled={busy} onClick={onEdit} />
      <IconButton icon="trash" label={questions.delete} onClick={() => void deleteTurn(turn.id)} />
    </div>
  );
}

function Statistics({ stats }: { stats: AnswerStats }) {
  const { questions } = words;
  const recomputed = stats.recomputedDocumentTokens;
  return (
    <details className="statistics">
      <summary>
        {questions.answeredIn(formatMilliseconds(stats.timeToFirstTokenMs))}
        {stats.rereadTokens > 0 && ` · ${questions.readAgain(formatCount(stats.rereadTokens))}`}
      </summary>
      <dl aria-label={questions.statistics}>
        <div>
          <dt>{questions.timeToFirstToken}</dt>
          <dd data-statistic="time-to-first-token">
            {formatMilliseconds(stats.timeToFirstTokenMs)}
          </dd>
        </div>
        <div>
          <dt>{questions.speed}</dt>
          <dd data-statistic="tokens-per-second">
            {formatRate(stats.tokensPerSecond, words.common.tokens)}
          </dd>
        </div>
        <div>
          <dt>{questions.spansRecalled}</dt>
          <dd data-statistic="spans-recalled">{formatCount(stats.spansRecalled)}</dd>
        </div>
        <div>
          <dt>{questions.documentTokens}</dt>
          <dd data-statistic="document-tokens">{formatCount(stats.documentTokens)}</dd>
        </div>
        <div>
          <dt>{questions.reread}</dt>
          <dd data-statistic="tokens-read-again">{formatCount(stats.rereadTokens)}</dd>
        </div>
        <div data-good={recomputed === 0 || undefined}>
          <dt>{questions.recomputed}</dt>
          <dd data-statistic="document-tokens-recomputed">{formatCount(recomputed)}</dd>
        </div>
      </dl>
    </details>
  );
}
