// The items of a cell: question, raw answer, score, evidence and everything that decided them.
import { useEffect, useState } from "react";
import type { BenchmarkPrompt, EngineErrorData, NeedleBench } from "../../../workers/protocol.ts";
import { toErrorData } from "../../state/benchmark-store.ts";
import { Dialog } from "../Dialog.tsx";
import { formatCount, formatMilliseconds, formatPercent } from "../format.ts";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";

export function ItemDialog() {
  const cell = useBenchmark((page) => page.openCell);
  const result = useBenchmark((page) => (cell ? page.results[cell.runId] : undefined));
  const { open } = useBenchmarkActions();
  if (!cell || !result) return null;
  const byId = new Map(result.run.results.map((one) => [one.item.id, one]));
  return (
    <Dialog title={cell.title} onClose={() => open(null)}>
      <ol className="items" aria-label="Items">
        {cell.itemIds.map((id) => (
          <li key={id} data-status={byId.get(id)?.status ?? "pending"}>
            <Item runId={cell.runId} itemId={id} result={byId.get(id)} run={result.run} />
          </li>
        ))}
      </ol>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => open(null)}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

interface ItemProps {
  readonly runId: string;
  readonly itemId: string;
  readonly result: NeedleBench.ItemResult | undefined;
  readonly run: NeedleBench.BenchmarkRun;
}

function Item({ runId, itemId, result, run }: ItemProps) {
  if (!result) return <p className="detail">Not answered yet.</p>;
  if (result.status === "unsupported") {
    return (
      <p>
        <strong>Cannot run here.</strong> {result.message}
      </p>
    );
  }
  if (result.status === "error") {
    return (
      <p className="wrong">
        <strong>Failed.</strong> {result.message}
      </p>
    );
  }
  return (
    <div className="stack">
      <p>
        <strong>{result.score.value.toFixed(0)} of 100</strong>
        {result.hitLimit && <span className="detail"> · the answer was cut at its limit</span>}
        {result.score.hedged && <span className="detail"> · it names other candidates too</span>}
      </p>
      <dl className="table">
        <div>
          <dt>Question</dt>
          <dd>{result.question}</dd>
        </div>
        <div>
          <dt>Answer</dt>
          <dd>
            <q>{result.rawAnswer}</q>
          </dd>
        </div>
        <div>
          <dt>Expected</dt>
          <dd>{result.gold.join(", ")}</dd>
        </div>
        {result.score.extracted !== null && result.score.extracted !== result.rawAnswer && (
          <div>
            <dt>Compared</dt>
            <dd>{result.score.extracted}</dd>
          </div>
        )}
        <div>
          <dt>Evidence</dt>
          <dd>
            {result.evidenceRecall === null
              ? "this engine keeps no spans"
              : `${formatPercent(result.evidenceRecall)} of the fact’s tokens were attended to`}
          </dd>
        </div>
        <div>
          <dt>Tokens</dt>
          <dd>
            {formatCount(result.lengths.documentTokens)} in the text (
            {formatCount(result.computedDocumentTokens)} read anew),{" "}
            {formatCount(result.lengths.promptTokens)} around it, {formatCount(result.newTokens)}{" "}
            answered
          </dd>
        </div>
        <div>
          <dt>Time</dt>
          <dd>
            {formatMilliseconds(result.prefillMs)} to read, {formatMilliseconds(result.decodeMs)} to
            answer
          </dd>
        </div>
        <div>
          <dt>Seed</dt>
          <dd>
            <code>{result.seed}</code>
          </dd>
        </div>
        <div>
          <dt>Rule</dt>
          <dd>{result.rule.kind}</dd>
        </div>
        <div>
          <dt>Prompt</dt>
          <dd>
            <code>SHA-256 {result.promptSha256.slice(0, 16)}…</code>
          </dd>
        </div>
      </dl>
      <details>
        <summary>Engine settings</summary>
        <code className="settings">{JSON.stringify(run.engine.parameters)}</code>
      </details>
      <PromptText runId={runId} itemId={itemId} />
    </div>
  );
}

type Shown =
  | { readonly status: "closed" | "loading" }
  | { readonly status: "ready"; readonly prompt: BenchmarkPrompt }
  | { readonly status: "failed"; readonly error: EngineErrorData };

/** Built again by the engine when it is asked for: prompts are long and not stored. */
function PromptText({ runId, itemId }: { runId: string; itemId: string }) {
  const { prompt } = useBenchmarkActions();
  const [shown, setShown] = useState<Shown>({ status: "closed" });
  useEffect(() => {
    if (shown.status !== "loading") return;
    let isWanted = true;
    const settle = (next: Shown) => {
      if (isWanted) setShown(next);
    };
    prompt(runId, itemId).then(
      (found) => settle({ status: "ready", prompt: found }),
      (thrown: unknown) => settle({ status: "failed", error: toErrorData(thrown) }),
    );
    return () => {
      isWanted = false;
    };
  }, [shown.status, prompt, runId, itemId]);
  if (shown.status === "ready") return <PromptExcerpts prompt={shown.prompt} />;
  return (
    <div>
      <button
        type="button"
        className="quiet"
        disabled={shown.status === "loading"}
        onClick={() => setShown({ status: "loading" })}
      >
        {shown.status === "loading" ? "Building the prompt…" : "Show the text around the facts"}
      </button>
      {shown.status === "failed" && <p className="wrong">{shown.error.message}</p>}
    </div>
  );
}

/** Characters of the text on both sides of a fact. */
const AROUND = 220;

function PromptExcerpts({ prompt }: { prompt: BenchmarkPrompt }) {
  const { document, needles } = prompt;
  return (
    <div className="excerpts" tabIndex={0} role="region" aria-label="Text around the facts">
      {needles.length === 0 && <p>{document.slice(0, 2000)}</p>}
      {needles.map(({ start, end, depth, required }) => (
        <p key={start}>
          <span className="detail">
            At {depth.toFixed(0)}% of the text{required ? "" : ", not needed for the answer"}:{" "}
          </span>
          {start > AROUND && "…"}
          {document.slice(Math.max(0, start - AROUND), start)}
          <mark>{document.slice(start, end)}</mark>
          {document.slice(end, end + AROUND)}
          {end + AROUND < document.length && "…"}
        </p>
      ))}
    </div>
  );
}
