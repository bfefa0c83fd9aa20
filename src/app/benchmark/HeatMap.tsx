// Lengths by depths, one colour per mean score, values printed. A grid for the keyboard: arrows move,
// Enter opens the items of a cell.
import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { NeedleBench } from "../../../workers/protocol.ts";
import { formatCount, formatPercent } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { useBenchmarkActions } from "./benchmark-context.ts";
import { heatColour, heatInk } from "./heat-colours.ts";
import { heatPicture } from "./heat-picture.ts";
import { saveBlob } from "./save-file.ts";
import { CELL_MARKS, describePlace, formatInterval, formatScore } from "./wording.ts";

interface HeatMapProps {
  readonly runId: string;
  readonly title: string;
  readonly map: NeedleBench.HeatMap;
}

export function HeatMap({ runId, title, map }: HeatMapProps) {
  const { open } = useBenchmarkActions();
  const headingId = useId();
  const grid = useRef<HTMLTableElement>(null);
  /** The one cell that Tab reaches: [length, depth]. */
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const columns = map.lengths.length;
  const rows = map.depths.length;

  function move(event: KeyboardEvent): void {
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    const column = Math.min(columns - 1, Math.max(0, at[0] + step[0]));
    const row = Math.min(rows - 1, Math.max(0, at[1] + step[1]));
    setAt([column, row]);
    const cell = grid.current?.querySelector(`[data-at="${column} ${row}"]`);
    if (cell instanceof HTMLElement) cell.focus();
  }

  return (
    <figure className="heat-figure" aria-labelledby={headingId}>
      <figcaption>
        <span id={headingId}>{title}</span>
        <button
          type="button"
          className="quiet"
          aria-label={evaluationWords().map.save(title)}
          onClick={() =>
            void heatPicture(map, title).then((blob) => saveBlob(`${map.task}.png`, blob))
          }
        >
          PNG
        </button>
      </figcaption>
      <div className="heat-scroll">
        <table ref={grid} role="grid" className="heat" aria-labelledby={headingId} onKeyDown={move}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{evaluationWords().map.corner}</span>
              </th>
              {map.lengths.map((length) => (
                <th key={length} scope="col">
                  {formatCount(length)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {map.depths.map((depth, row) => (
              <tr key={depth}>
                <th scope="row">{formatPercent(depth / 100)}</th>
                {map.lengths.map((length, column) => {
                  const cell = map.cells[column]?.[row];
                  if (!cell) return <td key={length} role="gridcell" />;
                  const label = describeCell(cell);
                  return (
                    <td key={length} role="gridcell">
                      <button
                        type="button"
                        className="heat-cell"
                        data-at={`${column} ${row}`}
                        data-state={cell.state}
                        tabIndex={at[0] === column && at[1] === row ? 0 : -1}
                        aria-label={label}
                        title={label}
                        style={colours(cell)}
                        onFocus={() => setAt([column, row])}
                        onClick={() =>
                          open({
                            runId,
                            title: describePlace(map.task, length, depth),
                            itemIds: cell.itemIds,
                          })
                        }
                      >
                        {CELL_MARKS[cell.state] ?? formatScore(cell.score)}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{evaluationWords().results.mean}</th>
              {map.means.map((mean, column) => (
                <td key={map.lengths[column]} role="gridcell" className="heat-mean">
                  {formatScore(mean)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
    </figure>
  );
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

function describeCell({ length, depth, state, score, problem }: NeedleBench.HeatCell): string {
  const said = evaluationWords().map;
  const place = said.place(formatCount(length), formatPercent(depth / 100));
  switch (state) {
    case "pending":
      return `${place}: ${said.pending}`;
    case "unsupported":
      return `${place}: ${said.unsupported} ${problem ?? ""}`;
    case "error":
      return `${place}: ${said.error} ${problem ?? ""}`;
    case "scored":
      return `${place}: ${said.scored(formatScore(score), formatInterval(score))}`;
  }
}

function colours({ state, score }: NeedleBench.HeatCell) {
  if (state !== "scored" || score.value === null) return undefined;
  return { background: heatColour(score.value), color: heatInk(score.value) };
}
