// Every sentence that engine, extraction and workers say about what went wrong, taken from their source:
// the second argument of each EngineError, and what its helpers are given. What is filled in is `{}`.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** Whose errors reach the page. */
const FOLDERS = ["src/engine", "src/documents", "src/evaluation", "src/client", "workers"];
/** No part of the app asks for answers of a form. */
const APART = /\.test\.|testing\/|^src\/engine\/grammar\//;

const HOLE = "{}";

interface Source {
  readonly functions: ReadonlyMap<string, readonly ts.FunctionLikeDeclaration[]>;
  readonly calls: ReadonlyMap<string, readonly ts.CallExpression[]>;
  readonly properties: ReadonlyMap<string, readonly ts.PropertyAssignment[]>;
}

/** Sentences and parts of sentences that are filled in, each with a file that says it. */
export function engineSentences(): ReadonlyMap<string, string> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
    .filter((name) => name.endsWith(".ts") && !APART.test(name))
    .map((name) =>
      ts.createSourceFile(name, readFileSync(name, "utf8"), ts.ScriptTarget.Latest, true),
    );
  const found = new Map<string, string>();
  const collector = new Collector(sourceOf(files), (part, file) => found.set(part, file));
  for (const file of files) {
    visit(file, (node) => {
      const message = messageOf(node);
      if (!message) return;
      for (const said of collector.read(message)) {
        if (said !== HOLE) found.set(said, file.fileName);
      }
    });
  }
  return found;
}

function messageOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isNewExpression(node) && nameIs(node.expression, "EngineError")) {
    const [code, message] = node.arguments ?? [];
    // A fault of our own: its words are for who mends it, and are shown as they are.
    return code && ts.isStringLiteral(code) && code.text === "internal" ? undefined : message;
  }
  // Reasons that travel as data: of a verdict, of a benchmark item.
  if (ts.isPropertyAssignment(node) && nameIs(node.name, "message")) return node.initializer;
  // What was left out of a document.
  if (!ts.isArrayLiteralExpression(node)) return undefined;
  return node.getSourceFile().fileName.endsWith("documents/notices.ts")
    ? node.elements[0]
    : undefined;
}

class Collector {
  readonly #source: Source;
  readonly #tell: (part: string, file: string) => void;
  readonly #known = new Map<ts.Node, readonly string[]>();
  constructor(source: Source, tell: (part: string, file: string) => void) {
    this.#source = source;
    this.#tell = tell;
  }

  /** The forms that an expression takes. */
  read(expression: ts.Expression): readonly string[] {
    const known = this.#known.get(expression);
    if (known) return known;
    this.#known.set(expression, [HOLE]); // for what comes back to itself
    const forms = [...new Set(this.#forms(expression))];
    this.#known.set(expression, forms);
    return forms;
  }

  #forms(expression: ts.Expression): readonly string[] {
    if (ts.isStringLiteralLike(expression)) return [expression.text];
    if (ts.isParenthesizedExpression(expression)) return this.read(expression.expression);
    if (ts.isSpreadElement(expression)) return this.read(expression.expression);
    if (ts.isTemplateExpression(expression)) {
      const { head, templateSpans } = expression;
      for (const span of templateSpans) this.#fill(span.expression);
      return [head.text + templateSpans.map(({ literal }) => HOLE + literal.text).join("")];
    }
    if (ts.isConditionalExpression(expression)) {
      return [expression.whenTrue, expression.whenFalse].flatMap((one) => this.read(one));
    }
    if (ts.isArrayLiteralExpression(expression)) {
      return expression.elements.flatMap((one) => this.read(one));
    }
    if (ts.isBinaryExpression(expression)) {
      const { operatorToken, left, right } = expression;
      const [first, second] = [this.read(left), this.read(right)];
      return operatorToken.kind === ts.SyntaxKind.PlusToken
        ? first.flatMap((one) => second.map((other) => one + other))
        : [...first, ...second];
    }
    if (ts.isIdentifier(expression)) return this.#named(expression);
    if (ts.isPropertyAccessExpression(expression)) return this.#kept(expression);
    if (ts.isElementAccessExpression(expression)) return this.#listed(expression.expression);
    if (ts.isCallExpression(expression)) return this.#called(expression);
    return [HOLE];
  }

  /** What is filled into a sentence may itself be words; a single one is a name. */
  #fill(expression: ts.Expression): void {
    for (const part of this.read(expression)) {
      const isSaid = /\p{L}{2}/u.test(part) && part.trim().includes(" ");
      if (isSaid) this.#tell(part, expression.getSourceFile().fileName);
    }
  }

  #named(name: ts.Identifier): readonly string[] {
    for (let scope: ts.Node = name; scope; scope = scope.parent) {
      if (ts.isFunctionLike(scope)) {
        const at = scope.parameters.findIndex((one) => nameIs(one.name, name.text));
        if (at >= 0) return this.#given(scope as ts.FunctionLikeDeclaration, at);
      }
      const declared = declarationIn(scope, name.text);
      if (declared) return this.read(declared);
    }
    return [HOLE];
  }

  /** What a function's callers give it. */
  #given(called: ts.FunctionLikeDeclaration, at: number): readonly string[] {
    const name = nameOf(called);
    const key = ts.isMethodDeclaration(called) ? `.${name}` : (name ?? "");
    const calls = this.#source.calls.get(key) ?? [];
    const said = calls
      .filter((call) => isPublic(called) || call.getSourceFile() === called.getSourceFile())
      .flatMap((call) => (call.arguments[at] ? this.read(call.arguments[at]) : []));
    return said.length > 0 ? said : [HOLE];
  }

  /** Texts that the files of the folder keep in properties of that name. */
  #kept({ name }: ts.PropertyAccessExpression): readonly string[] {
    if (name.text === "name") return [HOLE];
    const folder = dirname(name.getSourceFile().fileName);
    const said = (this.#source.properties.get(name.text) ?? [])
      .filter((one) => dirname(one.getSourceFile().fileName) === folder)
      .map(({ initializer }) => initializer)
      .filter((value) => ts.isStringLiteralLike(value) || ts.isIdentifier(value))
      .flatMap((value) => this.read(value));
    return said.length > 0 ? said : [HOLE];
  }

  #listed(list: ts.Expression): readonly string[] {
    if (!ts.isIdentifier(list)) return [HOLE];
    const declared = declarationIn(list.getSourceFile(), list.text);
    const table = declared && ts.isAsExpression(declared) ? declared.expression : declared;
    if (!table || !ts.isObjectLiteralExpression(table)) return [HOLE];
    return table.properties.flatMap((one) =>
      ts.isPropertyAssignment(one) ? this.read(one.initializer) : [],
    );
  }

  #called(call: ts.CallExpression): readonly string[] {
    const called = call.expression;
    if (ts.isPropertyAccessExpression(called)) {
      const [each] = call.arguments;
      if (called.name.text === "join") return this.read(called.expression);
      if (called.name.text !== "map" || !each || !ts.isArrowFunction(each)) return [HOLE];
      return returnsOf(each).flatMap((value) => this.read(value));
    }
    const name = ts.isIdentifier(called) ? called.text : "";
    const named = this.#source.functions.get(name) ?? [];
    const own = named.filter((one) => one.getSourceFile() === call.getSourceFile());
    const said = (own.length > 0 ? own : named.filter(isPublic)).flatMap((one) =>
      returnsOf(one).flatMap((value) => this.read(value)),
    );
    return said.length > 0 ? said : [HOLE];
  }
}

const isPublic = (node: ts.FunctionLikeDeclaration) =>
  ts.isFunctionDeclaration(node) &&
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

const nameIs = (node: ts.Node, name: string) => ts.isIdentifier(node) && node.text === name;

function declarationIn(scope: ts.Node, name: string): ts.Expression | undefined {
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) return undefined;
  for (const statement of scope.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const { declarations } = statement.declarationList;
    const declared = declarations.find((one) => nameIs(one.name, name));
    if (declared) return declared.initializer;
  }
  return undefined;
}

function nameOf({ name, parent }: ts.FunctionLikeDeclaration): string | undefined {
  const named = name ?? (ts.isVariableDeclaration(parent) ? parent.name : undefined);
  return named && (ts.isIdentifier(named) || ts.isPrivateIdentifier(named))
    ? named.text
    : undefined;
}

function returnsOf({ body }: ts.FunctionLikeDeclaration): readonly ts.Expression[] {
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  visit(body, (one) => {
    if (ts.isReturnStatement(one) && one.expression) found.push(one.expression);
  });
  return found;
}

function sourceOf(files: readonly ts.SourceFile[]): Source {
  const functions = new Map<string, ts.FunctionLikeDeclaration[]>();
  const calls = new Map<string, ts.CallExpression[]>();
  const properties = new Map<string, ts.PropertyAssignment[]>();
  const add = <T>(map: Map<string, T[]>, name: string | undefined, node: T) => {
    if (name === undefined) return;
    const list = map.get(name);
    if (list) list.push(node);
    else map.set(name, [node]);
  };
  for (const file of files) {
    visit(file, (node) => {
      if (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node)) {
        add(functions, nameOf(node), node);
      } else if (ts.isCallExpression(node)) {
        const called = node.expression;
        if (ts.isIdentifier(called)) add(calls, called.text, node);
        if (ts.isPropertyAccessExpression(called)) add(calls, `.${called.name.text}`, node);
      } else if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) {
        add(properties, node.name.text, node);
      }
    });
  }
  return { functions, calls, properties };
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}
