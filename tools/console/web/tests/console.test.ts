import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
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

afterEach(async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.unrouteAll();
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
  await page.getByText("What it looks like.").waitFor();
  await page.getByLabel("What fields mean").uncheck();
  await expect.poll(() => page.getByText("What it looks like.").count()).toBe(0);
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

test("what a server says instead of logs and shells is shown", async () => {
  await go("k/core/pods?ns=shop");
  await page.getByRole("link", { name: /^web-/ }).first().click();
  await page.getByRole("tab", { name: "Logs" }).click();
  await page.getByRole("alert").getByText("is simulated").waitFor();
  await page.getByRole("tab", { name: "Terminal" }).click();
  await page.getByRole("alert").getByText("is simulated").waitFor();
});

test("a log comes as it is written, and the one before the last restart when asked for", async () => {
  const asked: URLSearchParams[] = [];
  await page.routeWebSocket(/\/log\?/, (socket) => {
    const params = new URL(socket.url()).searchParams;
    asked.push(params);
    if (params.get("previous")) {
      socket.send("the end of before\n");
      void socket.close();
      return;
    }
    socket.send("first line\nsecond ");
    socket.send("line\n");
  });
  await go("k/core/pods?ns=shop");
  await page.getByRole("link", { name: /^web-/ }).first().click();
  await page.getByRole("tab", { name: "Logs" }).click();
  const log = page.getByRole("log");
  await log.getByText("second line", { exact: true }).waitFor();
  expect(await log.locator("div").allTextContents()).toEqual(["first line", "second line"]);
  expect(Object.fromEntries(asked[0]!)).toMatchObject({ container: "main", follow: "true", tailLines: "1000" });
  expect(await faultsOfAccess(page)).toEqual([]);
  await page.getByLabel("Only lines with").fill("FIRST");
  await expect.poll(() => log.locator("div").allTextContents()).toEqual(["first line"]);
  await page.getByLabel("Only lines with").fill("");
  await page.getByLabel("Before the last restart").check();
  await log.getByText("the end of before").waitFor();
  await page.getByText("ended", { exact: true }).waitFor();
  expect(await log.getByText("first line").count()).toBe(0);
});

test("a shell takes what is typed, shows what comes, and tells how it ended", async () => {
  await page.routeWebSocket(/\/exec\?/, (socket) => {
    socket.send(Buffer.from("\u0001$ "));
    socket.onMessage((message) => {
      const bytes = Buffer.from(message as Buffer);
      if (bytes[0] !== 0) return;
      socket.send(Buffer.concat([Buffer.from([1]), bytes.subarray(1)]));
      if (bytes.subarray(1).toString() !== "q") return;
      socket.send(Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify({ status: "Failure", message: "command terminated with exit code 7" }))]));
      void socket.close();
    });
  });
  await go("k/core/pods?ns=shop");
  await page.getByRole("link", { name: /^web-/ }).first().click();
  await page.getByRole("tab", { name: "Terminal" }).click();
  await page.getByText("open", { exact: true }).waitFor();
  await page.keyboard.type("ls");
  await expect.poll(() => page.locator(".xterm-accessibility").textContent()).toContain("$ ls");
  await page.keyboard.type("q");
  await page.getByRole("alert").getByText("exit code 7").waitFor();
  await page.getByRole("button", { name: "Open again" }).click();
  await page.getByText("open", { exact: true }).waitFor();
});

test("events stand on a page of their own, warnings alone when asked for, and new ones come by themselves", async () => {
  const event = (name: string, type: string) => ({
    apiVersion: "v1", kind: "Event", metadata: { name }, type, reason: name, message: `about ${name}`, count: 1,
    firstTimestamp: new Date().toISOString(), lastTimestamp: new Date().toISOString(), involvedObject: { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace: "shop" },
  });
  await api(page, "POST", "/api/v1/namespaces/shop/events", event("calm", "Normal"));
  await go("events?ns=shop");
  const line = (reason: string) => page.locator(".events li").filter({ hasText: `about ${reason}` });
  await line("calm").getByRole("link", { name: "Deployment web" }).waitFor();
  await api(page, "POST", "/api/v1/namespaces/shop/events", event("storm", "Warning"));
  await line("storm").waitFor();
  await page.getByLabel("Warnings only").check();
  await expect.poll(() => line("calm").count()).toBe(0);
  await line("storm").waitFor();
});

test("a narrow window holds every page, and its menu opens by keyboard", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of ["", "k/core/pods", "k/apps/deployments/shop/web", "events", "traffic", "access", "helm", "helm/shop/store", "metrics", "logs", "create"]) {
    await go(path);
    await page.locator("main h1").first().waitFor();
    await expect.poll(() => page.locator(".loading").count()).toBe(0);
    expect(await page.evaluate(() => [document.documentElement, document.querySelector("main")!].map((each) => each.scrollWidth - each.clientWidth)), path).toEqual([0, 0]);
  }
  await page.getByRole("button", { name: "Menu" }).focus();
  await page.keyboard.press("Enter");
  await picture(page, "console-narrow");
  await page.getByRole("link", { name: "Events", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Events" }).waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Events", exact: true }).isVisible()).toBe(false);
});

test("an object is edited: completion, the server's word, a difference, then the change", async () => {
  await go("k/apps/deployments/shop/web?tab=yaml");
  await page.getByRole("button", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: "The object as YAML" });
  await editor.getByText("replicas", { exact: false }).first().click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("minRea", { delay: 30 });
  // The editor takes no key for an option that is younger than 75 ms.
  await page.getByRole("option", { name: /minReadySeconds/ }).click();
  await page.keyboard.type("many");
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.getByRole("alert").getByText(/minReadySeconds|int32/).waitFor();
  for (let i = 0; i < 4; i++) await editor.press("Backspace");
  await page.keyboard.type("3");
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.locator(".difference .new").getByText("minReadySeconds: 3").waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, "console-difference");
  expect((await api(page, "GET", "/apis/apps/v1/namespaces/shop/deployments/web")).spec.minReadySeconds).toBeUndefined();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  expect((await api(page, "GET", "/apis/apps/v1/namespaces/shop/deployments/web")).spec.minReadySeconds).toBe(3);
});

test("objects are made from manifests, after the server has tried them", async () => {
  await go("create?ns=shop");
  await page.getByRole("textbox", { name: "Manifests as YAML" }).fill("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fresh\ndata:\n  a: b\n---\napiVersion: example.com/v1\nkind: Toy\nmetadata:\n  name: ball\nspec:\n  colour: blue\n");
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("alert").getByText("conflict").waitFor();
  await page.getByLabel("Take over fields").check();
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByText("ConfigMap fresh").waitFor();
  await page.locator(".difference .new").getByText("colour: blue").waitFor();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("link", { name: "Toy ball" }).waitFor();
  expect((await api(page, "GET", "/apis/example.com/v1/namespaces/shop/toys/ball")).spec.colour).toBe("blue");
  await page.getByRole("link", { name: "ConfigMap fresh" }).click();
  await page.getByRole("heading", { name: "fresh" }).waitFor();
});

test("traffic is drawn from Ingress to pods, and where it breaks", async () => {
  const port = [{ port: 80, name: "http" }];
  await api(page, "POST", "/api/v1/namespaces/shop/services", { apiVersion: "v1", kind: "Service", metadata: { name: "front" }, spec: { selector: { app: "web" }, ports: port } });
  await api(page, "POST", "/api/v1/namespaces/shop/services", { apiVersion: "v1", kind: "Service", metadata: { name: "lost" }, spec: { selector: { app: "nobody" }, ports: port } });
  const backend = { service: { name: "front", port: { number: 80 } } };
  await api(page, "POST", "/apis/networking.k8s.io/v1/namespaces/shop/ingresses", { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "front" }, spec: { rules: [{ host: "shop.example", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] } });
  await go("traffic?ns=shop");
  const way = page.locator(".way").filter({ hasText: "shop.example/" });
  await way.getByText(/[1-9]\d* of \d+ ready/).waitFor();
  await page.locator(".way.broken").filter({ hasText: "lost" }).getByText("matches no pod").waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, "console-traffic");
  await way.getByRole("link", { name: /^web-/ }).first().click();
  await page.getByRole("heading", { name: "Containers" }).waitFor();
});

test("access tells who can do what, and what one can oneself", async () => {
  await go("access");
  await page.getByLabel("Verb").selectOption("delete");
  await page.getByRole("combobox", { name: /^Kind/ }).selectOption("/pods");
  await page.getByRole("rowheader", { name: "Group system:masters" }).waitFor();
  await page.getByRole("region", { name: "What you can" }).getByRole("row", { name: /Secrets/ }).waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
});

test("Helm's releases are read: history, values and what a revision changed", async () => {
  await go("helm");
  await page.getByRole("link", { name: "store" }).click();
  await page.getByLabel("Values of the user").getByText("colour: green").waitFor();
  await page.getByLabel("Values of the chart").getByText("replicas: 1").waitFor();
  await page.getByText("Install complete").waitFor();
  await page.getByRole("tab", { name: "Changes" }).click();
  await page.locator(".difference .gone").getByText("colour: red").first().waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, "console-helm");
  await page.getByRole("tab", { name: "Notes" }).click();
  await page.getByText("Thank you.").waitFor();
  await page.getByRole("tab", { name: "Objects" }).click();
  await page.getByRole("link", { name: "ConfigMap store-extra" }).waitFor();
});

test("a release goes back: what would change, what the cluster says to it, then Helm does it", async () => {
  const maps = "/api/v1/namespaces/shop/configmaps";
  const names = async () => (await api(page, "GET", maps)).items.map((map: { metadata: { name: string } }) => map.metadata.name).filter((name: string) => name.startsWith("store"));
  await go("helm/shop/store");
  await page.getByRole("button", { name: "1", exact: true }).click();
  await page.getByRole("button", { name: "Roll back to 1" }).click();
  await page.getByText("It takes each change:").waitFor({ timeout: 60_000 });
  const objects = page.getByLabel("Objects", { exact: true });
  expect((await objects.getByRole("listitem").allTextContents()).sort()).toEqual(["changed configmaps store", "deleted configmaps store-extra"]);
  await page.getByLabel("What would change in the manifests").getByText('colour: "green"').waitFor();
  await page.getByText("ConfigMap store-hook").waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
  await picture(page, "console-helm-rollback");
  expect(await names()).toEqual(["store", "store-extra"]);
  await page.getByRole("button", { name: "Roll back", exact: true }).click();
  await page.getByText("Revision 3 is deployed.").waitFor({ timeout: 60_000 });
  expect(await names()).toEqual(["store", "store-hook"]);
  expect((await api(page, "GET", `${maps}/store`)).data.colour).toBe("red");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("row", { name: /^3 deployed .* Rollback to 1$/ }).waitFor();
  await page.getByRole("row", { name: /^2 superseded .* Upgrade complete$/ }).waitFor();
});

test("what the cluster refuses of a rollback is said of its object, and a release in change stands still", async () => {
  const release = (version: number, status: string, manifest: string) => ({
    apiVersion: "v1", kind: "Secret", type: "helm.sh/release.v1",
    metadata: { name: `sh.helm.release.v1.hurt.v${version}`, labels: { owner: "helm", name: "hurt", version: String(version), status } },
    stringData: { release: gzipSync(JSON.stringify({ name: "hurt", namespace: "shop", version, info: { status }, chart: { metadata: { name: "hurt", version: "1.0.0" } }, manifest })).toString("base64") },
  });
  const secrets = "/api/v1/namespaces/shop/secrets";
  await api(page, "POST", secrets, release(1, "superseded", "apiVersion: v1\nkind: Service\nmetadata:\n  name: hurt\nspec:\n  type: Odd\n"));
  await api(page, "POST", secrets, release(2, "deployed", ""));
  await go("helm/shop/hurt");
  await page.getByRole("button", { name: "1", exact: true }).click();
  await page.getByRole("button", { name: "Roll back to 1" }).click();
  await page.getByLabel("Objects", { exact: true }).getByText(/refused services hurt: .*Odd/).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Roll back nevertheless" }).waitFor();
  await api(page, "POST", secrets, release(3, "pending-upgrade", ""));
  await page.getByRole("button", { name: "Roll back nevertheless" }).click();
  await page.getByText("Somebody else has changed the release").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Somebody changes this release now: pending-upgrade").waitFor();
  expect(await page.getByRole("button", { name: /^Roll back/ }).count()).toBe(0);
});

test("ten thousand objects come a page at a time, and scroll smoothly", async () => {
  await api(page, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "many" } });
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const names = Array.from({ length: 10_000 }, (_, index) => `item-${String(index).padStart(5, "0")}`);
  await Promise.all(Array.from({ length: 24 }, async () => {
    for (let name = names.pop(); name; name = names.pop()) {
      const body = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { schedulerName: "nobody", containers: [{ name: "main", image: "example/web:1" }] } });
      const answer = await fetch(new URL("/api/v1/namespaces/many/pods", base), { method: "POST", headers: { cookie, "x-kat-console": "1", "content-type": "application/json" }, body });
      if (answer.status !== 201) throw new Error(await answer.text());
      await answer.text();
    }
  }));
  await go("?ns=many");
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const clicked = await page.evaluate(() => {
    const link = [...document.querySelectorAll<HTMLAnchorElement>(".side a")].find((each) => each.textContent?.trim() === "Pods")!;
    const start = performance.now();
    link.click();
    return new Promise<number>((resolve) => {
      const look = () => (document.querySelector(".table .body .row a") ? resolve(performance.now() - start) : requestAnimationFrame(look));
      look();
    });
  });
  await page.getByText("first 100 of 10,000").waitFor();
  const frames = await page.evaluate(async () => {
    const table = document.querySelector(".table")!;
    let count = 0;
    let most = 0;
    const start = performance.now();
    while (performance.now() - start < 4000) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      table.scrollTop += 120;
      count++;
      most = Math.max(most, document.querySelectorAll(".table .row").length);
    }
    return { each: count / 4, most };
  });
  const heap = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize / 1e6);
  console.log(`10,000 pods: first page after ${clicked.toFixed(0)} ms, ${frames.each.toFixed(0)} frames/s, heap ${heap.toFixed(0)} MB`);
  expect(frames.most).toBeLessThan(120);
  expect(heap).toBeLessThan(150);
  await page.getByLabel("Filter by words").fill("item-0499");
  await expect.poll(() => page.getByRole("row").count(), { timeout: 30_000 }).toBe(11);
  await page.getByText("These are the first 5,").waitFor();
  await page.getByRole("button", { name: "Selectors" }).click();
  await page.getByLabel("Fields").fill("metadata.name=item-09999");
  await page.keyboard.press("Enter");
  await page.getByLabel("Filter by words").fill("");
  await expect.poll(() => page.getByRole("row").count(), { timeout: 30_000 }).toBe(2);
}, 240_000);

test.each([
  ["nothing answers", (route: Route) => route.abort()],
  ["kat dashboard does not reach it", (route: Route) => route.fulfill({ status: 502, body: "away" })],
])("says so when the server is away, and goes on when it is back: %s", async (_, away) => {
  await go("k/apps/deployments");
  await row("web").first().waitFor();
  await page.route(/\/api\//, away);
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
  await viewer.getByRole("link", { name: /^web-/ }).first().click();
  await viewer.getByRole("heading", { name: "Containers" }).waitFor();
  for (const tool of ["Delete", "Edit"]) expect(await viewer.getByRole("button", { name: tool }).count()).toBe(0);
  expect(await viewer.getByRole("tab").allTextContents()).toEqual(["Summary", "YAML"]);
  await viewer.getByRole("link", { name: "Deployments" }).click();
  await viewer.getByText("deployments.apps is forbidden").waitFor();
  await viewer.getByRole("button", { name: "Sign out" }).click();
  await viewer.getByLabel("Token").waitFor();
  await other.close();
});
