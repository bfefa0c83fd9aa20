// Says that questions go to several documents, which ones, and the way back to one.
import { useActions, useAppState } from "./app-context.ts";
import { Icon } from "./Icon.tsx";

export function AskedTogether() {
  const documents = useAppState((state) => state.documents);
  const together = useAppState((state) => state.together);
  const { askTogether } = useActions();
  const asked = documents.filter((one) => together.includes(one.id));
  if (asked.length < 2) return null;
  return (
    <div className="together">
      <p className="detail">Questions go to {asked.length} documents at once:</p>
      <ul aria-label="Asked together">
        {asked.map(({ id, title }) => (
          <li key={id}>
            <span>{title}</span>
            <button
              type="button"
              className="icon-button"
              aria-label={`Do not ask ${title}`}
              onClick={() => askTogether(id, false)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
