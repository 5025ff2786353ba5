import { expect, test } from "vitest";
import { dashboardOf, toneOf, type Panel, type Variable } from "./grafana";
import { trouble } from "./prometheus";
import { frameOf, heatOf, nameOf, reduced, stacked, tableOf, toneAt } from "./series";
import { windowOf } from "./span";
import { ALL, asked, chosenOf, expression, filled, optionsOf } from "./variables";
import { written } from "./units";
import { ApiError } from "./api";

const files = import.meta.glob<string>("../../../../addons/charts/monitoring/dashboards/*.json", { query: "?raw", import: "default", eager: true });
const variable = (given: Partial<Variable>): Variable => ({ name: "v", label: "v", type: "query", query: "", regex: "", sort: 0, multi: false, all: false, allValue: "", hidden: false, preset: [], ...given });
const target = (given = {}) => ({ ref: "A", expr: "up", legend: "", instant: false, ...given });
const window = { from: 0, to: 60, step: 30 };

test.each(Object.entries(files))("%s of the project is read without a fault", (_, text) => {
  const board = dashboardOf(text);

  expect(board.faults).toEqual([]);
  expect(board.sections.flatMap((section) => section.panels).filter((panel) => panel.fault)).toEqual([]);
  expect(board.sections.flatMap((section) => section.panels).length).toBeGreaterThan(5);
});

test.each([
  ["", "its JSON cannot be read"],
  ["[]", "its JSON is no object"],
  ["{}", "it has no panels"],
  ['{"rows": []}', "the form of Grafana before 5"],
])("what is no dashboard is refused with the reason: %s", (text, reason) => {
  expect(() => dashboardOf(text)).toThrow(reason);
});

test.each([
  [{ type: "stat" }, "it says no place"],
  [{ type: "stat", gridPos: { x: 1, y: 0, w: 24, h: 1 } }, "does not fit"],
  [{ type: "stat", gridPos: { x: 0, y: 1e9, w: 2, h: 1 } }, "does not fit"],
  [{ gridPos: { x: 0, y: 0, w: 2, h: 1 } }, "it says no type"],
  [{ type: "stat", gridPos: { x: 0, y: 0, w: 2, h: 1 }, targets: [{ refId: "B" }] }, "query B has no expression"],
  [{ type: "table", gridPos: { x: 0, y: 0, w: 2, h: 1 }, targets: [{ expr: "up" }], transformations: [{ id: "joinByField" }] }, 'the transformation "joinByField"'],
])("a panel that cannot be drawn says why: %j", (panel, reason) => {
  expect(dashboardOf(JSON.stringify({ panels: [panel] })).sections[0]!.panels[0]!.fault).toContain(reason);
});

test("panels of a folded row are in its section, from its top", () => {
  const at = (y: number) => ({ type: "text", title: String(y), gridPos: { x: 0, y, w: 24, h: 1 } });
  const board = dashboardOf(JSON.stringify({ panels: [at(0), { type: "row", title: "More", collapsed: true, panels: [at(7), at(9)] }] }));

  expect(board.sections.map(({ title, folded, panels }) => [title, folded, panels.map((panel) => panel.y)])).toEqual([["", false, [0]], ["More", true, [0, 2]]]);
});

test.each([
  [0, "none", "0"], [1536, "bytes", "1.5 KiB"], [1_048_575, "bytes", "1 MiB"], [2_500_000, "Bps", "2.5 MB/s"], [0.256, "percentunit", "25.6 %"], [12, "percent", "12 %"],
  [0.0005, "s", "500 µs"], [90, "s", "1.5 min"], [250, "ms", "250 ms"], [1234, "short", "1.23 k"], [0.004, "reqps", "4 mreq/s"], [-1500, "short", "-1.5 k"], [5, "furlongs", "5 furlongs"], [Infinity, "s", "∞"],
])("%d in %s is written as %s", (value, unit, text) => {
  expect(written(value, unit)).toBe(text);
});

test("values of variables stand in queries as what they are, not as part of them", () => {
  const all = [variable({ name: "pod" }), variable({ name: "many", multi: true })];
  const fill = (text: string) => filled(text, all, { pod: ['a"b\\c'], many: ["a.b", "c"] }, {}, window);

  expect(fill('x{pod="$pod",m=~"${many}"}[$__rate_interval]')).toBe('x{pod="a\\"b\\\\c",m=~"(a\\\\.b|c)"}[120s]');
  expect(fill("$other $podx [[pod:raw]] ${many:pipe} $__range")).toBe('$other $podx a"b\\c a.b|c 60s');
  expect(filled("$v", [variable({ all: true, allValue: ".*" })], { v: [ALL] }, { v: ["a"] }, window)).toBe(".*");
  expect(filled("$v", [variable({ all: true })], { v: [ALL] }, { v: ["a", "b"] }, window)).toBe("(a|b)");
});

test("queries for values are told apart", () => {
  expect(asked('label_values(up{a="b, c"}, pod)')).toEqual({ kind: "values", label: "pod", match: 'up{a="b, c"}' });
  expect(asked("label_values(job)")).toEqual({ kind: "values", label: "job", match: "" });
  expect(asked("query_result(sum(up))")).toEqual({ kind: "result", query: "sum(up)" });
  expect(() => asked("up")).toThrow("no query for values");
});

test("values are picked by an expression, ordered, and expressions without an end are refused", () => {
  expect(optionsOf(['x{pod="b10"} 1', 'x{pod="b9"} 1', 'x{pod="b9"} 2', "none"], variable({ regex: '/pod="([^"]+)"/', sort: 3 }))).toEqual(["b9", "b10"]);
  expect(() => expression("/(a+)+$/")).toThrow("repeats what repeats");
  for (const slow of ["((a+))+$", "(a|aa)*$", ".*.*.*x", "a?a?a?a?a?a?a?a?a?aaaaaaaaa", "(a)\\1", "(a{1,9}){9}"]) {
    expect(() => expression(`/${slow}/`)).toThrow("repeats what repeats");
  }
  expect(expression('/(?:deployment|set)="([^"]+)"/').exec('set="a"')?.[1]).toBe("a");
  expect(chosenOf(variable({}), ["a", "b"], ["b"])).toEqual(["b"]);
  expect(chosenOf(variable({}), ["a", "b"], ["gone"])).toEqual(["a"]);
  expect(chosenOf(variable({ all: true }), ["a"], [])).toEqual([ALL]);
});

test("a window lies on whole steps and has few enough points", () => {
  const hour = windowOf({ from: "now-1h", to: "now" }, 1_000_000_007_000);
  expect(hour).toEqual({ from: 999_996_405, to: 1_000_000_005, step: 15 });
  const month = windowOf({ from: "now-30d", to: "now" }, 1_000_000_007_000);
  expect((month.to - month.from) / month.step).toBeLessThanOrEqual(241);
  expect(windowOf({ from: "nonsense", to: "now" }, 7_200_000)).toEqual({ from: 3600, to: 7200, step: 15 });
});

test("lines lie on the window's times, broken where nothing was measured", () => {
  const { times, lines } = frameOf([{ target: target({ legend: "{{pod}}!" }), results: [{ metric: { pod: "a" }, values: [[0, "1"], [60, "NaN"]] }] }], window, "Title");

  expect(times).toEqual([0, 30, 60]);
  expect(lines).toEqual([{ name: "a!", labels: { pod: "a" }, values: [1, null, null] }]);
  expect(nameOf("", {}, "Title")).toBe("Title");
  expect(nameOf("", { __name__: "up", a: "b", c: "d" }, "Title")).toBe("a=b, c=d");
});

test("figures of a line, sums of lines, and what thresholds say", () => {
  const panel = { steps: [{ value: -Infinity, tone: "good" }, { value: 5, tone: "bad" }] } as Panel;
  expect([reduced([1, null, 3, null], "lastNotNull"), reduced([1, 3], "mean"), reduced([1, 3], "max"), reduced([null], "sum")]).toEqual([3, 2, 3, null]);
  expect([toneAt(4.9, panel), toneAt(5, panel), toneAt(null, panel)]).toEqual(["good", "bad", "plain"]);
  expect(stacked([{ name: "a", labels: {}, values: [1, null] }, { name: "b", labels: {}, values: [2, 3] }])).toEqual([[1, null], [3, 3]]);
  expect([toneOf("semi-dark-red"), toneOf("#EAB839"), toneOf("blue")]).toEqual(["bad", "warn", "plain"]);
});

test("rows of several queries about the same are one row", () => {
  const metric = { __name__: "x", job: "j", deployment: "web" };
  const table = tableOf([
    { target: target({ legend: "wanted" }), results: [{ metric, value: [0, "3"] }] },
    { target: target({ ref: "B", legend: "there" }), results: [{ metric: { ...metric, __name__: "y" }, value: [0, "2"] }] },
  ], { hidden: [], renamed: {} });

  expect(table).toEqual({ columns: [{ name: "deployment", figure: false }, { name: "wanted", figure: true }, { name: "there", figure: true }], rows: [["web", 3, 2]], all: 1 });
});

test("a field of a heat map is what its bucket has more than the one below", () => {
  const line = (le: string, ...values: number[]) => ({ name: le, labels: { le }, values });
  expect(heatOf({ times: [0, 1], lines: [line("+Inf", 5, 9), line("0.5", 2, 9)], all: 2 })).toEqual({ times: [0, 1], buckets: [{ name: "0.5", counts: [2, 9] }, { name: "+Inf", counts: [3, 0] }], most: 9 });
});

test("a refusal, an absence and a fault of a query are told apart", () => {
  const where = { namespace: "m", service: "p", port: "http" };
  const kind = (code: number, reason = "") => trouble(new ApiError(code, reason, "why"), where).kind;
  expect([kind(403), kind(404, "NotFound"), kind(503), kind(400, "bad_data")]).toEqual(["forbidden", "off", "away", "other"]);
});
