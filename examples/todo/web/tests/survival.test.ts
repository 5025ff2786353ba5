// A to-do in Chromium through the end of every pod. TODO_URL is where the page is; TODO_DELETE_PODS is a command that ends
// all pods of the stack, and ends itself when the page and the API answer again.
import { execFileSync } from "node:child_process";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

const address = process.env.TODO_URL ?? "http://127.0.0.1/frontend/";
const deletePods = process.env.TODO_DELETE_PODS ?? "";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

afterAll(() => browser?.close());

test.skipIf(deletePods === "")("a to-do outlives all pods", { timeout: 300_000 }, async () => {
  const title = `Outlives them all ${Date.now()}`;
  const before = await browser.newPage({ bypassCSP: true });
  await before.goto(address);
  await before.getByRole("textbox", { name: "New to-do" }).fill(title);
  await before.keyboard.press("Enter");
  await before.getByRole("checkbox", { name: title }).waitFor();
  await before.close();

  execFileSync("/bin/sh", ["-c", deletePods], { stdio: "inherit" });

  // A browser context of its own: nothing comes from a cache.
  const after = await (await browser.newContext()).newPage();
  await after.goto(address);
  await after.getByRole("checkbox", { name: title }).waitFor();
  expect(await after.locator("li .title").allTextContents()).toContain(title);
  await after.close();
  await remove(title);
});

async function remove(title: string) {
  const api = new URL("/api/v1/todos", address);
  const { items } = (await (await fetch(`${api}?limit=200`)).json()) as { items: { id: string; title: string }[] };
  for (const { id } of items.filter((each) => each.title === title)) {
    await fetch(`${api}/${id}`, { method: "DELETE", headers: { "If-Match": "*" } });
  }
}
