import { describe, expect, test } from "vitest";
import { ApiError, HttpApi } from "./api";
import { MemoryApi } from "./memory-api";
import { useTodos } from "./todos";

async function opened(...titles: string[]) {
  const api = new MemoryApi(...titles);
  const todos = useTodos(api);
  await todos.load();
  const shown = () => todos.state.items.map((todo) => todo.title);
  const stored = () => api.todos.map((todo) => todo.title);
  return { api, todos, shown, stored };
}

describe("the list", () => {
  test("shows what is stored", async () => {
    const { todos, shown } = await opened("a", "b");
    expect(shown()).toEqual(["a", "b"]);
    expect(todos.state.loading).toBe(false);
    expect(todos.isEmpty.value).toBe(false);
  });

  test("adds at the end", async () => {
    const { todos, shown } = await opened("a");
    expect(await todos.add({ title: "b" })).toBe(true);
    expect(shown()).toEqual(["a", "b"]);
    expect(todos.state.said).toBe("Added b.");
  });

  test("hides what no longer fits the filter", async () => {
    const { todos, shown } = await opened("a", "b");
    todos.state.filter = "open";
    await todos.load();
    await todos.change(todos.state.items[0]!, { done: true });
    expect(shown()).toEqual(["b"]);
    expect(todos.state.total).toBe(1);
  });

  test.each([
    [0, 2, ["b", "c", "a"]],
    [2, 0, ["c", "a", "b"]],
    [0, 1, ["b", "a", "c"]],
    [1, 9, ["a", "b", "c"]],
  ])("moves number %i to %i", async (from, to, expected) => {
    const { todos, shown, stored } = await opened("a", "b", "c");
    await todos.move(todos.state.items[from]!, to);
    expect(shown()).toEqual(expected);
    expect(stored()).toEqual(expected);
  });

  test("undoes a deletion", async () => {
    const { todos, shown } = await opened("a");
    await todos.remove(todos.state.items[0]!);
    expect(shown()).toEqual([]);
    expect(todos.state.deleted?.title).toBe("a");
    await todos.undo();
    expect(shown()).toEqual(["a"]);
    expect(todos.state.deleted).toBeNull();
  });

  test("shows others' changes when its own come too late", async () => {
    const { api, todos, shown } = await opened("a");
    await api.change(todos.state.items[0]!, { title: "changed" });
    expect(await todos.change(todos.state.items[0]!, { title: "mine" })).toBe(false);
    expect(shown()).toEqual(["changed"]);
    expect(todos.state.error).toContain("changed elsewhere");
  });

  test("says what failed, and keeps what it shows", async () => {
    const { api, todos, shown } = await opened("a", "b");
    api.fails = new ApiError(503, "try again");
    await todos.move(todos.state.items[0]!, 1);
    expect(todos.state.error).toBe("try again");
    api.fails = null;
    await todos.load();
    expect(todos.state.error).toBe("");
    expect(shown()).toEqual(["a", "b"]);
  });
});

test("a server that cannot be reached is told as such", async () => {
  await expect(new HttpApi("http://127.0.0.1:1/none").list({})).rejects.toThrow("cannot be reached");
});
