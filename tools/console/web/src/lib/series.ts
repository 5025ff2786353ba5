// Results of Prometheus as lines, figures, rows and fields of a heat map.
import type { Panel, Target, Tone } from "./grafana";
import type { Result } from "./prometheus";

export interface Line {
  name: string;
  labels: Record<string, string>;
  values: (number | null)[];
}

export interface Frame {
  /** Seconds. */
  times: number[];
  lines: Line[];
  /** How many lines there were. */
  all: number;
}

export interface Asked {
  target: Target;
  results: Result[];
}

/** More lines than this nobody can tell apart. */
export const MOST_LINES = 60;
export const MOST_ROWS = 500;

export function number(text: string): number | null {
  const value = text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
  return Number.isNaN(value) ? null : value;
}

/** A series' name: the legend with labels in it, else the labels, else the panel's own name. */
export function nameOf(legend: string, metric: Record<string, string>, otherwise: string): string {
  if (legend && legend !== "__auto") return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? "").trim() || otherwise;
  const labels = Object.entries(metric).filter(([label]) => label !== "__name__");
  if (labels.length === 0) return metric.__name__ ?? otherwise;
  return labels.length === 1 ? labels[0]![1] : labels.map(([label, value]) => `${label}=${value}`).join(", ");
}

/** Lines on the times of one range; where nothing was measured they are broken. */
export function frameOf(asked: Asked[], { from, to, step }: { from: number; to: number; step: number }, title: string): Frame {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  const times = Array.from({ length: count }, (_, index) => from + index * step);
  const lines = asked.flatMap(({ target, results }) =>
    results.map(({ metric, values, value }) => {
      const found: (number | null)[] = new Array<number | null>(count).fill(null);
      for (const [time, text] of values ?? (value ? [value] : [])) {
        const at = Math.round((time - from) / step);
        const sample = number(text);
        if (at >= 0 && at < count && sample !== null && Number.isFinite(sample)) found[at] = sample;
      }
      return { name: nameOf(target.legend, metric, title), labels: metric, values: found };
    }),
  );
  return { times, lines: lines.slice(0, MOST_LINES), all: lines.length };
}

/** One figure of a line, as the panel says which. */
export function reduced(values: (number | null)[], calc: string): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  switch (calc) {
    case "mean": case "avg": return known.reduce((a, b) => a + b, 0) / known.length;
    case "sum": case "total": return known.reduce((a, b) => a + b, 0);
    case "max": return known.reduce((a, b) => Math.max(a, b));
    case "min": return known.reduce((a, b) => Math.min(a, b));
    case "first": case "firstNotNull": return known[0]!;
    case "count": return known.length;
    case "range": return known.reduce((a, b) => Math.max(a, b)) - known.reduce((a, b) => Math.min(a, b));
    case "diff": case "delta": return known.at(-1)! - known[0]!;
    default: return known.at(-1)!;
  }
}

/** What a value says by the panel's thresholds. */
export function toneAt(value: number | null, { steps }: Pick<Panel, "steps">): Tone {
  if (value === null) return "plain";
  return steps.filter((step) => value >= step.value).at(-1)?.tone ?? "plain";
}

/** Sums from below, so that each line stands on those before it. */
export function stacked(lines: Line[]): (number | null)[][] {
  const top: number[] = new Array<number>(lines[0]?.values.length ?? 0).fill(0);
  return lines.map((line) => line.values.map((value, index) => (value === null ? (line === lines[0] ? null : top[index]!) : (top[index] = top[index]! + value))));
}

export interface Table {
  columns: { name: string; figure: boolean }[];
  rows: (string | number | null)[][];
  all: number;
}

/** What says how a series was taken, not what it is about. */
const HOW = new Set(["__name__", "job", "instance", "metrics_path", "endpoint", "prometheus", "prometheus_replica"]);

/** Rows by their labels: figures of several queries about the same stand in one row. */
export function tableOf(asked: Asked[], panel: Pick<Panel, "hidden" | "renamed">): Table {
  const labels = new Set<string>();
  const rows = new Map<string, { metric: Record<string, string>; figures: (number | null)[] }>();
  asked.forEach(({ results }, index) => {
    for (const { metric, value, values } of results) {
      const own = Object.entries(metric).filter(([label]) => !HOW.has(label)).sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [label] of own) labels.add(label);
      const key = JSON.stringify(own);
      const row = rows.get(key) ?? { metric: Object.fromEntries(own), figures: asked.map(() => null) };
      const sample = value ?? values?.at(-1);
      row.figures[index] = sample ? number(sample[1]) : null;
      rows.set(key, row);
    }
  });
  const refs = asked.map(({ target }, index) => ({ index, from: asked.length > 1 ? `Value #${target.ref}` : "Value", name: target.legend.includes("{{") ? "" : target.legend }));
  const names = [...labels].filter((label) => !panel.hidden.includes(label)).sort();
  const figures = refs.filter(({ from, index }) => !panel.hidden.includes(from) && [...rows.values()].some((row) => row.figures[index] !== null));
  // A figure that is always one says only that the row is there.
  const telling = figures.filter(({ index, from }) => panel.renamed[from] || ![...rows.values()].every((row) => row.figures[index] === null || row.figures[index] === 1) || names.length === 0);
  return {
    columns: [...names.map((name) => ({ name: panel.renamed[name] || name, figure: false })), ...telling.map(({ from, name }) => ({ name: panel.renamed[from] || name || from, figure: true }))],
    rows: [...rows.values()].slice(0, MOST_ROWS).map((row) => [...names.map((name) => row.metric[name] ?? ""), ...telling.map(({ index }) => row.figures[index] ?? null)]),
    all: rows.size,
  };
}

export interface HeatField {
  times: number[];
  /** From the lowest. */
  buckets: { name: string; counts: number[] }[];
  most: number;
}

/** Buckets of a histogram hold what is below them too: each field is what its bucket has more than the one below. */
export function heatOf(frame: Frame): HeatField {
  const edge = (line: Line) => number(line.labels.le ?? line.name) ?? NaN;
  const isHistogram = frame.lines.length > 0 && frame.lines.every((line) => line.labels.le !== undefined);
  const sorted = isHistogram ? [...frame.lines].sort((a, b) => edge(a) - edge(b)) : frame.lines;
  const buckets = sorted.map((line, index) => {
    const below = isHistogram ? sorted[index - 1] : undefined;
    return { name: isHistogram ? line.labels.le! : line.name, counts: line.values.map((value, at) => Math.max(0, (value ?? 0) - (below?.values[at] ?? 0))) };
  });
  const most = buckets.reduce((most, { counts }) => counts.reduce((a, b) => Math.max(a, b), most), 0);
  return { times: frame.times, buckets, most };
}
