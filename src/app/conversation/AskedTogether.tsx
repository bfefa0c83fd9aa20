// Says that questions go to several documents, which ones, and the way back to one.
import { useActions, useAppState } from "../app-context.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words/index.ts";

export function AskedTogether() {
  const documents = useAppState((state) => state.documents);
  const together = useAppState((state) => state.together);
  const { askTogether } = useActions();
  const asked = documents.filter((one) => together.includes(one.id));
  if (asked.length < 2) return null;
  return (
    <div className="together">
      <p className="detail">{words.questions.goTogether(String(asked.length))}</p>
      <ul aria-label={words.questions.askedTogether}>
        {asked.map(({ id, title }) => (
          <li key={id}>
            <span dir="auto">{title}</span>
            <IconButton
              icon="close"
              label={words.questions.doNotAsk(title)}
              onClick={() => askTogether(together.filter((one) => one !== id))}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
