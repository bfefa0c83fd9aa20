interface ProgressBarProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly text: string;
}

export function ProgressBar({ label, value, max, text }: ProgressBarProps) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={text}
    >
      <div style={{ width: `${share * 100}%` }} />
    </div>
  );
}
