// The whole page accepts files; while one hovers, it says so.
import { useEffect, useState } from "react";
import { useActions } from "./app-context.ts";
import { addFiles } from "./add-files.ts";
import { droppedFiles } from "./dropped-files.ts";

export function DropTarget() {
  const [hovering, setHovering] = useState(false);
  const actions = useActions();
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHovering(false); // left the window
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setHovering(false);
      const data = event.dataTransfer;
      if (data) void droppedFiles(data).then((files) => addFiles(actions, files));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, [actions]);
  if (!hovering) return null;
  return <div className="drop-target">Drop documents to add them, or a model to open it</div>;
}
