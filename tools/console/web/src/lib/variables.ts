// Variables of dashboards: what they may be, and queries with their values in them.
import { seconds, type Variable } from "./grafana";

export const ALL = "$__all";
const MOST_OPTIONS = 1000;
const MOST_LENGTH = 2000;

export type Values = Record<string, string[]>;

const forExpression = (value: string) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\\/g, "\\\\").replace(/"/g, '\\"');
const forText = (value: string) => value.replace(/\\/g, "\\\\").replace(/"/g, '\\"');

function formatted(variable: Variable, values: string[], options: string[], form: string): string {
  const isAll = values.includes(ALL);
  if (isAll && variable.allValue) return variable.allValue;
  const chosen = isAll ? options : values;
  if (form === "raw" || form === "text" || variable.type === "interval" || variable.type === "constant") return chosen.join(",");
  if (form === "csv") return chosen.join(",");
  if (form === "pipe") return chosen.join("|");
  if (!variable.multi && !variable.all && form !== "regex") return forText(chosen[0] ?? "");
  const each = chosen.map(forExpression);
  return each.length === 1 ? each[0]! : `(${each.join("|")})`;
}

const span = (length: number) => (length < 1 ? `${Math.max(1, Math.round(length * 1000))}ms` : `${Math.round(length)}s`);

/** The time that a query is about, in seconds. */
export interface Window {
  from: number;
  to: number;
  step: number;
}

/** Between two figures of one thing, as the add-on takes them. */
const SCRAPE_SECONDS = 30;

export function filled(text: string, variables: Variable[], values: Values, options: Values, window: Window): string {
  const range = Math.max(1, Math.round(window.to - window.from));
  const own: Record<string, string> = {
    __interval: span(window.step), __interval_ms: String(Math.round(window.step * 1000)), __rate_interval: span(Math.max(window.step + SCRAPE_SECONDS, 4 * SCRAPE_SECONDS)),
    __range: `${range}s`, __range_s: String(range), __range_ms: String(range * 1000), __from: String(window.from * 1000), __to: String(window.to * 1000),
  };
  return text.replace(/\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g, (whole, plain: string, braced: string, form: string, old: string, oldForm: string) => {
    const name = plain ?? braced ?? old;
    if (own[name] !== undefined) return own[name];
    const variable = variables.find((each) => each.name === name);
    return variable ? formatted(variable, values[name] ?? [], options[name] ?? [], form ?? oldForm ?? "") : whole;
  });
}

/** What a query variable asks of Prometheus. */
export type Asked = { kind: "values"; label: string; match: string } | { kind: "names"; match: string } | { kind: "metrics"; match: RegExp } | { kind: "result"; query: string };

export function asked(query: string): Asked {
  const text = query.trim();
  const values = /^label_values\((?:([\s\S]*),)?\s*(\w+)\s*\)$/.exec(text);
  if (values) return { kind: "values", label: values[2]!, match: values[1]?.trim() ?? "" };
  const result = /^query_result\(([\s\S]*)\)$/.exec(text);
  if (result) return { kind: "result", query: result[1]!.trim() };
  const names = /^label_names\((.*)\)$/.exec(text);
  if (names) return { kind: "names", match: names[1]!.trim() };
  const metrics = /^metrics\((.*)\)$/.exec(text);
  if (metrics) return { kind: "metrics", match: expression(metrics[1]!.trim()) };
  throw new Error(`${JSON.stringify(query)} is no query for values that is known here`);
}

const MOST_REPEATS = 2;
const MOST_OPTIONAL = 8;

/** Whether the time of an expression stays small: what repeats grows by powers of the text, what repeats groups or is optional again and again by powers of two. */
function isQuick(inner: string): boolean {
  if (inner.length > 300 || /\\(\d|k<)/.test(inner)) return false;
  const bare = inner.replace(/\\[\s\S]/g, "x").replace(/\[[^\]]*\]/g, "x").replace(/\(\?(?:<?[=!]|:|<\w+>)/g, "(");
  const count = (what: RegExp) => bare.match(what)?.length ?? 0;
  return !/\)[*+{]/.test(bare) && count(/[*+{]/g) <= MOST_REPEATS && count(/\?/g) <= MOST_OPTIONAL;
}

/** An expression of a dashboard: those whose time could grow without bound are refused. */
export function expression(text: string): RegExp {
  const [, inner = text, flags = ""] = /^\/([\s\S]*)\/([a-z]*)$/.exec(text) ?? [];
  if (!isQuick(inner)) throw new Error(`the expression ${JSON.stringify(text)} repeats what repeats, and is not used`);
  return new RegExp(inner, flags.replace(/[gy]/g, ""));
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** The values that an expression leaves, without doubles, in the variable's order. */
export function optionsOf(found: string[], variable: Variable): string[] {
  let all = found;
  if (variable.regex) {
    const pattern = expression(variable.regex);
    all = all.flatMap((each) => {
      const match = pattern.exec(each.slice(0, MOST_LENGTH));
      return match ? [match.groups?.value ?? match[1] ?? match[0]] : [];
    });
  }
  const unique = [...new Set(all)];
  const order = variable.sort;
  if (order) unique.sort((a, b) => (order % 2 ? 1 : -1) * (order >= 3 ? collator.compare(a, b) : a < b ? -1 : a > b ? 1 : 0));
  return unique.slice(0, MOST_OPTIONS);
}

/** Values of variables that ask nobody. */
export function listedOptions(variable: Variable): string[] {
  if (variable.type === "constant" || variable.type === "textbox") return [variable.query];
  const all = variable.query.split(",").map((each) => each.trim()).filter(Boolean);
  if (variable.type === "interval") return all.filter((each) => seconds(each) > 0);
  return all.map((each) => (/^\S+ : (.+)$/.exec(each)?.[1] ?? each).trim());
}

/** What is chosen among options: what was, then what the dashboard says, then all or the first. */
export function chosenOf(variable: Variable, options: string[], wanted: string[]): string[] {
  if (variable.type === "textbox" && wanted.length) return wanted;
  for (const candidate of [wanted, variable.preset]) {
    const kept = candidate.filter((each) => options.includes(each) || (each === ALL && variable.all));
    if (kept.length) return variable.multi ? kept : [kept[0]!];
  }
  if (variable.all) return [ALL];
  return options.length ? [options[0]!] : [];
}
