// A browser, and a cluster to show in it. CONSOLE_URL is what `kat dashboard` printed, CONSOLE_SERVER the API server.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

export const address = process.env.CONSOLE_URL ?? "";
export const server = process.env.CONSOLE_SERVER ?? "";
export const base = new URL("/dashboard/", address || "http://127.0.0.1/").href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

/** A window whose page reports what breaks in it: faults of scripts, and what the content policy refused. */
export async function open(context: BrowserContext, faults: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (fault) => faults.push(fault.message));
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  return page;
}

/** A request as the page makes them, in the name of who is signed in there. */
export async function api<T = Record<string, any>>(page: Page, method: string, path: string, body?: unknown, type = "application/json"): Promise<T> {
  const answer = await page.evaluate(
    async ([method, path, body, type]) => {
      const answer = await fetch(path!, { method: method!, headers: { "x-kat-console": "1", "content-type": type! }, body });
      return { code: answer.status, text: await answer.text() };
    },
    [method, path, body === undefined ? undefined : JSON.stringify(body), type] as (string | undefined)[],
  );
  if (answer.code >= 400 && answer.code !== 409) throw new Error(`${method} ${path}: ${answer.code} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

export const deployment = (name: string, replicas: number, container: Record<string, unknown> = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "example/web:1", ...container }] } },
  },
});

/** What axe finds against WCAG 2.2 AA. */
export async function faultsOfAccess(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })")) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return found.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`);
}

export async function picture(page: Page, name: string) {
  const folder = process.env.CONSOLE_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
