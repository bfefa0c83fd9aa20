// Addresses of the PDF parser's character maps. They are files of the build, each fetched when a
// document asks for it.
const addresses = import.meta.glob<string>("/node_modules/pdfjs-dist/cmaps/*.bcmap", {
  query: "?url",
  import: "default",
  eager: true,
});

export const CHARACTER_MAPS: ReadonlyMap<string, string> = new Map(
  Object.entries(addresses).map(([path, address]) => [
    path.slice(path.lastIndexOf("/") + 1),
    address,
  ]),
);
