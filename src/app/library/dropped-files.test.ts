import { expect, test } from "vitest";
import { droppedFiles } from "./dropped-files.ts";

type Entry = FileSystemEntry;

function file(name: string): Entry {
  const take = (found: (one: File) => void) => found(new File([name], name));
  return { name, isFile: true, isDirectory: false, file: take } as unknown as Entry;
}

/** Browsers give the entries of a folder in pieces, and an empty piece at the end. */
function folder(name: string, ...entries: readonly Entry[]): Entry {
  const createReader = () => {
    let at = 0;
    return { readEntries: (found: (some: Entry[]) => void) => found(entries.slice(at, (at += 2))) };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as Entry;
}

function drop(plain: readonly File[], ...entries: readonly (Entry | null)[]): DataTransfer {
  const items = entries.map((one) => ({ kind: "file", webkitGetAsEntry: () => one }));
  return { files: plain, items } as unknown as DataTransfer;
}

const names = async (data: DataTransfer) => (await droppedFiles(data)).map(({ name }) => name);

test("folders are opened, in order, whole, and without what they hide", async () => {
  const inner = folder("part", ...["c", "d", "e"].map(file), file(".DS_Store"));
  const outer = folder("notes", file("b"), inner, folder(".git", file("config")));
  expect(await names(drop([], file("a"), outer))).toEqual(["a", "b", "c", "d", "e"]);
});

test("plain files come as they are, also where a browser knows no entries", async () => {
  const plain = [new File(["a"], "a"), new File(["b"], "b")];
  expect(await names(drop(plain, file("a"), file("b")))).toEqual(["a", "b"]);
  expect(await names(drop(plain, null, null))).toEqual(["a", "b"]);
});

test("of a folder that nobody means to read whole the first five hundred files come", async () => {
  const many = folder("disk", ...Array.from({ length: 700 }, (_, i) => file(`${i}`)));
  expect(await names(drop([], many))).toHaveLength(500);
});
