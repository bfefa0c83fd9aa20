// RULER: tasks by lengths, and the greatest length that still passes.
import type { NeedleBench } from "../../../workers/protocol.ts";
import { formatCount } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { formatScore } from "./wording.ts";

interface RulerTableProps {
  readonly caption: string;
  readonly ruler: NeedleBench.RulerAggregate;
}

export function RulerTable({ caption, ruler }: RulerTableProps) {
  const said = evaluationWords().results;
  const lengths = ruler.lengths.map(({ length }) => length);
  return (
    <div className="table-scroll" role="group" aria-label={caption} tabIndex={0}>
      <table className="scores">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{said.rulerTask}</th>
            {lengths.map((length) => (
              <th key={length} scope="col">
                {formatCount(length)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ruler.rows.map(({ task, scores }) => (
            <tr key={task}>
              <th scope="row">{task}</th>
              {lengths.map((length) => {
                const found = scores.find((one) => one.length === length);
                return <td key={length}>{found ? formatScore(found.score) : "–"}</td>;
              })}
            </tr>
          ))}
          <tr>
            <th scope="row">{said.mean}</th>
            {ruler.lengths.map(({ length, score }) => (
              <td key={length}>
                <strong>{formatScore(score)}</strong>
              </td>
            ))}
          </tr>
        </tbody>
      </table>
      <p className="detail">
        {said.effectiveLength(
          ruler.effectiveLength === null ? said.none : formatCount(ruler.effectiveLength),
        )}
      </p>
    </div>
  );
}
