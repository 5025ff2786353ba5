// The To-do API as TypeScript sees it.

export interface Todo {
  id: string;
  title: string;
  description: string;
  done: boolean;
  due: string | null;
  order: number;
  version: number;
}

export type Draft = Partial<Pick<Todo, "title" | "description" | "done" | "due">>;

export interface Query {
  done?: boolean;
  text?: string;
  after?: string;
}

export interface Page {
  items: Todo[];
  total: number;
  next: string | null;
}

/** What the page needs of the API; tests have one of their own. */
export interface Api {
  list(query: Query): Promise<Page>;
  create(draft: Draft): Promise<Todo>;
  change(todo: Todo, draft: Draft): Promise<Todo>;
  move(todo: Todo, before: Todo | null): Promise<Todo>;
  remove(todo: Todo): Promise<void>;
  restore(todo: Todo): Promise<Todo>;
}

/** A request that the API refused, or that never reached it (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class HttpApi implements Api {
  constructor(private readonly base = "/api/v1/todos") {}

  list(query: Query): Promise<Page> {
    const words = new URLSearchParams();
    if (query.done !== undefined) words.set("done", String(query.done));
    if (query.text) words.set("q", query.text);
    if (query.after) words.set("after", query.after);
    return this.send("GET", words.size > 0 ? `?${words}` : "");
  }

  create(draft: Draft): Promise<Todo> {
    return this.send("POST", "", draft);
  }

  change(todo: Todo, draft: Draft): Promise<Todo> {
    return this.send("PATCH", `/${todo.id}`, draft, todo.version);
  }

  move(todo: Todo, before: Todo | null): Promise<Todo> {
    return this.send("PUT", `/${todo.id}/position`, { before: before?.id ?? null });
  }

  async remove(todo: Todo): Promise<void> {
    await this.send("DELETE", `/${todo.id}`, undefined, todo.version);
  }

  restore(todo: Todo): Promise<Todo> {
    return this.send("POST", `/${todo.id}/restore`);
  }

  private async send<T>(method: string, path: string, body?: unknown, version?: number): Promise<T> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (version !== undefined) headers["If-Match"] = `"${version}"`;
    let response: Response;
    try {
      response = await fetch(this.base + path, { method, headers, body: JSON.stringify(body) });
    } catch {
      throw new ApiError(0, "The server cannot be reached.");
    }
    if (!response.ok) throw new ApiError(response.status, await reason(response));
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

/** What a problem document (RFC 9457) says, in one sentence. */
async function reason(response: Response): Promise<string> {
  if (response.status === 412) return "It was changed elsewhere meanwhile. You see it as it is now.";
  try {
    const problem = (await response.json()) as { detail?: string; errors?: { field: string; message: string }[] };
    const fields = problem.errors?.map((error) => `${error.field} ${error.message}`).join(", ");
    return fields || problem.detail || response.statusText;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
