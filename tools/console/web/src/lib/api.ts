// Requests to the API server: through `kat dashboard`, which adds who asks, or straight to KAT's own server with a token.
import { reactive } from "vue";
import type { List } from "./objects";

export const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const TOKEN = "kat-token";

/** 0 stands for a server that was not reached, 502 says the same through `kat dashboard`. */
const PASSING = [0, 429, 502, 503, 504];

export class ApiError extends Error {
  constructor(readonly code: number, readonly reason: string, message: string, readonly details?: unknown) {
    super(message);
  }

  /** Whether the same may be answered soon: the server is away, begins, or has too much to do. */
  get passes(): boolean {
    return PASSING.includes(this.code);
  }
}

/** Who uses the page, and how requests reach the server. */
export const session = reactive({
  state: "starting" as "starting" | "out" | "in",
  mode: "token" as "token" | "helper",
  server: "",
  namespace: "",
  /** Whether releases of Helm can be rolled back from here. */
  helm: false,
  user: "",
  groups: [] as string[],
  reason: "",
});

/** Whether the server answers; false from the first request that did not reach it. */
export const link = reactive({ up: true, since: 0 });

let token = "";

function reached(up: boolean) {
  if (link.up !== up) Object.assign(link, { up, since: Date.now() });
}

export interface Options {
  method?: string;
  body?: unknown;
  type?: string;
  accept?: string;
  signal?: AbortSignal;
}

async function send(path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { accept: options.accept ?? "application/json", "x-kat-console": "1" };
  if (token) headers.authorization = `Bearer ${token}`;
  let body: string | undefined;
  if (options.body !== undefined) {
    body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
    headers["content-type"] = options.type ?? "application/json";
  }
  let answer: Response;
  try {
    answer = await fetch(path, { method: options.method ?? "GET", headers, body, signal: options.signal, credentials: "same-origin", cache: "no-store" });
  } catch (fault) {
    if (options.signal?.aborted) throw fault;
    reached(false);
    throw new ApiError(0, "Unreachable", "The server cannot be reached.");
  }
  if (answer.status === 502) {
    reached(false);
  } else {
    reached(true);
  }
  if (answer.ok) return answer;
  const text = await answer.text();
  let status: { message?: string; reason?: string; details?: unknown; error?: string; errorType?: string } = {};
  try {
    status = JSON.parse(text) as typeof status;
  } catch {
    status = { message: text.trim() };
  }
  // What stands behind a Service has sign-ins of its own.
  if (answer.status === 401 && session.state === "in" && !path.includes("/proxy/")) signOut("The server no longer accepts this sign-in.");
  throw new ApiError(answer.status, status.reason ?? status.errorType ?? "", status.message || status.error || `The server answered ${answer.status}.`, status.details);
}

export async function request<T>(path: string, options: Options = {}): Promise<T> {
  return (await (await send(path, options)).json()) as T;
}

/** A list, whose items a server may leave out when there are none. */
export async function list<T>(path: string, options: Options = {}): Promise<List<T>> {
  const answer = await request<List<T>>(path, options);
  return { ...answer, items: answer.items ?? [] };
}

/** The form of objects that tells their metadata alone. */
export const METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

export async function text(path: string, options: Options = {}): Promise<string> {
  return (await send(path, { accept: "*/*", ...options })).text();
}

/** The lines of an answer as they come; what stands behind the last line break is none. */
export async function* lines(path: string, options: Options = {}): AsyncGenerator<string> {
  const reader = (await send(path, { accept: "*/*", ...options })).body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const pieces = (rest + part.value).split("\n");
    rest = pieces.pop() ?? "";
    yield* pieces;
  }
}

/** An answer without an end, as text in pieces. */
export interface Stream {
  close(): void;
}

export interface Listener {
  /** Called with whole messages where `lines`, else with pieces. */
  text(piece: string): void;
  /** Called once when it ended and was not closed by the page. */
  end(): void;
}

/** A socket to the server; a browser allows many of them to one host, but only six requests. */
export function socket(path: string, protocols: string[]): WebSocket {
  const offered = [...protocols];
  if (token) {
    const bytes = new TextEncoder().encode(token);
    const encoded = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    offered.push(`base64url.bearer.authorization.k8s.io.${encoded}`);
  }
  const opened = new WebSocket(path.replace(/^/, location.origin.replace(/^http/, "ws")), offered);
  opened.binaryType = "arraybuffer";
  return opened;
}

export function stream(path: string, accept: string, listener: Listener): Stream {
  return session.mode === "helper" ? streamBySocket(path, accept, listener) : streamByFetch(path, accept, listener);
}

function streamBySocket(path: string, accept: string, listener: Listener): Stream {
  const joined = `${path}${path.includes("?") ? "&" : "?"}kat-accept=${encodeURIComponent(accept).replace(/%2A/g, "*")}`;
  const opened = socket(joined, []);
  const decoder = new TextDecoder();
  let closed = false;
  opened.onopen = () => reached(true);
  opened.onmessage = (event: MessageEvent<string | ArrayBuffer>) =>
    listener.text(typeof event.data === "string" ? event.data : decoder.decode(event.data, { stream: true }));
  opened.onclose = () => {
    if (!closed) listener.end();
  };
  return {
    close() {
      closed = true;
      opened.close();
    },
  };
}

function streamByFetch(path: string, accept: string, listener: Listener): Stream {
  const abort = new AbortController();
  void (async () => {
    try {
      const answer = await send(path, { accept, signal: abort.signal });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) listener.text(part.value);
    } catch {
      // An end like any other: the listener asks again and is told then what is wrong.
    }
    if (!abort.signal.aborted) listener.end();
  })();
  return { close: () => abort.abort() };
}

/** Signs in by the address's fragment, an earlier session of this tab, or not at all. */
export async function start(): Promise<void> {
  const secret = location.hash.slice(1);
  if (secret.length > 20) history.replaceState(history.state, "", location.pathname + location.search);
  try {
    const answer = await fetch("/dashboard/session.json", {
      method: secret.length > 20 ? "POST" : "GET",
      headers: { "x-kat-console": "1" },
      body: secret.length > 20 ? secret : undefined,
      cache: "no-store",
    });
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      session.mode = "helper";
      const told = (await answer.json()) as { server?: string; namespace?: string; helm?: boolean; message?: string };
      if (!answer.ok) {
        Object.assign(session, { state: "out", reason: told.message ?? "" });
        return;
      }
      Object.assign(session, { server: told.server ?? "", namespace: told.namespace ?? "", helm: told.helm === true });
      await welcome();
      return;
    }
  } catch {
    Object.assign(session, { state: "out", reason: "The server cannot be reached." });
    return;
  }
  session.server = location.origin;
  const kept = sessionStorage.getItem(TOKEN);
  if (kept) {
    await signIn(kept).catch(() => undefined);
  } else {
    session.state = "out";
  }
}

/** Asks who the user is: the server itself tells whether the credentials are any good. */
async function welcome() {
  try {
    const review = await request<{ status?: { userInfo?: { username?: string; groups?: string[] } } }>(
      "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      { method: "POST", body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" } },
    );
    const who = review.status?.userInfo;
    Object.assign(session, { user: who?.username ?? "", groups: who?.groups ?? [], state: "in", reason: "" });
  } catch (fault) {
    Object.assign(session, { state: "out", reason: (fault as Error).message });
    throw fault;
  }
}

export async function signIn(given: string): Promise<void> {
  token = given.trim();
  try {
    await welcome();
    sessionStorage.setItem(TOKEN, token);
  } catch (fault) {
    token = "";
    sessionStorage.removeItem(TOKEN);
    if (fault instanceof ApiError && fault.code === 401) session.reason = "The server does not know this token.";
    throw fault;
  }
}

export function signOut(reason = "") {
  token = "";
  sessionStorage.removeItem(TOKEN);
  Object.assign(session, { state: "out", reason, user: "", groups: [] });
}
