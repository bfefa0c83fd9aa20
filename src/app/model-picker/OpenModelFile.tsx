import { useRef } from "react";
import { useActions } from "../app-context.ts";
import { Icon } from "../Icon.tsx";

/** One GGUF, its split parts, or all files of a safetensors folder. */
export function OpenModelFile() {
  const input = useRef<HTMLInputElement>(null);
  const { openModelFiles } = useActions();
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        <Icon name="file" />
        Open a model file…
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".gguf,.safetensors,.json,.jinja"
        aria-label="Model files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = ""; // the same file can be chosen again
          if (files.length > 0) void openModelFiles(files);
        }}
      />
      <p className="detail">
        A .gguf file, all its parts, or the config.json, tokenizer.json and .safetensors files of a
        folder. Files are read where they are and not copied.
      </p>
    </>
  );
}
