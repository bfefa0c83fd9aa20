interface CheckFieldProps {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  /** Id of the element that explains it. */
  readonly hintId?: string;
  readonly onChange: (checked: boolean) => void;
}

/** A setting that is on or off. */
export function CheckField({ label, checked, disabled, hintId, onChange }: CheckFieldProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hintId}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
