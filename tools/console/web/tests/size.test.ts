// How the page does in a cluster of CONSOLE_PODS pods, which nobody schedules. Takes minutes, so it runs only when asked for:
//   CONSOLE_PODS=100000 tools/console/web/browser-test size
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { address, api, base, deployment, launch, open } from "./cluster";

const PODS = Number(process.env.CONSOLE_PODS ?? 0);
const EACH = 5000;
const partOf = (number: number) => `part-${String(number).padStart(3, "0")}`;

describe.skipIf(!PODS)("a large cluster (skipped without CONSOLE_PODS)", () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let tools: CDPSession;
  const faults: string[] = [];
  const found: string[] = [];

  beforeAll(async () => {
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await open(context, faults);
    tools = await context.newCDPSession(page);
    await page.goto(address);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.goto(new URL("create", base).href);
    await api(page, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "large" } });
    const sets = "/apis/apps/v1/namespaces/large/replicasets";
    for (let part = 0; part * EACH < PODS; part++) {
      const { spec } = deployment(partOf(part), Math.min(EACH, PODS - part * EACH));
      spec.template.spec = Object.assign(spec.template.spec, { schedulerName: "nobody" });
      await api(page, "POST", sets, { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: partOf(part) }, spec });
    }
    const made = async () => ((await api(page, "GET", sets)).items as { status: { replicas: number } }[]).reduce((sum, { status }) => sum + status.replicas, 0);
    await vi.waitFor(async () => expect(await made()).toBe(PODS), { timeout: 3_000_000, interval: 2000 });
  }, 3_600_000);
  afterAll(async () => {
    console.log(`${PODS} pods: ${found.join(", ")}`);
    await browser?.close();
  });

  /** Megabytes that the page's scripts hold after a collection. */
  async function heap(): Promise<number> {
    await tools.send("HeapProfiler.collectGarbage");
    return ((await tools.send("Runtime.getHeapUsage")) as { usedSize: number }).usedSize / 1e6;
  }

  /** Milliseconds from a click on a link of the side until something is there. */
  const click = (link: string, wanted: string) =>
    page.evaluate(([link, wanted]) => {
      const found = [...document.querySelectorAll<HTMLAnchorElement>(".side a")].find((each) => each.textContent?.trim() === link)!;
      const start = performance.now();
      found.click();
      return new Promise<number>((resolve) => {
        const look = () => (document.querySelector(wanted!) ? resolve(performance.now() - start) : requestAnimationFrame(look));
        look();
      });
    }, [link, wanted]);

  const frames = (seconds: number) =>
    page.evaluate(async (seconds) => {
      const table = document.querySelector(".table")!;
      let count = 0;
      const start = performance.now();
      while (performance.now() - start < seconds * 1000) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        table.scrollTop += 120;
        count++;
      }
      return count / seconds;
    }, seconds);

  test("shows the overview, the first page and a scrolled table in bounded time and memory", async () => {
    await page.goto(new URL("access", base).href);
    await page.getByRole("heading", { name: "Access" }).waitFor();
    const note = (what: string, value: number, unit: string) => found.push(`${what} ${value.toFixed(0)} ${unit}`);
    note("overview", await click("Overview", ".tiles .tile"), "ms");
    note("heap there", await heap(), "MB");
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      times.push(await click("Pods", ".table .body .row a"));
      await click("Access", "main h1");
    }
    note("first page, median of 5,", times.sort((a, b) => a - b)[2]!, "ms");
    await click("Pods", ".table .body .row a");
    await page.getByText(`first 100 of ${PODS.toLocaleString("en-US")}`).waitFor();
    note("scrolling", await frames(5), "frames/s");
    note("heap after it", await heap(), "MB");
    const sorting = Date.now();
    await page.getByRole("columnheader", { name: "Name", exact: true }).getByRole("button").click();
    await page.getByText("put in order among themselves").waitFor({ timeout: 60_000 });
    note("reading 5,000 to sort them", Date.now() - sorting, "ms");
    note("scrolling 5,000", await frames(5), "frames/s");
    await page.getByRole("button", { name: "Read more" }).click();
    const change = Date.now();
    await api(page, "PATCH", `/apis/apps/v1/namespaces/large/replicasets/${partOf(0)}`, { spec: { replicas: 0 } }, "application/merge-patch+json");
    note("scrolling while 5,000 pods go", await frames(10), "frames/s");
    await expect.poll(async () => (await page.locator("h1 .count").textContent()) ?? "", { timeout: 300_000, interval: 500 }).toContain(`of ${(PODS - Math.min(EACH, PODS)).toLocaleString("en-US")}`);
    note("told that 5,000 are gone after", Date.now() - change, "ms");
    note("heap after it", await heap(), "MB");
    await page.keyboard.press("Control+k");
    const search = Date.now();
    await page.keyboard.type("no-such-name");
    await page.getByText(/^(The first 30|\d+) names/).waitFor({ timeout: 120_000 });
    note("search in vain", Date.now() - search, "ms");
    note("heap after it", await heap(), "MB");
    const before = await tools.send("Performance.enable").then(() => tools.send("Performance.getMetrics"));
    note("DOM nodes", before.metrics.find(({ name }) => name === "Nodes")!.value, "");
    expect(await heap()).toBeLessThan(150);
    expect(faults).toEqual([]);
  }, 1_200_000);
});
