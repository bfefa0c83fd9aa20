// The Ancestral Trace Challenge: score by the number of chained facts, one curve per run, and the
// same as a table with ENL-50, the longest chain that is still right half of the time.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { BenchmarkResult, NeedleBench } from "../../../workers/protocol.ts";
import { useAppState } from "../app-context.ts";
import { formatCount } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { columnName } from "./column-name.ts";
import { formatScore } from "./wording.ts";

interface Curve {
  readonly id: string;
  readonly name: string;
  readonly atc: NeedleBench.AtcAggregate;
}

/** Okabe and Ito: told apart with any colour vision; dashes tell them apart in grey. */
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"] as const;
const DASHES: readonly number[][] = [[], [8, 4], [2, 4], [10, 4, 2, 4]];

export function AtcCurves({ results }: { results: readonly BenchmarkResult[] }) {
  const curves = results.flatMap(({ run, aggregates }): Curve[] => {
    const atc = aggregates.atc.find(({ language }) => language === "all") ?? aggregates.atc[0];
    return atc && atc.points.length > 0 ? [{ id: run.id, name: columnName(run), atc }] : [];
  });
  if (curves.length === 0) return null;
  const { trace, traceTable, facts: factsLabel } = evaluationWords().results;
  const facts = [
    ...new Set(curves.flatMap(({ atc }) => atc.points.map(({ needles }) => needles))),
  ].sort((a, b) => a - b);
  return (
    <div className="stack">
      <h4>{trace}</h4>
      <Plot facts={facts} curves={curves} />
      <div className="table-scroll" role="group" aria-label={traceTable} tabIndex={0}>
        <table className="scores">
          <caption className="visually-hidden">{traceTable}</caption>
          <thead>
            <tr>
              <th scope="col">{factsLabel}</th>
              {facts.map((count) => (
                <th key={count} scope="col">
                  {formatCount(count)}
                </th>
              ))}
              <th scope="col">ENL-50</th>
            </tr>
          </thead>
          <tbody>
            {curves.map(({ id, name, atc }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {facts.map((count) => {
                  const point = atc.points.find(({ needles }) => needles === count);
                  return <td key={count}>{point ? formatScore(point.score) : "–"}</td>;
                })}
                <td>{atc.enl50 === null ? "–" : formatCount(atc.enl50)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Plot({ facts, curves }: { facts: readonly number[]; curves: readonly Curve[] }) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useAppState((app) => app.settings.theme);
  // Redrawn when the values change, not whenever the page does.
  const drawn = JSON.stringify(
    curves.map(({ name, atc }) => [
      name,
      atc.points.map(({ needles, score }) => [needles, score.value]),
    ]),
  );
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let chart: uPlot | undefined;
    const draw = () => {
      chart?.destroy();
      const parsed = JSON.parse(drawn) as [string, [number, number | null][]][];
      chart = drawCurves(element, facts, parsed);
    };
    draw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    const resized = new ResizeObserver(() =>
      chart?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    return () => {
      dark.removeEventListener("change", draw);
      resized.disconnect();
      chart?.destroy();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `drawn` holds the facts' values too
  }, [drawn, theme]);
  return (
    <div ref={place} className="plot" role="img" aria-label={evaluationWords().results.plot} />
  );
}

const HEIGHT = 240;

function drawCurves(
  element: HTMLElement,
  facts: readonly number[],
  curves: readonly [string, [number, number | null][]][],
): uPlot {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue("--muted").trim();
  const line = style.getPropertyValue("--line").trim();
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  // Chains double in length: equal steps on the axis.
  const places = facts.map((count) => Math.log2(count));
  const values = curves.map(([, points]) => {
    const byFacts = new Map(points);
    return facts.map((count) => byFacts.get(count) ?? null);
  });
  return new uPlot(
    {
      width: Math.max(200, element.clientWidth),
      height: HEIGHT,
      cursor: { y: false },
      scales: { x: { time: false }, y: { range: [0, 100] } },
      axes: [
        { ...axis, splits: () => places, values: () => facts.map(String) },
        {
          ...axis,
          label: evaluationWords().results.plotScore,
          labelSize: 18,
          size: 40,
          stroke: ink,
        },
      ],
      series: [
        // Without a pointer over the curves there is no place.
        {
          label: evaluationWords().results.facts,
          value: (_, place) => (place == null ? "--" : formatCount(2 ** place)),
        },
        ...curves.map(([label], i) => ({
          label,
          stroke: COLOURS[i % COLOURS.length]!,
          dash: DASHES[i % DASHES.length]!,
          width: 2,
          points: { size: 7 },
          spanGaps: true,
        })),
      ],
    },
    [places, ...values],
    element,
  );
}
