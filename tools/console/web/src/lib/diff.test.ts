import { expect, test } from "vitest";
import { diff } from "./diff";

const told = (before: string, after: string) => diff(before, after).map(({ kind, text }) => `${{ same: " ", gone: "-", new: "+", skipped: "@" }[kind]}${text}`);

test("tells what went and what came, with what stands around", () => {
  expect(told("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]);
  expect(told("a\nb\nc\nd", "b\nc\ne\nd")).toEqual(["-a", " b", " c", "+e", " d"]);
});

test("leaves out what is far from any change", () => {
  const many = Array.from({ length: 20 }, (_, index) => String(index)).join("\n");
  expect(told(many, many.replace("\n10\n", "\nten\n"))).toEqual(["@7 equal lines", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"]);
});

test("equal texts have no difference, and texts of any size an answer", () => {
  expect(told("a\nb", "a\nb")).toEqual([]);
  const large = (letter: string) => Array.from({ length: 3000 }, (_, index) => letter + index).join("\n");
  expect(diff(large("a"), large("b"))).toHaveLength(6000);
});
