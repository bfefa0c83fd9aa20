// Dates as they are compared: «3 May 1851», «May 3, 1851», «3.5.1851» and «1851-05-03» are one, in the languages whose months
// are known. Not «3/5/1851», which is two days. Pure.

const MONTHS = [
  "january januar jänner janvier enero gennaio janeiro januari",
  "february februar février febrero febbraio fevereiro februari",
  "march märz mars marzo março maart",
  "april avril abril aprile",
  "may mai mayo maggio maio mei",
  "june juni juin junio giugno junho",
  "july juli juillet julio luglio julho",
  "august août agosto augustus",
  "september septembre septiembre settembre setembro",
  "october oktober octobre octubre ottobre outubro",
  "november novembre noviembre novembro",
  "december dezember décembre diciembre dicembre dezembro",
].map((names) => names.split(" "));
const NUMBERS = new Map(MONTHS.flatMap((names, i) => names.map((name) => [name, i + 1] as const)));
const NAME = `(${[...NUMBERS.keys()].join("|")})`;
const DAY = String.raw`(?<![\p{Nd}.,])(0?[1-9]|[12]\d|3[01])`;
const END = String.raw`(?![\p{L}\p{M}\p{Nd}])`;

const BY_NAME = [
  // A month beside its day or year: alone «may» and «march» are other words.
  new RegExp(
    String.raw`${DAY}(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+|di\s+)?${NAME}${END}`,
    "giu",
  ),
  new RegExp(String.raw`(?<![\p{L}\p{M}])${NAME}\s+(?:de\s+)?(?=\p{Nd}{4}${END})`, "giu"),
  new RegExp(String.raw`(?<![\p{L}\p{M}])${NAME}\s+${DAY}(?:st|nd|rd|th)?${END}`, "giu"),
];
const MONTH = String.raw`(0?[1-9]|1[0-2])`;
const POINTED = new RegExp(String.raw`${DAY}\.\s?${MONTH}\.\s?(\d{4})${END}`, "gu");
const ISO = /(?<![\p{Nd}-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\p{Nd}-])/gu;

const written = (day: string, number: string, year = ""): string =>
  ` ${Number(day)} month${Number(number)} ${year} `;

/**
 * The text with every date as day, month by number and year. `keepsNames`: beside its number a month stays as it is
 * named, for an answer that names it alone.
 */
export function withPlainDates(text: string, keepsNames = false): string {
  if (!/\p{Nd}/u.test(text)) return text;
  const month = (name: string): string =>
    `month${NUMBERS.get(name.toLowerCase())}${keepsNames ? ` ${name}` : ""}`;
  const [dayFirst, beforeYear, monthFirst] = BY_NAME;
  return text
    .replace(ISO, (_, year: string, number: string, day: string) => written(day, number, year))
    .replace(POINTED, (_, day: string, number: string, year: string) => written(day, number, year))
    .replace(dayFirst!, (_, day: string, name: string) => ` ${Number(day)} ${month(name)} `)
    .replace(beforeYear!, (_, name: string) => ` ${month(name)} `)
    .replace(monthFirst!, (_, name: string, day: string) => ` ${Number(day)} ${month(name)} `);
}
