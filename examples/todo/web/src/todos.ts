import { computed, reactive } from "vue";
import { ApiError, type Api, type Draft, type Todo } from "./api";

export type Filter = "all" | "open" | "done";

/** What the page shows, and what can be done with it. Whatever fails says so in `error`. */
export function useTodos(api: Api) {
  const state = reactive({
    items: [] as Todo[],
    total: 0,
    next: null as string | null,
    filter: "all" as Filter,
    text: "",
    loading: true,
    error: "",
    /** The last to-do that was deleted, while that can be undone. */
    deleted: null as Todo | null,
    /** Said to those who do not see the page. */
    said: "",
  });
  let asked = 0;

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      state.error = "";
      return result;
    } catch (e) {
      const isStale = e instanceof ApiError && (e.status === 412 || e.status === 404);
      if (isStale) await load();
      state.error = e instanceof Error ? e.message : String(e);
      return undefined;
    }
  }

  function query(after?: string) {
    return {
      done: state.filter === "all" ? undefined : state.filter === "done",
      text: state.text.trim(),
      after,
    };
  }

  /** Reads the first page anew; an answer that comes after a later question is forgotten. */
  async function load(): Promise<void> {
    const mine = ++asked;
    state.loading = true;
    try {
      const page = await api.list(query());
      if (mine === asked) Object.assign(state, page, { error: "" });
    } catch (e) {
      if (mine === asked) state.error = e instanceof Error ? e.message : String(e);
    } finally {
      if (mine === asked) state.loading = false;
    }
  }

  async function more(): Promise<void> {
    const after = state.next;
    if (!after) return;
    const page = await attempt(() => api.list(query(after)));
    if (page) {
      state.items.push(...page.items);
      state.next = page.next;
    }
  }

  function shows(todo: Todo): boolean {
    return state.filter === "all" || todo.done === (state.filter === "done");
  }

  function put(todo: Todo): void {
    const at = state.items.findIndex((item) => item.id === todo.id);
    if (at < 0) return;
    if (shows(todo)) {
      state.items[at] = todo;
    } else {
      state.items.splice(at, 1);
      state.total--;
    }
  }

  async function add(draft: Draft): Promise<boolean> {
    const todo = await attempt(() => api.create(draft));
    if (!todo) return false;
    if (shows(todo) && !state.next) state.items.push(todo);
    state.total++;
    state.said = `Added ${todo.title}.`;
    return true;
  }

  async function change(todo: Todo, draft: Draft): Promise<boolean> {
    const changed = await attempt(() => api.change(todo, draft));
    if (!changed) return false;
    put(changed);
    state.said = draft.done === undefined ? `Saved ${changed.title}.` : `${changed.title} is ${changed.done ? "done" : "open"}.`;
    return true;
  }

  /** Moves a to-do to another place of the list that is shown; the page moves it before the server answers. */
  async function move(todo: Todo, to: number): Promise<void> {
    const from = state.items.findIndex((item) => item.id === todo.id);
    if (from < 0 || to < 0 || to >= state.items.length || to === from) return;
    const before = state.items[to > from ? to + 1 : to] ?? null;
    state.items.splice(to, 0, ...state.items.splice(from, 1));
    const moved = await attempt(() => api.move(todo, before));
    if (moved) {
      put(moved);
      state.said = `${moved.title} is number ${to + 1} of ${state.items.length} now.`;
    } else {
      await load();
    }
  }

  async function remove(todo: Todo): Promise<void> {
    const isGone = await attempt(() => api.remove(todo).then(() => true));
    if (!isGone) return;
    state.items = state.items.filter((item) => item.id !== todo.id);
    state.total--;
    state.deleted = todo;
    state.said = `Deleted ${todo.title}.`;
  }

  async function undo(): Promise<void> {
    const todo = state.deleted;
    if (!todo) return;
    const restored = await attempt(() => api.restore(todo));
    if (!restored) return;
    state.deleted = null;
    await load();
    state.said = `${restored.title} is back.`;
  }

  const isEmpty = computed(() => !state.loading && !state.error && state.items.length === 0);
  return { state, isEmpty, load, more, add, change, move, remove, undo };
}
