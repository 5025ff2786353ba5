import { ApiError, type Api, type Draft, type Page, type Query, type Todo } from "./api";

/** An API in memory, for tests; it can be told to fail. */
export class MemoryApi implements Api {
  todos: Todo[] = [];
  fails: ApiError | null = null;
  private count = 0;
  private readonly bin = new Map<string, Todo>();

  constructor(...titles: string[]) {
    for (const title of titles) this.todos.push(this.make({ title }));
  }

  private make(draft: Draft): Todo {
    const id = `id-${++this.count}`;
    return { id, title: "", description: "", done: false, due: null, order: this.count, version: 1, ...draft };
  }

  private async check(todo?: Todo): Promise<number> {
    if (this.fails) throw this.fails;
    if (!todo) return -1;
    const at = this.todos.findIndex((item) => item.id === todo.id);
    if (at < 0) throw new ApiError(404, "there is no such to-do");
    return at;
  }

  async list(query: Query): Promise<Page> {
    await this.check();
    const items = this.todos.filter(
      (todo) => (query.done === undefined || todo.done === query.done) && todo.title.includes(query.text ?? ""),
    );
    return { items: items.map((todo) => ({ ...todo })), total: items.length, next: null };
  }

  async create(draft: Draft): Promise<Todo> {
    await this.check();
    const todo = this.make(draft);
    this.todos.push(todo);
    return { ...todo };
  }

  async change(todo: Todo, draft: Draft): Promise<Todo> {
    const at = await this.check(todo);
    const known = this.todos[at]!;
    if (known.version !== todo.version) throw new ApiError(412, "changed elsewhere");
    this.todos[at] = { ...known, ...draft, version: known.version + 1 };
    return { ...this.todos[at] };
  }

  async move(todo: Todo, before: Todo | null): Promise<Todo> {
    const moved = this.todos.splice(await this.check(todo), 1)[0]!;
    const to = before ? this.todos.findIndex((item) => item.id === before.id) : this.todos.length;
    this.todos.splice(to, 0, { ...moved, version: moved.version + 1 });
    return { ...this.todos[to]! };
  }

  async remove(todo: Todo): Promise<void> {
    this.bin.set(todo.id, this.todos.splice(await this.check(todo), 1)[0]!);
  }

  async restore(todo: Todo): Promise<Todo> {
    await this.check();
    const back = this.bin.get(todo.id)!;
    this.todos.push(back);
    return { ...back };
  }
}
