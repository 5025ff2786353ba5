// What holds on every page: accessible in both colours, quiet for who may see little, whole again after an outage.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { address, api, base, deployment, faultsOfAccess, launch, open, picture, server } from "./cluster";

let browser: Browser;
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

const core = "/api/v1/namespaces/pages";
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const pod = { restartPolicy: "Never", containers: [{ name: "main", image: "example/job:1" }] };
const labels = { app: "web" };

/** What is made, by the path of its collection. */
const objects: [string, { kind: string; apiVersion?: string; metadata: { name: string }; [field: string]: unknown }][] = [
  [core + "/configmaps", { kind: "ConfigMap", metadata: { name: "words" }, data: { "a.txt": "one\ntwo" } }],
  [core + "/secrets", { kind: "Secret", metadata: { name: "login" }, stringData: { password: "open sesame" } }],
  [core + "/serviceaccounts", { kind: "ServiceAccount", metadata: { name: "viewer" } }],
  [core + "/services", { kind: "Service", metadata: { name: "web" }, spec: { selector: labels, ports: [{ port: 80 }] } }],
  [core + "/persistentvolumeclaims", { kind: "PersistentVolumeClaim", metadata: { name: "data" }, spec: claim }],
  [core + "/resourcequotas", { kind: "ResourceQuota", metadata: { name: "little" }, spec: { hard: { pods: "50" } } }],
  ["/api/v1/persistentvolumes", {
    kind: "PersistentVolume", metadata: { name: "shelf" },
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, storageClassName: "by-hand", hostPath: { path: "/srv/shelf" } },
  }],
  ["/apis/apps/v1/namespaces/pages/deployments", deployment("web", 2)],
  ["/apis/apps/v1/namespaces/pages/statefulsets", { ...deployment("db", 1), kind: "StatefulSet" }],
  ["/apis/batch/v1/namespaces/pages/jobs", { kind: "Job", apiVersion: "batch/v1", metadata: { name: "once" }, spec: { template: { spec: pod } } }],
  ["/apis/batch/v1/namespaces/pages/cronjobs", {
    kind: "CronJob", apiVersion: "batch/v1", metadata: { name: "nightly" },
    spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { spec: pod } } } },
  }],
  ["/apis/autoscaling/v2/namespaces/pages/horizontalpodautoscalers", {
    kind: "HorizontalPodAutoscaler", apiVersion: "autoscaling/v2", metadata: { name: "web" },
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
  }],
  ["/apis/networking.k8s.io/v1/namespaces/pages/ingresses", {
    kind: "Ingress", apiVersion: "networking.k8s.io/v1", metadata: { name: "web" },
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
  }],
  ["/apis/storage.k8s.io/v1/storageclasses", { kind: "StorageClass", apiVersion: "storage.k8s.io/v1", metadata: { name: "slow" }, provisioner: "example.com/slow" }],
  ["/apis/rbac.authorization.k8s.io/v1/namespaces/pages/roles", {
    kind: "Role", apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "viewer" }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
  }],
  ["/apis/rbac.authorization.k8s.io/v1/namespaces/pages/rolebindings", {
    kind: "RoleBinding", apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "viewer" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "viewer" }, subjects: [{ kind: "ServiceAccount", name: "viewer", namespace: "pages" }],
  }],
];

/** Paths of the dashboard: its own pages, and a table and an object of each kind above. */
const kinds = objects.flatMap(([path, { metadata }]) => {
  const [, group, plural] = /^\/apis?(?:\/([a-z.0-9]+))?\/v\d(?:\/namespaces\/pages)?\/([a-z]+)$/.exec(path)!;
  const list = `k/${group ?? "core"}/${plural}`;
  return [list, `${list}/${path.includes("/namespaces/") ? "pages" : "-"}/${metadata.name}`];
});
const paths = ["", "events", "traffic", "access", "helm", "helm/shop/store", "metrics", "logs", "create", "k/core/pods", "k/core/nodes", "k/core/nodes/-/node-0", ...kinds];

beforeAll(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await open(context, faults);
  await page.goto(address);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await api(page, "POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "pages" } });
  for (const [path, object] of objects) await api(page, "POST", path, { apiVersion: "v1", ...object });
}, 60_000);
afterEach(async () => {
  await page.unrouteAll();
  expect(faults.splice(0)).toEqual([]);
});
afterAll(() => browser?.close());

/** Waits until a page has what it shows, and says what of it no person should read. */
async function settled(of: Page, path: string) {
  await of.locator("main").locator("h1, [role=alert]").first().waitFor().catch(async () => expect(await of.locator("body").innerText(), path).toBe("a heading"));
  await expect.poll(() => of.locator(".loading").count(), { message: path, timeout: 30_000 }).toBe(0);
  const text = await of.locator("main").innerText();
  expect(text.match(/undefined|\[object|NaN|TypeError/)?.[0], `${path}: ${text}`).toBeUndefined();
  return text;
}

test.each(["light", "dark"] as const)("every page meets WCAG AA, %s", async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  for (const path of paths) {
    await page.goto(new URL(path, base).href);
    await settled(page, path);
    expect(await faultsOfAccess(page), path).toEqual([]);
    if (["", "k/core/pods", "k/apps/deployments/pages/web", "events"].includes(path)) await picture(page, `console-${path.split("/")[1] ?? (path || "overview")}-${colorScheme}`);
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  expect(await faultsOfAccess(page), "search").toEqual([]);
}, 240_000);

test("every page shows who may see little what they may, and says the rest", async () => {
  const review = await api(page, "POST", `${core}/serviceaccounts/viewer/token`, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} });
  const other = await browser.newContext({ ignoreHTTPSErrors: true });
  const viewer = await open(other, faults);
  await viewer.goto(`${server}/dashboard/`);
  await viewer.getByLabel("Token").fill(review.status.token as string);
  await viewer.getByRole("button", { name: "Sign in" }).click();
  await viewer.getByText("You may not see").waitFor();
  for (const path of paths) {
    await viewer.goto(`${server}/dashboard/${path}?ns=pages`);
    const text = await settled(viewer, path);
    if (path.startsWith("k/") && path !== "k/core/pods") expect(text, path).toContain("forbidden");
    expect(text, path).not.toContain("open sesame");
  }
  await other.close();
}, 240_000);

test("every page asks again after an outage", async () => {
  for (const path of paths.slice(0, paths.indexOf("k/apps/statefulsets"))) {
    await page.goto(new URL("k/core/pods?ns=pages", base).href);
    await page.getByText("live", { exact: true }).waitFor();
    await page.route(/\/(api|apis)\//, (route) => route.fulfill({ status: 502, body: "away" }));
    await page.evaluate((to) => {
      history.pushState({}, "", to);
      dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    }, new URL(path, base).href);
    await vi.waitFor(async () => expect(await page.locator("main").innerText(), path).not.toBe(""), { timeout: 30_000 });
    await page.unroute(/\/(api|apis)\//);
    await settled(page, path);
    await expect.poll(() => page.getByRole("alert").allTextContents(), { message: path, timeout: 30_000 }).toEqual([]);
  }
}, 240_000);
