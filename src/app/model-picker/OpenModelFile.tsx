import { useRef } from "react";
import { useActions } from "../app-context.ts";
import { Icon } from "../Icon.tsx";
import { words } from "../words/index.ts";

/** One GGUF, its split parts, or all files of a safetensors folder. */
export function OpenModelFile() {
  const input = useRef<HTMLInputElement>(null);
  const { openModelFiles } = useActions();
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        <Icon name="file" />
        {words.picker.openFile}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".gguf,.safetensors,.json,.jinja"
        aria-label={words.picker.fileInput}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = ""; // the same file can be chosen again
          if (files.length > 0) void openModelFiles(files);
        }}
      />
      <p className="detail">{words.picker.fileHint}</p>
    </>
  );
}
