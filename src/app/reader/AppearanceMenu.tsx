// Size and width of the text, remembered for every document.
import type { TextWidth } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { Menu } from "../Menu.tsx";
import { words } from "../words/index.ts";

const SMALLEST = 13;
const LARGEST = 28;

interface AppearanceMenuProps {
  /** Undefined for a text that is no Markdown. */
  readonly source: { readonly isShown: boolean; readonly onToggle: () => void } | undefined;
}

export function AppearanceMenu({ source }: AppearanceMenuProps) {
  const size = useAppState((state) => state.settings.textSize);
  const width = useAppState((state) => state.settings.textWidth);
  const { changeSettings } = useActions();
  const { reader } = words;
  return (
    <Menu icon="type" label={reader.appearance}>
      <div className="menu-row" data-stay>
        <span>{reader.size}</span>
        <button
          type="button"
          className="icon-button"
          aria-label={reader.smaller}
          disabled={size <= SMALLEST}
          onClick={() => changeSettings({ textSize: size - 1 })}
        >
          A−
        </button>
        <output>{size}</output>
        <button
          type="button"
          className="icon-button"
          aria-label={reader.larger}
          disabled={size >= LARGEST}
          onClick={() => changeSettings({ textSize: size + 1 })}
        >
          A+
        </button>
      </div>
      <label className="menu-row" data-stay>
        <span>{reader.width}</span>
        <select
          value={width}
          onChange={(event) => changeSettings({ textWidth: event.target.value as TextWidth })}
        >
          {Object.entries(reader.widths).map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {source && (
        <label className="menu-row" data-stay>
          <input type="checkbox" checked={source.isShown} onChange={source.onToggle} />
          {reader.showSource}
        </label>
      )}
    </Menu>
  );
}
