// The date that chat templates ask for. A fixed one: a text that changes every day would make stored
// states stale. It is the date that Llama's templates fall back to.

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DATE = { year: 2024, month: 7, day: 26, weekday: 5, dayOfYear: 208 };

const two = (value: number): string => String(value).padStart(2, "0");

/** Directives of Python's strftime, in the C locale; the time of day is midnight. */
export function formatTemplateDate(format: unknown): string {
  const { year, month, day, weekday, dayOfYear } = DATE;
  const values: Readonly<Record<string, string>> = {
    Y: String(year),
    y: two(year % 100),
    C: two(Math.floor(year / 100)),
    m: two(month),
    d: two(day),
    e: String(day).padStart(2),
    B: MONTHS[month - 1]!,
    b: MONTHS[month - 1]!.slice(0, 3),
    h: MONTHS[month - 1]!.slice(0, 3),
    A: DAYS[weekday]!,
    a: DAYS[weekday]!.slice(0, 3),
    w: String(weekday),
    u: String(weekday || 7),
    j: String(dayOfYear).padStart(3, "0"),
    H: "00",
    I: "12",
    M: "00",
    S: "00",
    f: "000000",
    p: "AM",
    Z: "",
    z: "",
    F: `${year}-${two(month)}-${two(day)}`,
    D: `${two(month)}/${two(day)}/${two(year % 100)}`,
    x: `${two(month)}/${two(day)}/${two(year % 100)}`,
    X: "00:00:00",
    T: "00:00:00",
    R: "00:00",
    c: `${DAYS[weekday]!.slice(0, 3)} ${MONTHS[month - 1]!.slice(0, 3)} ${day} 00:00:00 ${year}`,
    n: "\n",
    t: "\t",
    "%": "%",
  };
  return String(format).replace(/%(-?)([A-Za-z%])/g, (directive, minus: string, letter: string) => {
    const value = Object.hasOwn(values, letter) ? values[letter] : undefined;
    if (value === undefined) return directive;
    return minus ? value.replace(/^[0 ]+(?=.)/, "") : value;
  });
}
