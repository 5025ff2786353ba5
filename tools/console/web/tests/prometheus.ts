// Prometheus for tests: one that is played, and Debian's where it is there. A contract that was recorded from the real one holds both.
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { vi } from "vitest";
import { api } from "./cluster";

/** An address of this machine that Endpoints may hold: loopback may not. Empty where there is none. */
export const outward = Object.values(networkInterfaces()).flat().find((each) => each && each.family === "IPv4" && !each.internal && !each.address.startsWith("169.254."))?.address ?? "";

const program = process.env.PROMETHEUS ?? "/usr/bin/prometheus";
export const hasPrometheus = (() => {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
})();

export interface Running {
  /** With a slash at the end. */
  url: string;
  port: number;
  close(): void;
}

type Labels = Record<string, string>;

/** What the played one knows of a query: its labels, and whether it can be read. */
function seriesOf(query: string): Labels[] | string {
  const pairs: Record<string, string> = { ")": "(", "}": "{", "]": "[" };
  const open: string[] = [];
  for (const letter of query.replace(/"(\\.|[^"])*"/g, "")) {
    if ("({[".includes(letter)) open.push(letter);
    if (letter in pairs && open.pop() !== pairs[letter]) return `invalid parameter "query": unexpected ${letter}`;
  }
  if (open.length) return `invalid parameter "query": unclosed ${open.at(-1)}`;
  if (/\babsent_metric\b/.test(query)) return [];
  if (query.includes("many_series")) return Array.from({ length: 100 }, (_, index) => ({ pod: `pod-${index}` }));
  const by = /by\s*\(([^)]*)\)/.exec(query)?.[1]?.split(",").map((each) => each.trim()).filter(Boolean) ?? [];
  if (by.includes("le")) return ["0.1", "0.5", "1", "+Inf"].map((le) => ({ le }));
  const matched = Object.fromEntries([...query.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
  if (by.length === 0) return [query.startsWith("sum") || query.startsWith("count") || /^vector/.test(query) ? {} : { __name__: /\w+/.exec(query)?.[0] ?? "", job: "played", ...matched }];
  return [1, 2, 3].map((index) => Object.fromEntries(by.map((label) => [label, `${label}-${index}`])));
}

const value = (time: number, index: number, labels: Labels) => String(labels.le ? (index + 1) * 10 : Math.round((2 + index + Math.sin(time / 300 + index)) * 1000) / 1000);
const bad = (error: string) => ({ code: 400, body: { status: "error", errorType: "bad_data", error } });
const good = (data: unknown) => ({ code: 200, body: { status: "success", data } });

function answer(url: URL): { code: number; body: unknown } {
  const ask = (name: string) => url.searchParams.get(name) ?? "";
  const path = url.pathname.replace(/^\/api\/v1\//, "");
  const label = /^label\/(\w+)\/values$/.exec(path)?.[1];
  if (label) return good(ask("match[]").includes("absent_metric") ? [] : [`${label}-1`, `${label}-2`]);
  if (path === "labels") return good(["__name__", "job", "namespace"]);
  if (path !== "query" && path !== "query_range") return { code: 404, body: {} };
  if (/^scalar\(/.test(ask("query"))) return good({ resultType: "scalar", result: [Number(ask("time")), "1"] });
  const found = seriesOf(ask("query"));
  if (typeof found === "string") return bad(found);
  if (path === "query") return good({ resultType: "vector", result: found.map((metric, index) => ({ metric, value: [Number(ask("time")), value(Number(ask("time")), index, metric)] })) });
  const [start, end, step] = [Number(ask("start")), Number(ask("end")), Number(ask("step"))];
  if (!(step > 0)) return bad('invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer');
  if ((end - start) / step > 11_000) return bad("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
  return good({ resultType: "matrix", result: found.map((metric, index) => ({ metric, values: times.map((time) => [time, value(time, index, metric)]) })) });
}

export interface Played extends Running {
  /** Paths with their queries, as they were asked. */
  asked: string[];
}

export async function played(address = "127.0.0.1"): Promise<Played> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://played");
    asked.push(`${request.method} ${decodeURIComponent(url.pathname + url.search)}`);
    const { code, body } = answer(url);
    response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, address, ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://${address}:${port}/`, port, asked, close: () => void server.close() };
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, address, ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Debian's, which scrapes itself and what else it is told; ready when this returns. */
export async function real(address: string, jobs: Record<string, unknown>[] = []): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "kat-prometheus-"));
  const port = await freePort(address);
  const own = { job_name: "prometheus", static_configs: [{ targets: [`${address}:${port}`] }] };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify({ global: { scrape_interval: "1s", scrape_timeout: "1s" }, scrape_configs: [own, ...jobs] }), { mode: 0o600 });
  const process: ChildProcess = spawn(program, [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}:${port}`], { stdio: "ignore" });
  let ended = false;
  process.on("exit", () => (ended = true));
  process.on("error", () => (ended = true));
  const url = `http://${address}:${port}/`;
  const close = () => {
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    process.kill("SIGKILL");
  };
  for (const end = Date.now() + 60_000; Date.now() < end && !ended; await new Promise((next) => setTimeout(next, 100))) {
    const up = await fetch(`${url}api/v1/query?query=up%20%3D%3D%201`).then((told) => (told.ok ? (told.json() as Promise<{ data: { result: unknown[] } }>) : undefined), () => undefined);
    if (up && up.data.result.length > jobs.length) return { url, port, close };
  }
  close();
  throw new Error("Prometheus did not scrape what it was told within a minute");
}

/** Puts it where the add-on would have it. */
export async function install(page: Page, address: string, port: number) {
  const metadata = { name: "prometheus", labels: { app: "prometheus" } };
  await api(page, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "kat-monitoring" } });
  await api(page, "POST", "/api/v1/namespaces/kat-monitoring/services", { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ name: "http", port: 9090 }] } });
  // A Service's proxy leads to pods alone: this one has the address, and no scheduler gives it a node.
  const pods = "/api/v1/namespaces/kat-monitoring/pods";
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: { schedulerName: "nobody", containers: [{ name: "main", image: "example/prometheus:1" }] } };
  await vi.waitFor(() => api(page, "POST", pods, pod), { timeout: 30_000, interval: 200 }); // until the namespace has its account
  await api(page, "PATCH", `${pods}/prometheus/status`, { status: { podIP: address, podIPs: [{ ip: address }] } }, "application/merge-patch+json");
  const targetRef = { kind: "Pod", name: "prometheus", namespace: "kat-monitoring" };
  const endpoints = { apiVersion: "v1", kind: "Endpoints", metadata, subsets: [{ addresses: [{ ip: address, targetRef }], ports: [{ name: "http", port }] }] };
  const path = "/api/v1/namespaces/kat-monitoring/endpoints";
  await api(page, "POST", path, endpoints);
  await api(page, "PATCH", `${path}/prometheus`, { subsets: endpoints.subsets }, "application/merge-patch+json");
}

/** What an answer is made of, without what differs from one to the next. */
export function shape(value: unknown, key = ""): unknown {
  if (key === "metric") return "labels";
  if (Array.isArray(value)) return [...new Set(value.map((each) => JSON.stringify(shape(each))))].map((each) => JSON.parse(each) as unknown);
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.keys(value).sort().map((name) => [name, shape((value as Labels)[name], name)]));
  return ["status", "resultType", "errorType"].includes(key) ? value : typeof value;
}

/** What the page asks, with times that lie in the last minutes. */
export function questions(now: number): string[] {
  const range = `start=${now - 60}&end=${now}`;
  return [
    `query?query=up&time=${now}`, `query?query=absent_metric&time=${now}`, `query?query=vector(1)&time=${now}`, `query?query=scalar(vector(1))&time=${now}`, `query?query=sum(up{&time=${now}`,
    `query_range?query=up&${range}&step=15`, `query_range?query=up&${range}&step=0`, `query_range?query=up&start=${now - 20_000}&end=${now}&step=1`,
    `label/job/values?${range}`, `label/job/values?match[]=absent_metric&${range}`, `labels?${range}`,
  ];
}

export async function answers(url: string): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {};
  for (const question of questions(Math.ceil(Date.now() / 1000) + 1)) {
    const answer = await fetch(`${url}api/v1/${encodeURI(question)}`);
    told[question.replace(/(time|start|end)=\d+/g, "$1=T")] = { code: answer.status, body: shape(await answer.json()) };
  }
  return told;
}
