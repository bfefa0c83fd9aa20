// What a person wishes of every answer: its style, and instructions in their own words.
import { ANSWER_STYLES, MAX_INSTRUCTIONS } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatCount } from "../format.ts";
import { words } from "../words/index.ts";

export function MannerFields() {
  const style = useAppState((state) => state.settings.answerStyle);
  const instructions = useAppState((state) => state.settings.instructions);
  // A server follows them whatever is loaded here.
  const isIgnored = useAppState(
    ({ model, settings }) =>
      !settings.server.isOn && model.phase === "ready" && !model.model.converses,
  );
  const { changeSettings } = useActions();
  const { manner } = words.settings;
  const left = MAX_INSTRUCTIONS - instructions.length;
  return (
    <>
      <label className="field">
        <span>{manner.style}</span>
        <select
          value={style}
          aria-describedby="manner-hint"
          onChange={(event) =>
            changeSettings({ answerStyle: event.target.value as (typeof ANSWER_STYLES)[number] })
          }
        >
          {ANSWER_STYLES.map((one) => (
            <option key={one} value={one}>
              {manner.styles[one]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{manner.instructions}</span>
        <textarea
          rows={3}
          dir="auto"
          value={instructions}
          maxLength={MAX_INSTRUCTIONS}
          placeholder={manner.example}
          aria-describedby="manner-hint"
          onChange={(event) => changeSettings({ instructions: event.target.value })}
        />
        <span className="detail" id="manner-hint">
          {isIgnored ? manner.ignored : manner.hint}{" "}
          {left < MAX_INSTRUCTIONS / 5 && words.questions.lengthLeft(formatCount(left))}
        </span>
      </label>
    </>
  );
}
