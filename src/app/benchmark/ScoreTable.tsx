// Scores by task and language, one column per run, each with its interval and count.
import type { BenchmarkResult, NeedleBench } from "../../../workers/protocol.ts";
import { formatCount, formatPercent } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { columnName } from "./column-name.ts";
import { formatInterval, formatScore, rowName } from "./wording.ts";

export function ScoreTable({ results }: { results: readonly BenchmarkResult[] }) {
  const rows = new Map(
    results.flatMap(({ aggregates }) => aggregates.table.map((row) => [row.label, row] as const)),
  );
  const rowOf = ({ aggregates }: BenchmarkResult, label: string) =>
    aggregates.table.find((row) => row.label === label)?.score;
  const said = evaluationWords().results;
  return (
    <div className="table-scroll" role="group" aria-label={said.tableLabel} tabIndex={0}>
      <table className="scores">
        <caption className="visually-hidden">{said.tableLabel}</caption>
        <thead>
          <tr>
            <th scope="col">{said.score}</th>
            {results.map(({ run }) => (
              <th key={run.id} scope="col">
                {columnName(run)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...rows].map(([label, row]) => (
            <tr key={label}>
              <th scope="row">{rowName(row)}</th>
              {results.map((result) => (
                <Score key={result.run.id} score={rowOf(result, label)} />
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{said.evidenceRecall}</th>
            {results.map((result) => (
              <td key={result.run.id}>{evidenceText(result.run)}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">{said.outcomes}</th>
            {results.map(({ run, aggregates }) => (
              <td key={run.id}>
                {[aggregates.scored, aggregates.unsupported, aggregates.errors]
                  .map(formatCount)
                  .join(", ")}
              </td>
            ))}
          </tr>
          {results.some(({ aggregates }) => aggregates.upstreamPrinted) && (
            <tr>
              <th scope="row">{said.upstream}</th>
              {results.map(({ run, aggregates }) => (
                <td key={run.id}>{aggregates.upstreamPrinted?.overall?.toFixed(1) ?? "–"}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Score({ score }: { score: NeedleBench.Estimate | undefined }) {
  if (!score) return <td>–</td>;
  return (
    <td>
      <strong>{formatScore(score)}</strong> <span className="detail">{formatInterval(score)}</span>
    </td>
  );
}

/** Mean share of the planted facts that the engine attended to; engines without spans have none. */
function evidenceText({ results }: NeedleBench.BenchmarkRun): string {
  const shares = results.flatMap((result) =>
    result.status === "scored" && result.evidenceRecall !== null ? [result.evidenceRecall] : [],
  );
  if (shares.length === 0) return "–";
  return formatPercent(shares.reduce((sum, share) => sum + share, 0) / shares.length);
}
