// Searching what the add-on logging keeps.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { address, base, faultsOfAccess, launch, open, picture } from "./cluster";
import { PlayedLogs } from "./logs";

let browser: Browser;
let context: BrowserContext;
let page: Page;
const logs = new PlayedLogs();
const faults: string[] = [];

beforeAll(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await open(context, faults);
  await page.goto(address);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  logs.add(900, (index) => (index % 5 === 0 ? JSON.stringify({ level: "info", path: "checkout", took: index }) : index % 50 === 1 ? `ERROR payment ${index} refused: timeout` : `line ${index} of the shop`));
}, 60_000);
afterEach(() => expect(faults.splice(0)).toEqual([]));
afterAll(() => browser?.close());

const go = (path: string) => page.goto(new URL(path, base).href);
const lines = () => page.locator(".line");
const search = (text: string) => page.getByRole("searchbox").fill(text).then(() => page.getByRole("button", { name: "Search", exact: true }).first().click());

test("says how logs are kept where they are not", async () => {
  await go("logs");
  await page.getByRole("heading", { name: "Logs are not kept" }).waitFor();
  await page.getByText("kat addons enable logging").waitFor();
  await logs.serve(page);
  await page.getByRole("button", { name: "Look again" }).click();
  await lines().first().waitFor();
});

test("lines come newest first, with their number over time, and older ones when asked for", async () => {
  await go("logs");
  await expect.poll(() => lines().count()).toBe(200);
  await lines().first().getByText("line 899 of the shop").waitFor();
  await page.getByText("900 lines", { exact: true }).waitFor();
  expect(await page.locator(".histogram li").count()).toBeGreaterThan(14);
  await page.getByRole("button", { name: "Older lines" }).click();
  await expect.poll(() => lines().count()).toBe(700);
  expect(await faultsOfAccess(page)).toEqual([]);
});

test("words and expressions find lines, and stand in the address", async () => {
  await search("payment refused");
  await expect.poll(() => lines().count()).toBe(18);
  expect(new URL(page.url()).searchParams.get("text")).toBe("payment refused");
  await page.getByLabel("Expression", { exact: true }).check();
  await search("payment [0-9]*51 ");
  await expect.poll(() => lines().count()).toBe(9);
  await page.reload();
  await expect.poll(() => lines().count()).toBe(9);
  expect(logs.asked.at(-1)!.searchParams.get("grep")).toBe("payment [0-9]*51");
});

test("a bar narrows the time, a field's value the lines, a pod both", async () => {
  await go("logs");
  await expect.poll(() => lines().count()).toBe(200);
  await page.locator(".histogram button:enabled").nth(3).click();
  await expect.poll(() => lines().count()).toBe(60);
  await page.getByRole("button", { name: "Last hour" }).click();
  await expect.poll(() => lines().count()).toBe(200);
  await page.locator("aside summary", { hasText: "path" }).click();
  await page.getByRole("button", { name: "checkout", exact: true }).click();
  await page.getByText("180 lines", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Of which pods" }).click();
  await page.getByLabel("Pod", { exact: true }).fill("web-1");
  await page.keyboard.press("Enter");
  await page.getByText("60 lines", { exact: true }).waitFor();
});

test("a line tells where it comes from, its fields, and what stood around it", async () => {
  await go("logs?text=refused");
  await expect.poll(() => lines().count()).toBe(18);
  await lines().first().getByRole("button").first().click();
  await page.getByRole("link", { name: /^shop\/web-/ }).waitFor();
  await page.getByRole("button", { name: "Lines around it" }).click();
  await page.locator(".around li").nth(20).waitFor();
  await page.locator(".around .this").getByText("payment 851 refused").waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, "console-log-line");
});

test("new lines come by themselves while they are followed, each once", async () => {
  await go("logs");
  await expect.poll(() => lines().count()).toBe(200);
  await page.getByRole("button", { name: "Follow" }).click();
  await page.getByText("live", { exact: true }).waitFor();
  logs.add(3, (index) => `fresh ${index}`);
  await lines().first().getByText("fresh 2").waitFor();
  await expect.poll(() => lines().count()).toBe(203);
  logs.add(1, () => "fresh last");
  await lines().first().getByText("fresh last").waitFor();
  await page.getByRole("button", { name: "Stop following" }).click();
  expect(await lines().getByText(/^fresh/).count()).toBe(4);
});

test("what the add-on refuses is shown in its words, and lines are there again after", async () => {
  await go("logs");
  await expect.poll(() => lines().count()).toBe(200);
  logs.refusal = { code: 403, message: 'lines.logs.kat.dev is forbidden: User "x" cannot get resource "pods/log"' };
  await search("anything");
  await page.getByRole("alert").getByText("is forbidden").waitFor();
  logs.refusal = { code: 429, message: "too many" };
  await search("line");
  await page.getByRole("alert").getByText("many searches to do").waitFor();
  logs.refusal = null;
  await search("nothing-has-this");
  await page.getByText("No line matches.").waitFor();
});

test.each(["light", "dark"] as const)("meets WCAG AA, %s", async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await go("logs");
  await expect.poll(() => lines().count()).toBe(200);
  await page.locator("aside").waitFor();
  await expect.poll(() => page.locator(".histogram li").count()).toBeGreaterThan(14);
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, `console-logs-${colorScheme}`);
});
