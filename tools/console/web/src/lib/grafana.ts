// Dashboards in Grafana's form, read into what the page draws. What cannot be drawn is told by the panel's own name.
import type { Tree } from "./objects";

export type Tone = "good" | "warn" | "bad" | "plain";
export type PanelType = "timeseries" | "stat" | "gauge" | "bargauge" | "table" | "heatmap" | "text";

export interface Target {
  ref: string;
  expr: string;
  legend: string;
  instant: boolean;
}

export interface Panel {
  key: string;
  type: PanelType;
  title: string;
  about: string;
  x: number;
  y: number;
  w: number;
  h: number;
  targets: Target[];
  unit: string;
  decimals: number | undefined;
  min: number | undefined;
  max: number | undefined;
  steps: { value: number; tone: Tone }[];
  stacked: boolean;
  fill: number;
  calc: string;
  text: string;
  hidden: string[];
  renamed: Record<string, string>;
  /** Why it is not drawn; empty for what is. */
  fault: string;
}

export interface Section {
  title: string;
  folded: boolean;
  panels: Panel[];
}

export interface Variable {
  name: string;
  label: string;
  type: "query" | "custom" | "interval" | "constant" | "textbox";
  query: string;
  regex: string;
  sort: number;
  multi: boolean;
  all: boolean;
  allValue: string;
  hidden: boolean;
  preset: string[];
}

export interface Dashboard {
  uid: string;
  title: string;
  from: string;
  refreshSeconds: number;
  variables: Variable[];
  sections: Section[];
  /** What is wrong with it as a whole, and with panels that have no place of their own. */
  faults: string[];
}

const MOST_PANELS = 200;
const MOST_TARGETS = 26;
const MOST_VARIABLES = 30;
const TYPES: Record<string, PanelType> = { timeseries: "timeseries", graph: "timeseries", stat: "stat", singlestat: "stat", gauge: "gauge", bargauge: "bargauge", barchart: "bargauge", table: "table", "table-old": "table", heatmap: "heatmap", text: "text" };
const DONE = ["merge", "organize"];

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
const trees = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);
const words = (value: unknown, other = ""): string => (typeof value === "string" ? value : other);
const figure = (value: unknown): number | undefined => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

/** Colours of Grafana by what they say, so that they are readable on any ground. */
export function toneOf(colour: string): Tone {
  if (/red|^#(f2495c|e02f44|c4162a|d44a3a|bf1b00)/i.test(colour)) return "bad";
  if (/orange|yellow|^#(ff9830|fade2a|eab839|ed8128)/i.test(colour)) return "warn";
  return /green|^#(73bf69|56a64b|299c46)/i.test(colour) ? "good" : "plain";
}

export function seconds(text: string): number {
  const [, number = "0", unit = ""] = /^(\d+)(s|m|h|d|w)$/.exec(text) ?? [];
  return Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit] ?? 0);
}

function target(tree: Tree, index: number): Target {
  const ref = words(tree.refId, String.fromCharCode(65 + index));
  if (typeof tree.expr !== "string" || !tree.expr.trim()) throw new Error(`query ${ref} has no expression of Prometheus (expr)`);
  return { ref, expr: tree.expr, legend: words(tree.legendFormat), instant: tree.instant === true && tree.range !== true };
}

function place(tree: Tree): Pick<Panel, "x" | "y" | "w" | "h"> {
  if (!isTree(tree.gridPos)) throw new Error("it says no place (gridPos)");
  const { x = 0, y = 0, w, h } = tree.gridPos as Record<string, unknown>;
  const whole = (value: unknown) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 10_000;
  if (![x, y, w, h].every(whole) || (x as number) + (w as number) > 24 || (w as number) < 1 || (h as number) < 1) throw new Error(`its place does not fit into 24 columns (gridPos ${JSON.stringify(tree.gridPos)})`);
  return { x, y, w, h } as Pick<Panel, "x" | "y" | "w" | "h">;
}

function steps(defaults: Tree): Panel["steps"] {
  const found = trees(isTree(defaults.thresholds) ? defaults.thresholds.steps : []);
  return found.map((step) => ({ value: figure(step.value) ?? -Infinity, tone: toneOf(words(step.color)) })).sort((a, b) => a.value - b.value);
}

function panel(tree: Tree, key: string): Panel {
  const type = TYPES[words(tree.type)];
  const defaults = isTree(tree.fieldConfig) && isTree(tree.fieldConfig.defaults) ? tree.fieldConfig.defaults : {};
  const custom = isTree(defaults.custom) ? defaults.custom : {};
  const options = isTree(tree.options) ? tree.options : {};
  const reduce = isTree(options.reduceOptions) ? options.reduceOptions : {};
  const shown: Panel = {
    key, type: type ?? "text", title: words(tree.title), about: words(tree.description), x: 0, y: 0, w: 24, h: 4, targets: [],
    unit: words(defaults.unit, words(isTree(options.yAxis) ? options.yAxis.unit : trees(tree.yaxes)[0]?.format)),
    decimals: figure(defaults.decimals), min: figure(defaults.min), max: figure(defaults.max), steps: steps(defaults),
    stacked: isTree(custom.stacking) ? custom.stacking.mode === "normal" : tree.stack === true,
    fill: figure(custom.fillOpacity) ?? 0, calc: words(Array.isArray(reduce.calcs) ? reduce.calcs[0] : "", "lastNotNull"),
    text: words(options.content, words(tree.content)), hidden: [], renamed: {}, fault: "",
  };
  try {
    Object.assign(shown, place(tree));
    if (!type) throw new Error(tree.type === undefined ? "it says no type" : `panels of type ${JSON.stringify(tree.type)} are not drawn here`);
    if (type === "text") return shown;
    const targets = trees(tree.targets).filter((each) => each.hide !== true);
    if (targets.length === 0) throw new Error("it has no query (targets)");
    if (targets.length > MOST_TARGETS) throw new Error(`it has ${targets.length} queries; ${MOST_TARGETS} are asked at most`);
    shown.targets = targets.map(target);
    for (const each of trees(tree.transformations)) {
      if (!DONE.includes(words(each.id))) throw new Error(`the transformation ${JSON.stringify(each.id)} is not done here`);
      const { excludeByName, renameByName } = isTree(each.options) ? each.options : ({} as Tree);
      if (isTree(excludeByName)) shown.hidden = Object.keys(excludeByName).filter((name) => excludeByName[name] === true);
      if (isTree(renameByName)) shown.renamed = Object.fromEntries(Object.entries(renameByName).map(([from, to]) => [from, words(to)]));
    }
  } catch (fault) {
    shown.fault = (fault as Error).message;
  }
  return shown;
}

function sections(panels: Tree[]): Section[] {
  const found: Section[] = [{ title: "", folded: false, panels: [] }];
  panels.forEach((tree, index) => {
    if (tree.type !== "row") {
      found.at(-1)!.panels.push(panel(tree, String(index)));
      return;
    }
    const inner = trees(tree.panels).map((each, at) => panel(each, `${index}.${at}`));
    found.push({ title: words(tree.title), folded: tree.collapsed === true, panels: inner });
  });
  for (const section of found) {
    const top = Math.min(...section.panels.map((each) => each.y));
    for (const each of section.panels) each.y -= top;
  }
  return found.filter((section) => section.panels.length > 0 || section.title);
}

function variable(tree: Tree): Variable {
  const name = words(tree.name);
  const type = words(tree.type);
  if (!/^\w+$/.test(name)) throw new Error(`a variable has no name that can be used (${JSON.stringify(tree.name)})`);
  if (!["query", "custom", "interval", "constant", "textbox"].includes(type)) throw new Error(`the variable ${name} is of type ${JSON.stringify(tree.type)}, which is not asked for here`);
  const query = isTree(tree.query) ? words(tree.query.query) : words(tree.query);
  const current = isTree(tree.current) ? tree.current.value : undefined;
  return {
    name, type: type as Variable["type"], label: words(tree.label) || name, query, regex: words(tree.regex), sort: figure(tree.sort) ?? 0,
    multi: tree.multi === true, all: tree.includeAll === true, allValue: words(tree.allValue), hidden: tree.hide === 2 || type === "constant",
    preset: (Array.isArray(current) ? current : [current]).filter((each) => typeof each === "string" && each !== "") as string[],
  };
}

/** @throws Error when it is no dashboard at all */
export function dashboardOf(text: string): Dashboard {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch (fault) {
    throw new Error(`its JSON cannot be read: ${(fault as Error).message}`, { cause: fault });
  }
  if (!isTree(tree)) throw new Error("its JSON is no object");
  if (!Array.isArray(tree.panels)) throw new Error(Array.isArray(tree.rows) ? "it is in the form of Grafana before 5 (rows)" : "it has no panels");
  const faults = trees(tree.panels).length < tree.panels.length ? ["Of its panels some are no objects."] : [];
  const all = trees(tree.panels);
  if (all.length > MOST_PANELS) faults.push(`It has ${all.length} panels; the first ${MOST_PANELS} are drawn.`);
  const variables: Variable[] = [];
  for (const each of trees(isTree(tree.templating) ? tree.templating.list : []).slice(0, MOST_VARIABLES)) {
    if (each.type === "datasource" || each.type === "adhoc") continue; // There is one source, and nothing is filtered beside the queries.
    try {
      variables.push(variable(each));
    } catch (fault) {
      faults.push(`${(fault as Error).message[0]!.toUpperCase()}${(fault as Error).message.slice(1)}.`);
    }
  }
  return {
    uid: words(tree.uid), title: words(tree.title) || "Dashboard", from: words(isTree(tree.time) ? tree.time.from : "", "now-1h"),
    refreshSeconds: seconds(words(tree.refresh)), variables, sections: sections(all.slice(0, MOST_PANELS)), faults,
  };
}
