import { expect, test } from "vitest";
import { amount, bytes, cores } from "./quantity";

test.each([["250m", 0.25], ["2", 2], ["1500000n", 0.0015], ["128Mi", 134_217_728], ["1k", 1000], ["1e3", 1000], ["", null], [undefined, null], ["much", null]])("%s is %s", (text, value) => {
  expect(amount(text)).toBe(value);
});

test("amounts are written as short as people do", () => {
  expect([cores(0.0015), cores(0.25), cores(12.04), cores(null)]).toEqual(["1.5m", "250m", "12", "–"]);
  expect([bytes(5 * 1024 ** 2), bytes(128 * 1024 ** 2), bytes(16 * 1024 ** 3), bytes(null)]).toEqual(["5.0Mi", "128Mi", "16Gi", "–"]);
});
