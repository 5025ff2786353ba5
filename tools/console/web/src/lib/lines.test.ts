import { expect, test } from "vitest";
import { barsOf, EMPTY, joined, paramsOf, queryOf, toneOfLevel, wantedOf, type LogLine } from "./lines";

const line = (sequence: number) => ({ sequence }) as LogLine;

test("what is empty is not asked for, and text is words or an expression", () => {
  expect(paramsOf({ ...EMPTY, text: " a b " }, { limit: "5" }).toString()).toBe("words=a+b&since=1h&limit=5");
  expect(paramsOf({ ...EMPTY, text: "a|b", expression: true, since: "" }).toString()).toBe("grep=a%7Cb");
});

test("a search stands in the address without what is usual, and is read from it again", () => {
  const wanted = { ...EMPTY, text: "x", expression: true, since: "" };
  const query = queryOf(wanted);
  expect(query).toEqual({ text: "x", expression: "true", since: "" });
  expect(wantedOf(query)).toEqual(wanted);
  expect(wantedOf({ text: ["two"], since: 5 })).toEqual(EMPTY);
});

test("new lines stand above, each once, and the oldest go", () => {
  expect(joined([line(3), line(2), line(1)], [line(3), line(4), line(5)], 4).map((each) => each.sequence)).toEqual([5, 4, 3, 2]);
});

test("bars are as high as their share of the largest", () => {
  const time = "2026-01-02T03:04:00Z";
  expect(barsOf({ complete: true, stepSeconds: 60, total: 3, buckets: [{ time, count: 1 }, { time, count: 2 }] }).map(({ from, to, share }) => [to - from, share])).toEqual([[60_000, 0.5], [60_000, 1]]);
  expect(barsOf({ complete: true, stepSeconds: 60, total: 0, buckets: [{ time, count: 0 }] })[0]!.share).toBe(0);
});

test("levels have tones", () => {
  expect(["ERROR", "fatal", "Warning", "info", undefined].map((level) => toneOfLevel(level))).toEqual(["bad", "bad", "warn", "", ""]);
});
