// The page in Chromium, against the real API. TODO_URL is where it is; screenshots go to TODO_SCREENSHOTS.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const address = process.env.TODO_URL ?? "http://127.0.0.1/frontend/";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

afterAll(() => browser?.close());

beforeEach(async () => {
  await deleteAll();
  page = await browser.newPage({ viewport: { width: 900, height: 640 }, bypassCSP: true });
  await page.goto(address);
  return () => page.close();
});

async function deleteAll() {
  const api = new URL("/api/v1/todos", address);
  for (;;) {
    const { items } = (await (await fetch(`${api}?limit=200`)).json()) as { items: { id: string }[] };
    if (items.length === 0) return;
    for (const { id } of items) await fetch(`${api}/${id}`, { method: "DELETE", headers: { "If-Match": "*" } });
  }
}

async function add(title: string, due = "") {
  await page.getByRole("textbox", { name: "New to-do" }).fill(title);
  if (due) await page.getByLabel("Due").fill(due);
  await page.keyboard.press("Enter");
  await page.getByRole("checkbox", { name: title }).waitFor();
}

const titles = () => page.locator("li .title").allTextContents();

/** What axe finds against WCAG 2.2 AA. */
async function faults(): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as { violations: { id: string; nodes: { html: string }[] }[] };
  return found.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join(" ")}`);
}

async function picture(name: string) {
  const folder = process.env.TODO_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

test("keeps a to-do through a reload", async () => {
  await page.getByText("Nothing to do").waitFor();
  await add("Buy milk", "2031-01-31");
  await page.reload();
  await page.getByRole("checkbox", { name: "Buy milk" }).waitFor();
  expect(await page.locator(".due").textContent()).toContain("2031-01-31");
});

test("is completed, filtered and edited by keyboard alone", async () => {
  await add("Milk");
  await add("Bread");
  await page.getByRole("checkbox", { name: "Milk" }).focus();
  await page.keyboard.press("Space");
  await page.locator("li.done").waitFor();
  await page.getByRole("button", { name: "Open", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(titles).toEqual(["Bread"]);
  await page.getByRole("button", { name: "Edit Bread" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type(" and butter");
  await page.keyboard.press("Enter");
  await expect.poll(titles).toEqual(["Bread and butter"]);
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Edit");
});

test("moves by the arrow keys, for good", async () => {
  for (const title of ["a", "b", "c"]) await add(title);
  await page.getByRole("button", { name: "Move c," }).focus();
  await page.keyboard.press("ArrowUp");
  await expect.poll(titles).toEqual(["a", "c", "b"]);
  await page.getByText("c is number 2 of 3 now.").waitFor({ state: "attached" });
  await page.reload();
  await expect.poll(titles).toEqual(["a", "c", "b"]);
});

test("moves by dragging", async () => {
  for (const title of ["a", "b", "c"]) await add(title);
  await page.locator("li", { hasText: "a" }).locator(".handle").dragTo(page.locator("li").nth(2));
  await expect.poll(titles).toEqual(["b", "c", "a"]);
});

test("undoes a deletion", async () => {
  await add("Milk");
  await page.getByRole("button", { name: "Delete Milk" }).click();
  await expect.poll(titles).toEqual([]);
  await page.keyboard.press("Enter"); // Undo has the focus
  await expect.poll(titles).toEqual(["Milk"]);
});

test("says so when the API is away, and goes on when it is back", async () => {
  await page.route("**/api/**", (route) => route.abort());
  await page.reload();
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("alert").textContent()).toContain("cannot be reached");
  await picture("todo-error");
  await page.unroute("**/api/**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Nothing to do").waitFor();
});

test.each(["light", "dark"] as const)("meets WCAG AA, %s", async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  expect(await faults()).toEqual([]);
  await add("Water the plants", "2020-01-01");
  await add("Write to grandmother", "2031-05-01");
  await add("Fix the bicycle");
  await page.getByRole("checkbox", { name: "Fix the bicycle" }).check();
  await page.locator("li.done").waitFor();
  expect(await faults()).toEqual([]);
  await picture(`todo-${colorScheme}`);
  await page.getByRole("button", { name: "Edit Water the plants" }).click();
  expect(await faults()).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete Water the plants" }).click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  expect(await faults()).toEqual([]);
});
