import { expect, test } from "vitest";
import { age, newestFirst, type EventObj } from "./objects";

const start = Date.parse("2026-01-01T00:00:00Z");

test.each([[119, "119s"], [120, "2m"], [125, "2m5s"], [900, "15m"], [3 * 3600, "3h"], [3 * 3600 + 60, "3h1m"], [47 * 3600, "47h"], [3 * 86400, "3d"], [3 * 86400 + 3600, "3d1h"], [30 * 86400, "30d"], [800 * 86400, "2y"]])(
  "%i seconds are %s",
  (seconds, text) => {
    expect(age("2026-01-01T00:00:00Z", start + seconds * 1000)).toBe(text);
  },
);

test("events of one second stand in their order, however exactly each tells its time", () => {
  const at = (time: string): EventObj => ({ metadata: { name: time, uid: time }, eventTime: time, involvedObject: { kind: "Pod", name: "web" } });
  const sorted = [at("2026-01-01T00:00:05Z"), at("2026-01-01T00:00:05.900000Z"), at("2026-01-01T00:00:06Z")].sort(newestFirst);
  expect(sorted.map((event) => event.eventTime)).toEqual(["2026-01-01T00:00:06Z", "2026-01-01T00:00:05.900000Z", "2026-01-01T00:00:05Z"]);
});
