import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { address, api, base, deployment, faultsOfAccess, launch, open, picture, server } from "./cluster";

let browser: Browser;
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: false });
  page = await open(context, faults);
  await page.goto(address);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await api(page, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  await api(page, "POST", "/apis/apps/v1/namespaces/shop/deployments", deployment("web", 3));
  await api(page, "POST", "/apis/apps/v1/namespaces/shop/deployments", deployment("giant", 1, { resources: { requests: { cpu: "5000" } } }));
  await api(page, "POST", "/api/v1/namespaces/shop/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, stringData: { password: "open sesame" } });
  await api(page, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "toys.example.com" },
    spec: {
      group: "example.com",
      names: { plural: "toys", kind: "Toy" },
      scope: "Namespaced",
      versions: [{
        name: "v1", served: true, storage: true,
        additionalPrinterColumns: [{ name: "Colour", type: "string", jsonPath: ".spec.colour" }],
        schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { colour: { type: "string", description: "What it looks like." } } } } } },
      }],
    },
  });
  const ball = { apiVersion: "example.com/v1", kind: "Toy", metadata: { name: "ball" }, spec: { colour: "red" } };
  await vi.waitFor(() => api(page, "POST", "/apis/example.com/v1/namespaces/shop/toys", ball), { timeout: 30_000, interval: 200 });
}, 60_000);

afterEach(() => {
  expect(faults.splice(0)).toEqual([]);
});
afterAll(() => browser?.close());

/** Goes to a page of the dashboard, as a link would. */
const go = (path: string) => page.goto(new URL(path, base).href);
const row = (name: RegExp | string) => page.getByRole("row").filter({ has: page.getByRole("link", { name }) });

test("the address lets in one browser, once", async () => {
  const other = await browser.newContext();
  const stranger = await open(other, faults);
  await stranger.goto(address);
  await stranger.getByRole("alert").getByText("not signed in").waitFor();
  expect(new URL(page.url()).hash).toBe("");
  await page.reload();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await other.close();
});

test("requests of other pages, names and programs are refused", async () => {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const own = { cookie, "x-kat-console": "1" };
  const code = async (headers: Record<string, string>) => (await fetch(new URL("/api/v1/namespaces", base), { headers })).status;
  expect(await code(own)).toBe(200);
  expect(await code({ "x-kat-console": "1" })).toBe(401);
  expect(await code({ cookie })).toBe(403);
  expect(await code({ ...own, origin: "http://evil.example" })).toBe(403);
  expect(await code({ ...own, "sec-fetch-site": "same-site" })).toBe(403);
  const head = (await fetch(base)).headers;
  expect(head.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(head.get("content-security-policy")).not.toContain("unsafe");
});

test("the overview tells what is wrong, in the scheduler's words, and leads there", async () => {
  await go("");
  const problem = page.locator(".problems li").filter({ hasText: "Pod giant-" }).first();
  await problem.getByText(/nodes are available|Insufficient cpu/).waitFor();
  await page.getByRole("link", { name: /Pods/ }).first().waitFor();
  await picture(page, "console-overview");
  await problem.getByRole("link").click();
  await page.getByRole("heading", { name: /^giant-/ }).waitFor();
  await page.getByRole("tab", { name: "Events" }).click();
  await page.locator(".events").getByText("FailedScheduling").waitFor();
});

test("tables follow what happens", async () => {
  await go("k/core/pods?ns=shop");
  await expect.poll(() => row(/^web-/).count()).toBe(3);
  await api(page, "PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", { spec: { replicas: 2 } }, "application/merge-patch+json");
  await expect.poll(() => row(/^web-/).count(), { timeout: 30_000 }).toBe(2);
  await page.getByLabel("Filter by words").fill("giant");
  await expect.poll(() => page.getByRole("row").count()).toBe(2);
});

test("custom kinds have tables and pages like any other", async () => {
  await go("");
  await page.locator("summary", { hasText: "Custom" }).click();
  await page.getByRole("link", { name: "Toys" }).click();
  await row("ball").getByText("red").waitFor();
  await page.getByRole("link", { name: "ball" }).click();
  await page.getByRole("heading", { name: "ball" }).waitFor();
  await page.getByText("colour", { exact: true }).waitFor();
  await page.getByRole("tab", { name: "YAML" }).click();
  await page.getByText("colour: red").waitFor();
});

test("a secret is shown only when asked for", async () => {
  await go("k/core/secrets/shop/login");
  await page.getByRole("button", { name: "Show password" }).waitFor();
  expect(await page.getByText("open sesame").count()).toBe(0);
  await page.getByRole("button", { name: "Show password" }).click();
  await page.getByText("open sesame").waitFor();
});

test("everything is found by keyboard", async () => {
  await go("");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("giant");
  await page.getByRole("option", { name: /giant.*Deployment in shop/ }).waitFor();
  const options = page.getByRole("option");
  const index = (await options.allTextContents()).findIndex((text) => text.includes("Deployment in shop"));
  for (let i = 0; i < index; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "giant" }).waitFor();
  await go("k/apps/deployments?ns=shop");
  await row("web").waitFor();
  await page.getByRole("link", { name: "giant" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "web" }).waitFor();
});

test("says so when the server is away, and goes on when it is back", async () => {
  await go("k/core/pods");
  await row(/^web-/).first().waitFor();
  await page.route(/\/api\//, (route) => route.abort());
  await page.getByRole("link", { name: "Services", exact: true }).click();
  await page.getByText("cannot be reached since").waitFor();
  await page.unroute(/\/api\//);
  await row("kubernetes").waitFor();
  await expect.poll(() => page.getByText("cannot be reached since").count()).toBe(0);
});

test("an object that is not there, and a page that is none", async () => {
  await go("k/core/pods/shop/absent");
  await page.getByText('pods "absent" not found').waitFor();
  await go("nonsense");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
});

test("KAT's own server shows the same page to who has a token, and obeys what that user may", async () => {
  await api(page, "POST", "/api/v1/namespaces/shop/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "viewer" } });
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop";
  await api(page, "POST", `${rbac}/roles`, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "viewer" }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }] });
  await api(page, "POST", `${rbac}/rolebindings`, {
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name: "viewer" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "viewer" }, subjects: [{ kind: "ServiceAccount", name: "viewer", namespace: "shop" }],
  });
  const review = await api(page, "POST", "/api/v1/namespaces/shop/serviceaccounts/viewer/token", { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} });
  const other = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } });
  const viewer = await open(other, faults);
  await viewer.goto(`${server}/dashboard/`);
  await viewer.getByLabel("Token").fill("nonsense");
  await viewer.getByRole("button", { name: "Sign in" }).click();
  await viewer.getByText("does not know this token").waitFor();
  expect(await faultsOfAccess(viewer)).toEqual([]);
  await viewer.getByLabel("Token").fill(review.status.token as string);
  await viewer.getByRole("button", { name: "Sign in" }).click();
  await viewer.getByText("You may not see").waitFor();
  await viewer.getByLabel("Namespace").fill("shop");
  await viewer.keyboard.press("Enter");
  await viewer.getByRole("link", { name: "Pods", exact: true }).click();
  await viewer.getByRole("link", { name: /^web-/ }).first().waitFor();
  await viewer.getByText("live", { exact: true }).waitFor();
  await viewer.getByRole("link", { name: "Deployments" }).click();
  await viewer.getByText("deployments.apps is forbidden").waitFor();
  await viewer.getByRole("button", { name: "Sign out" }).click();
  await viewer.getByLabel("Token").waitFor();
  await other.close();
});

test.each(["light", "dark"] as const)("meets WCAG AA, %s", async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  for (const [path, ready] of [["", "Problems"], ["k/core/pods", "Pods"], ["k/apps/deployments/shop/web", "web"], ["events", "Events"]] as const) {
    await go(path);
    await page.getByRole("heading", { name: ready, exact: false }).first().waitFor();
    await expect.poll(() => page.locator(".loading").count()).toBe(0);
    expect(await faultsOfAccess(page), path).toEqual([]);
    await picture(page, `console-${path.split("/")[1] ?? (path || "overview")}-${colorScheme}`);
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  expect(await faultsOfAccess(page), "search").toEqual([]);
});
