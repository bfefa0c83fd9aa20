import { useState } from "react";
import { formatCount } from "../format.ts";
import { words } from "../words/index.ts";

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A whole number; what is out of range is said and not taken. */
export function NumberField({ label, value, min, max, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState(String(value));
  const number = Number(typed);
  const isFine = typed.trim() !== "" && Number.isInteger(number) && number >= min && number <= max;
  return (
    <label className="field">
      {label}
      <input
        type="number"
        value={typed}
        min={min}
        max={max}
        aria-invalid={!isFine}
        onChange={(event) => {
          setTyped(event.target.value);
          const next = event.target.valueAsNumber;
          if (Number.isInteger(next) && next >= min && next <= max) onChange(next);
        }}
        onBlur={() => setTyped(String(value))}
      />
      <span className="detail" role="status">
        {!isFine && words.settings.range(formatCount(min), formatCount(max))}
      </span>
    </label>
  );
}
