// Small line icons, drawn here so that no font or image is fetched. Always beside a text or a label.
const PATHS = {
  library: "M4 4v16M9 4v16M14 5l5 15M4 4h5M4 20h5",
  text: "M5 5h14M5 10h14M5 15h14M5 20h8",
  question: "M4 5h16v11H10l-5 4v-4H4z",
  engine: "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  pause: "M8 5v14M16 5v14",
  play: "M8 5l11 7-11 7z",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  close: "M6 6l12 12M18 6L6 18",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  paste: "M8 5H6v16h12V5h-2M9 3h6v4H9z",
  book: "M12 6c-2-2-5-2-8-2v14c3 0 6 0 8 2 2-2 5-2 8-2V4c-3 0-6 0-8 2zM12 6v14",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M19 5l-1.5 1.5M6.5 17.5L5 19",
  moon: "M19 14.5A7.5 7.5 0 019.5 5 7.5 7.5 0 1019 14.5z",
  auto: "M12 4a8 8 0 100 16zM12 4a8 8 0 010 16",
  retry: "M5 12a7 7 0 107-7H7M10 2L7 5l3 3",
  stop: "M7 7h10v10H7z",
  export: "M12 4v11M7 10l5 5 5-5M5 19h14",
  send: "M4 12l16-8-6 16-3-6z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
