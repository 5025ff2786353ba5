import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveTable } from "./table";

/** What the server answers next; the last one for ever. */
let answers: (() => Response)[] = [];
const asked: string[] = [];

const page = (...names: string[]) => () =>
  Response.json({
    kind: "Table",
    metadata: { resourceVersion: "7" },
    columnDefinitions: [{ name: "Name" }],
    rows: names.map((name) => ({ cells: [name], object: { metadata: { uid: name, name, resourceVersion: "7" } } })),
  });
const events = (...all: object[]) => () => new Response(all.map((event) => `${JSON.stringify(event)}\n`).join(""));
const refusal = (code: number) => () => Response.json({ message: "no" }, { status: code });

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    const next = answers.length > 1 ? answers.shift()! : answers[0]!;
    return Promise.resolve(next());
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const names = (table: LiveTable) => table.rows.value.map((row) => row.meta.name);

test.each([502, 503, 429])("keeps its rows while what is too old cannot be read anew: %i", async (code) => {
  answers = [page("a"), events({ type: "ERROR", object: { code: 410 } }), refusal(code), refusal(code), page("a", "b"), () => new Response(new ReadableStream())];
  const table = new LiveTable();
  await table.open({ path: "/api/v1/pods" });
  await vi.advanceTimersByTimeAsync(2_500);

  expect(names(table)).toEqual(["a"]);
  expect(table.state.phase).toBe("ready");

  await vi.advanceTimersByTimeAsync(5_000);

  expect(names(table)).toEqual(["a", "b"]);
  table.close();
});

test("a first page that a server which begins does not give is asked for again", async () => {
  answers = [refusal(503), page("a"), () => new Response(new ReadableStream())];
  const table = new LiveTable();
  await table.open({ path: "/api/v1/pods" });

  expect(table.state.phase).toBe("error");
  await vi.advanceTimersByTimeAsync(2_500);
  expect(table.state.phase).toBe("ready");
  expect(names(table)).toEqual(["a"]);
  table.close();
});

test("what is refused for good is said, and not asked for again", async () => {
  answers = [refusal(403)];
  const table = new LiveTable();
  await table.open({ path: "/api/v1/pods" });
  await vi.advanceTimersByTimeAsync(10_000);

  expect(table.state).toMatchObject({ phase: "error", error: "no", code: 403 });
  expect(asked.length).toBe(1);
  table.close();
});
