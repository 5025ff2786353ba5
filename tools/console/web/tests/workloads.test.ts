// What can be done to workloads and nodes, and what a deletion takes along.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Obj } from "../src/lib/objects";
import { address, api, base, deployment, faultsOfAccess, launch, open, picture } from "./cluster";

let browser: Browser;
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await open(context, faults);
  await page.goto(address);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await api(page, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "toil" } });
  await api(page, "POST", "/apis/apps/v1/namespaces/toil/deployments", deployment("web", 3));
}, 60_000);
afterEach(() => expect(faults.splice(0)).toEqual([]));
afterAll(() => browser?.close());

const go = (path: string) => page.goto(new URL(path, base).href);
const row = (name: RegExp | string) => page.getByRole("row").filter({ has: page.getByRole("link", { name }) });

test("a workload is scaled, restarted and rolled back", async () => {
  await go("k/apps/deployments/toil/web");
  await page.getByRole("button", { name: "Scale" }).click();
  await page.getByLabel("Replicas").fill("4");
  await page.getByRole("dialog").getByRole("button", { name: "Scale" }).click();
  await page.getByRole("tab", { name: "Pods" }).click();
  await expect.poll(() => row(/^web-/).count(), { timeout: 30_000 }).toBe(4);
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await page.getByText("replaced one after another").waitFor();
  const restarted = "kubectl.kubernetes.io/restartedAt";
  const template = async () => (await api(page, "GET", "/apis/apps/v1/namespaces/toil/deployments/web")).spec.template.metadata.annotations ?? {};
  expect(Object.keys(await template())).toContain(restarted);
  await expect.poll(async () => (await api(page, "GET", "/apis/apps/v1/namespaces/toil/replicasets")).items.length, { timeout: 30_000 }).toBe(2);
  await page.getByRole("button", { name: "Roll back" }).click();
  expect(await faultsOfAccess(page)).toEqual([]);
  await page.getByRole("button", { name: "Go back to 1" }).click();
  await expect.poll(async () => Object.keys(await template()), { timeout: 30_000 }).not.toContain(restarted);
});

test.each(["StatefulSet", "DaemonSet"])("a %s is rolled back", async (kind) => {
  const plural = `${kind.toLowerCase()}s`;
  const path = `/apis/apps/v1/namespaces/toil/${plural}`;
  const { spec } = deployment("db", 1);
  const { replicas, ...both } = spec;
  await api(page, "POST", path, { apiVersion: "apps/v1", kind, metadata: { name: "db" }, spec: kind === "DaemonSet" ? both : { ...both, replicas, serviceName: "db" } });
  const records = async () => (await api(page, "GET", "/apis/apps/v1/namespaces/toil/controllerrevisions")).items.filter((record: Obj) => record.metadata.ownerReferences?.[0]?.kind === kind).length;
  await expect.poll(records, { timeout: 30_000 }).toBe(1);
  const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: "main", image: name }] } } } });
  await api(page, "PATCH", `${path}/db`, image("example/web:2"), "application/strategic-merge-patch+json");
  await expect.poll(records, { timeout: 30_000 }).toBe(2);
  await go(`k/apps/${plural}/toil/db`);
  await page.getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("row", { name: /^2 example\/web:2 .* current$/ }).waitFor();
  await page.getByRole("button", { name: "Go back to 1" }).click();
  const now = async () => (await api(page, "GET", `${path}/db`)).spec.template.spec.containers[0].image;
  await expect.poll(now, { timeout: 30_000 }).toBe("example/web:1");
  await expect.poll(records, { timeout: 30_000 }).toBe(2);
});

test("a node is cordoned and drained", async () => {
  await go("k/core/nodes/-/node-1");
  await page.getByRole("button", { name: "Drain" }).click();
  await page.getByText(/pods are to go/).waitFor();
  await picture(page, "console-drain");
  const start = page.getByRole("dialog").getByRole("button", { name: "Drain" });
  if (await start.count()) await start.click();
  await page.getByText(/^0 of/).waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByText("takes no new pods").waitFor();
  await page.getByRole("button", { name: "Uncordon" }).click();
  await page.getByRole("button", { name: "Cordon", exact: true }).waitFor();
});

test("a deletion tells first what goes too", async () => {
  await api(page, "POST", "/apis/apps/v1/namespaces/toil/deployments", deployment("brief", 2));
  await go("k/apps/deployments/toil/brief");
  await page.getByRole("tab", { name: "Pods" }).click();
  await expect.poll(() => row(/^brief-/).count(), { timeout: 30_000 }).toBe(2);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText("3 objects that it owns go too").waitFor();
  expect(await page.locator(".taken li").allTextContents()).toEqual([expect.stringMatching(/^ReplicaSet brief-/), expect.stringMatching(/^Pod brief-/), expect.stringMatching(/^Pod brief-/)]);
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, "console-delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Deployments" }).waitFor();
  await row("web").first().waitFor();
  await expect.poll(() => row("brief").count()).toBe(0);
});
