// What a template may ask for, and that a hostile one ends. Work is counted in steps, so that nothing
// here depends on a clock: a template without the budget would not come back at all.
import { describe, expect, test } from "vitest";
import { ChatTemplate } from "./chat-template.ts";
import { formatTemplateDate } from "./template-date.ts";

const render = (template: string, content = "Hi"): string =>
  new ChatTemplate({ template, bosToken: "<s>", eosToken: "</s>" }).render(
    [{ role: "user", content }],
    true,
  );

describe("the environment of Transformers", () => {
  const cases: [string, string][] = [
    ["{{ tools is none }}{{ documents is none }}", "TrueTrue"],
    ["{{ strftime_now('%d %b %Y') }}", "26 Jul 2024"],
    ["{% generation %}a{% endgeneration %}", "a"],
    [
      "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}{% if i > 3 %}{% break %}{% endif %}{{ i }}{% endfor %}",
      "023",
    ],
    ["{{ '\\n a\\n'.strip('\\n') }}|", " a|"],
    ["{{ 'xxaxx'.lstrip('x') ~ 'xxaxx'.rstrip('x') }}", "axxxxa"],
    ["{{ ' a '.strip() ~ 'b,c'.replace(',', ';') }}", "ab;c"],
    ["{{ '-' * 3 }}", "---"],
    ["{{ ['a', 'b'] | join(', ') }}", "a, b"],
    ["a\r\n{%- if true %}\r\n  b\r\n{% endif %}\r\n", "a  b\n"],
    // Values as Python writes them.
    ["{{ true }} {{ none }} {{ nothing }}{{ messages[0].nothing }}", "True None "],
    [
      "{{ [1.0, 'it\\'s', 'a\n', none, true, {'k': [1]}, (1, 2)] }}",
      "[1.0, \"it's\", 'a\\n', None, True, {'k': [1]}, (1, 2)]",
    ],
    ["{{ 'a' ~ none ~ true ~ 1 ~ [1] }} {{ true | string }}", "aNoneTrue1[1] True"],
    // What was written before a loop is left stays.
    [
      "{% for i in range(3) %}{{ i }}{% if i == 1 %}!{% break %}?{% endif %};{% endfor %}.",
      "0;1!.",
    ],
    ["{% for i in range(3) %}a{% if i == 1 %}b{% continue %}{% endif %}c{% endfor %}", "acabac"],
    [
      "{% for i in range(2) %}{% for j in range(3) %}{{ j }}{% if j == 1 %}{% break %}{% endif %}{% endfor %}{% if i == 0 %}x{% continue %}{% endif %}y{% endfor %}",
      "01x01y",
    ],
    [
      "{% set x %}{% for i in range(3) %}{{ i }}{% if i %}{% continue %}{% endif %};{% endfor %}{% endset %}{{ x }}",
      "0;12",
    ],
    ["{{ {'a': [1, none]} | tojson }}", '{"a": [1, null]}'],
  ];
  for (const [template, expected] of cases) {
    test(template, () => expect(render(template)).toBe(expected));
  }

  test("dates are those of strftime", () => {
    expect(formatTemplateDate("%A, %-d %B %Y %H:%M %p %j %y %% %q")).toBe(
      "Friday, 26 July 2024 00:00 AM 208 24 % %q",
    );
  });
});

describe("a hostile template ends in a typed error", () => {
  const loop = (depth: number, inside: string): string =>
    depth === 0
      ? inside
      : `{% for a${depth} in range(4096) %}${loop(depth - 1, inside)}{% endfor %}`;
  const doubling = (name: string): string =>
    "{% for i in range(60) %}{% set ns.x = " + name + " %}{% endfor %}";
  const hostile: Record<string, string> = {
    "nested loops": loop(3, "x"),
    "nested loops over nothing": loop(3, ""),
    "loops in a condition": loop(2, "{% if false %}{% endif %}"),
    "a macro that calls itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a macro that calls itself twice":
      "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "a macro defined again and again": loop(
      2,
      `{% macro m() %}${"{{ 1 }}".repeat(2000)}{% endmacro %}`,
    ),
    "a text that doubles": `{% set ns = namespace(x='ab') %}${doubling("ns.x + ns.x")}{{ ns.x }}`,
    "a text repeated": "{{ 'ab' * 1000000000 }}",
    "a list that doubles": `{% set ns = namespace(x=[1]) %}${doubling("ns.x + ns.x")}{{ ns.x | length }}`,
    "a list of itself": `{% set ns = namespace(x=[1]) %}${doubling("[ns.x, ns.x]")}{{ ns.x }}`,
    "a list of itself as JSON": `{% set ns = namespace(x=[1]) %}${doubling("[ns.x, ns.x]")}{{ ns.x | tojson | length }}`,
    "replacing by long texts": "{% set a = 'a' * 1000000 %}{{ (a | replace('a', a)) | length }}",
    "replacing by a method": "{% set a = 'a' * 1000000 %}{{ a.replace('a', a) | length }}",
    "joining with long texts": "{% set a = 'a' * 1000000 %}{{ (range(4096) | join(a)) | length }}",
    "a wide indentation": "{{ ('a\\n' * 1000) | indent(1000000) | length }}",
    "JSON with a wide indentation": "{{ [1, [2]] | tojson(indent=100000000) | length }}",
    "one text looked for in another again and again": loop(
      2,
      "{% if ('a' * 500000 + 'b') in ('a' * 1000000) %}{% endif %}",
    ),
    "deep parentheses": `{{ ${"(".repeat(50_000)}1${")".repeat(50_000)} }}`,
    "deep lists": `{{ ${"[".repeat(3000)}${"]".repeat(3000)} }}`,
  };
  for (const [name, template] of Object.entries(hostile)) {
    test(name, { timeout: 60_000 }, () => {
      expect(() => render(template)).toThrow(
        expect.objectContaining({ name: "EngineError", code: "format-unsupported" }),
      );
    });
  }

  test("a long conversation stays within the budget", () => {
    const chatml = new ChatTemplate({
      template:
        "{% for m in messages %}{% if loop.index0 > 0 and messages[loop.index0 - 1].role == m.role %}{{ raise_exception('no') }}{% endif %}{{ '<' + m.role + '>' + m.content | trim }}{% endfor %}",
      bosToken: "",
      eosToken: "",
    });
    const turns = Array.from({ length: 2000 }, (_, i) => ({
      role: i % 2 === 0 ? "user" : "assistant",
      content: "word ".repeat(200),
    }));
    expect(chatml.render(turns, true).length).toBeGreaterThan(2000 * 999);
  });
});
