// The items of a cell: question, raw answer, score, evidence and everything that decided them.
import { useEffect, useState } from "react";
import type { BenchmarkPrompt, EngineErrorData, NeedleBench } from "../../../workers/protocol.ts";
import { toErrorData } from "../../state/benchmark-store.ts";
import { Dialog } from "../Dialog.tsx";
import { formatCount, formatMilliseconds, formatPercent } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { words } from "../words/index.ts";
import { useBenchmark, useBenchmarkActions } from "./benchmark-context.ts";
import { EngineSentence } from "../EngineSentence.tsx";

export function ItemDialog() {
  const cell = useBenchmark((page) => page.openCell);
  const result = useBenchmark((page) => (cell ? page.results[cell.runId] : undefined));
  const { open } = useBenchmarkActions();
  if (!cell || !result) return null;
  const byId = new Map(result.run.results.map((one) => [one.item.id, one]));
  return (
    <Dialog title={cell.title} onClose={() => open(null)}>
      <ol className="items" aria-label={evaluationWords().item.list}>
        {cell.itemIds.map((id) => (
          <li key={id} data-status={byId.get(id)?.status ?? "pending"}>
            <Item runId={cell.runId} itemId={id} result={byId.get(id)} run={result.run} />
          </li>
        ))}
      </ol>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={() => open(null)}>
          {words.common.close}
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
  const said = evaluationWords().item;
  if (!result) return <p className="detail">{said.notYet}</p>;
  if (result.status === "unsupported") {
    return (
      <p>
        <strong>{said.unsupported}</strong> <EngineSentence said={result.message} />
      </p>
    );
  }
  if (result.status === "error") {
    return (
      <p className="wrong">
        <strong>{said.failed}</strong> <EngineSentence said={result.message} />
      </p>
    );
  }
  return (
    <div className="stack">
      <p>
        <strong>{said.score(result.score.value.toFixed(0))}</strong>
        {result.hitLimit && <span className="detail"> · {said.cut}</span>}
        {result.score.hedged && <span className="detail"> · {said.hedged}</span>}
      </p>
      <dl className="table">
        <div>
          <dt>{said.question}</dt>
          <dd>{result.question}</dd>
        </div>
        <div>
          <dt>{said.answer}</dt>
          <dd>
            <q>{result.rawAnswer}</q>
          </dd>
        </div>
        <div>
          <dt>{said.expected}</dt>
          <dd>{result.gold.join(", ")}</dd>
        </div>
        {result.score.extracted !== null && result.score.extracted !== result.rawAnswer && (
          <div>
            <dt>{said.compared}</dt>
            <dd>{result.score.extracted}</dd>
          </div>
        )}
        <div>
          <dt>{said.evidence}</dt>
          <dd>
            {result.evidenceRecall === null
              ? said.noSpans
              : said.attended(formatPercent(result.evidenceRecall))}
          </dd>
        </div>
        <div>
          <dt>{said.tokensLabel}</dt>
          <dd>
            {said.tokensOf(
              formatCount(result.lengths.documentTokens),
              formatCount(result.computedDocumentTokens),
              formatCount(result.lengths.promptTokens),
              formatCount(result.newTokens),
            )}
          </dd>
        </div>
        <div>
          <dt>{said.time}</dt>
          <dd>
            {said.times(formatMilliseconds(result.prefillMs), formatMilliseconds(result.decodeMs))}
          </dd>
        </div>
        <div>
          <dt>{said.seed}</dt>
          <dd>
            <code>{result.seed}</code>
          </dd>
        </div>
        <div>
          <dt>{said.rule}</dt>
          <dd>{result.rule.kind}</dd>
        </div>
        <div>
          <dt>{said.prompt}</dt>
          <dd>
            <code>SHA-256 {result.promptSha256.slice(0, 16)}…</code>
          </dd>
        </div>
      </dl>
      <details>
        <summary>{said.engineSettings}</summary>
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
  const { building, showText } = evaluationWords().item;
  if (shown.status === "ready") return <PromptExcerpts prompt={shown.prompt} />;
  return (
    <div>
      <button
        type="button"
        className="quiet"
        disabled={shown.status === "loading"}
        onClick={() => setShown({ status: "loading" })}
      >
        {shown.status === "loading" ? building : showText}
      </button>
      {shown.status === "failed" && (
        <p className="wrong">
          <EngineSentence said={shown.error.message} />
        </p>
      )}
    </div>
  );
}

/** Characters of the text on both sides of a fact. */
const AROUND = 220;

function PromptExcerpts({ prompt }: { prompt: BenchmarkPrompt }) {
  const { document, needles } = prompt;
  return (
    <div className="excerpts" tabIndex={0} role="region" aria-label={evaluationWords().item.text}>
      {needles.length === 0 && <p>{document.slice(0, 2000)}</p>}
      {needles.map(({ start, end, depth, required }) => (
        <p key={start}>
          <span className="detail">
            {evaluationWords().item.at(formatPercent(depth / 100), required)}{" "}
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
