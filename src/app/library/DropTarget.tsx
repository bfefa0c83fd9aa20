// The whole page accepts what is dropped or pasted on it: files and folders, and text, which opens the
// paste dialog filled with it.
import { useEffect, useState } from "react";
import { useActions } from "../app-context.ts";
import { words } from "../words/index.ts";
import { addFiles } from "./add-files.ts";
import { droppedFiles } from "./dropped-files.ts";

export function DropTarget() {
  const [hovering, setHovering] = useState(false);
  const actions = useActions();
  useEffect(() => {
    const isOurs = ({ dataTransfer, target }: DragEvent) =>
      dataTransfer !== null &&
      (dataTransfer.types.includes("Files") ||
        (dataTransfer.types.includes("text/plain") && !isEditable(target)));
    const over = (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHovering(false); // left the window
    };
    const drop = (event: DragEvent) => {
      const data = event.dataTransfer;
      if (!data || !isOurs(event)) return;
      event.preventDefault();
      setHovering(false);
      if (data.types.includes("Files")) {
        void droppedFiles(data).then((files) => addFiles(actions, files));
      } else {
        actions.paste({ isOpen: true, text: data.getData("text/plain") });
      }
    };
    const paste = (event: ClipboardEvent) => {
      const data = event.clipboardData;
      if (!data || isEditable(event.target) || document.querySelector("dialog[open]")) return;
      const files = [...data.files];
      const text = data.getData("text/plain");
      if (files.length === 0 && text.trim() === "") return;
      event.preventDefault();
      if (files.length > 0) addFiles(actions, files);
      else actions.paste({ isOpen: true, text });
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, [actions]);
  if (!hovering) return null;
  return <div className="drop-target">{words.library.drop}</div>;
}

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]")
  );
}
