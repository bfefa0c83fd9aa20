// A list of numbers typed by hand; empty means that the preset decides.
import { useId, useState } from "react";
import { formatCount } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { parseNumbers } from "./wording.ts";

interface NumbersFieldProps {
  readonly label: string;
  readonly value: readonly number[] | null;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: readonly number[] | null) => void;
}

export function NumbersField({ label, value, least, most, onChange }: NumbersFieldProps) {
  const [text, setText] = useState(value?.join(", ") ?? "");
  const [shown, setShown] = useState(value);
  const hintId = useId();
  // Another preset was chosen: what was typed for the last one does not hold.
  if (value !== shown) {
    setShown(value);
    if (value === null && parseNumbers(text, least, most)) setText("");
  }
  const isWrong = text.trim() !== "" && parseNumbers(text, least, most) === null;
  return (
    <label className="field">
      {label}
      <input
        type="text"
        inputMode="numeric"
        value={text}
        placeholder={evaluationWords().setup.asTheSize}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? hintId : undefined}
        onChange={(event) => {
          const next = event.target.value;
          const numbers = parseNumbers(next, least, most);
          setText(next);
          if (numbers || next.trim() === "") {
            setShown(numbers);
            onChange(numbers);
          }
        }}
      />
      {isWrong && (
        <span className="detail wrong" id={hintId}>
          {evaluationWords().setup.wholeNumbers(formatCount(least), formatCount(most))}
        </span>
      )}
    </label>
  );
}
