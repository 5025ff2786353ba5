// Charts: drawn from a played Prometheus, and from Debian's where it is installed.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { address, api, base, faultsOfAccess, launch, open, picture, server } from "./cluster";
import { answers, hasPrometheus, install, outward, played, real, type Played, type Running } from "./prometheus";
import contract from "./prometheus.json";

let browser: Browser;
let context: BrowserContext;
let page: Page;
let source: Played;
const others: Running[] = [];
const faults: string[] = [];
const configMaps = "/api/v1/namespaces/kat-monitoring/configmaps";

beforeAll(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await open(context, faults);
  await page.goto(address);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
}, 60_000);
afterEach(() => expect(faults.splice(0)).toEqual([]));
afterAll(async () => {
  for (const each of others) each.close();
  await browser?.close();
});

const go = (path: string) => page.goto(new URL(path, base).href);
const panel = (name: string, of = page) => of.getByRole("group", { name, exact: true });

async function holdBoard(name: string, text: string) {
  await api(page, "POST", configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { grafana_dashboard: "1" } }, data: { [`${name}.json`]: text } });
}

test("the played Prometheus answers as the real one does", async () => {
  const one = await played();
  others.push(one);
  expect(await answers(one.url)).toEqual(contract);
});

test.skipIf(!hasPrometheus)("the real Prometheus still answers as was recorded (skipped where Debian's package prometheus is not installed)", async () => {
  const one = await real("127.0.0.1");
  others.push(one);
  expect(await answers(one.url)).toEqual(contract);
});

test("says how monitoring is switched on where it is off", async () => {
  await go("metrics");
  await page.getByRole("heading", { name: "Monitoring is not switched on" }).waitFor();
  await page.getByText("kat addons enable monitoring").waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
});

// Endpoints may not be of loopback: without another address the proxy to a Service cannot be tried.
const withAddress = test.skipIf(!outward);

withAddress("every dashboard of the project is drawn, without a word of a fault", async () => {
  source = await played(outward);
  others.push(source);
  await install(page, outward, source.port);
  await page.setViewportSize({ width: 1280, height: 4000 }); // What is out of sight asks nothing.
  await go("metrics");
  const choice = page.getByLabel("Dashboard");
  await choice.waitFor();
  const boards = await choice.locator("option").allTextContents();
  expect(boards).toEqual(["API server", "Cluster", "Ingress", "Namespace", "Node", "Pod", "To-do", "Workload"]);
  for (const board of boards) {
    await choice.selectOption(board);
    await page.locator(".panel").first().waitFor();
    await expect.poll(() => page.locator(".panel .loading, .panel.asking").count(), { timeout: 30_000 }).toBe(0);
    expect(await page.getByRole("alert").allTextContents(), board).toEqual([]);
    expect(await faultsOfAccess(page), board).toEqual([]);
  }
  const paths = new Set(source.asked.map((each) => each.split("?")[0]));
  await page.setViewportSize({ width: 1280, height: 900 });
  expect([...paths].filter((path) => !/^GET \/api\/v1\/(query|query_range|label\/\w+\/values)$/.test(path!))).toEqual([]);
});

withAddress("a chart has lines, a legend that hides them, and a part that is looked at closer", async () => {
  await go("metrics?board=kat-cluster");
  const chart = panel("Processors by namespace");
  await chart.getByRole("button", { name: /^namespace-1/ }).waitFor();
  expect(await chart.locator(".legend li").count()).toBe(3);
  const ink = () => chart.locator("canvas").evaluate((canvas: HTMLCanvasElement) => canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data.filter((part) => part > 0).length);
  await expect.poll(ink).toBeGreaterThan(1000);
  await chart.getByRole("button", { name: /^namespace-1/ }).click();
  await chart.locator('[aria-pressed="false"]').waitFor();
  const over = (await chart.locator(".u-over").boundingBox())!;
  await page.mouse.move(over.x + 100, over.y + 40);
  await chart.locator(".tip").getByText("namespace-2").waitFor();
  expect(await chart.locator(".tip").getByText("namespace-1").count()).toBe(0);
  await page.mouse.down();
  await page.mouse.move(over.x + 220, over.y + 40, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Zoom out" }).waitFor();
  expect(new URL(page.url()).searchParams.get("from")).toMatch(/^\d{13}$/);
  await page.getByRole("button", { name: "Zoom out" }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("from")).toBe("now-1h");
});

withAddress("variables stand in the queries, and in the address", async () => {
  source.asked.length = 0;
  await go("metrics?board=kat-pod&var-pod=pod-2&from=now-6h");
  await panel("Processors by container").getByText("container-1").first().waitFor();
  const query = source.asked.findLast((each) => each.includes("/query_range") && each.includes("container_cpu_usage_seconds_total"))!;
  expect(query).toContain('namespace="namespace-1",pod="pod-2"');
  expect(query).toContain("[150s]");
  expect(query).toContain("step=120");
  source.asked.length = 0;
  await page.getByRole("combobox", { name: "namespace", exact: true }).selectOption("namespace-2");
  await expect.poll(() => source.asked.some((each) => each.includes('namespace="namespace-2",pod="pod-2"')), { timeout: 15_000 }).toBe(true);
  expect(new URL(page.url()).searchParams.get("var-namespace")).toBe("namespace-2");
});

withAddress("a pod and a node have figures of their own", async () => {
  await api(page, "POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "measured" }, spec: { containers: [{ name: "main", image: "example/web:1" }] } });
  for (const [path, matcher] of [["core/pods/default/measured", 'namespace="default",pod="measured"'], ["core/nodes/-/node-1", 'node="node-1"']] as const) {
    source.asked.length = 0;
    await go(`k/${path}`);
    await page.getByRole("tab", { name: "Metrics" }).click();
    await page.getByText("The cluster has no metrics.k8s.io").waitFor();
    await page.locator(".panel canvas").first().waitFor();
    expect(source.asked.some((each) => each.includes(matcher)), path).toBe(true);
    expect(await page.locator(".variable select").count()).toBe(2); // Of the time alone.
    expect(await faultsOfAccess(page), path).toEqual([]);
  }
  await picture(page, "console-node-metrics");
});

withAddress("figures are asked again by themselves, and not while nothing is to be", async () => {
  await go("metrics?board=kat-cluster&refresh=10s");
  await panel("Nodes ready").locator("strong").waitFor();
  await expect.poll(() => page.locator(".panel.asking").count()).toBe(0);
  source.asked.length = 0;
  await expect.poll(() => source.asked.length, { timeout: 30_000 }).toBeGreaterThan(3);
});

withAddress("a broken dashboard and a broken panel are named, and the others drawn", async () => {
  const good = { type: "stat", title: "Sound", targets: [{ expr: "sum(up)" }], gridPos: { x: 0, y: 0, w: 6, h: 4 } };
  await holdBoard("not-json", "{ panels: }");
  await holdBoard("half", JSON.stringify({
    uid: "half", title: "Half broken", templating: { list: [{ type: "query", name: "slow", query: "label_values(up, job)", regex: "/(a+)+$/" }] },
    panels: [
      good,
      { ...good, title: "Unknown kind", type: "candlestick", gridPos: { x: 6, y: 0, w: 6, h: 4 } },
      { ...good, title: "No query", targets: [], gridPos: { x: 12, y: 0, w: 6, h: 4 } },
      { ...good, title: "Half a query", targets: [{ expr: "sum(up{" }], gridPos: { x: 18, y: 0, w: 6, h: 4 } },
      { ...good, title: "Elsewhere", gridPos: { x: 20, y: 4, w: 20, h: 4 } },
      { ...good, title: "Many", type: "timeseries", targets: [{ expr: "many_series" }], gridPos: { x: 0, y: 4, w: 12, h: 8 } },
    ],
  }));
  await go("metrics?board=half");
  await panel("Sound").locator("strong").waitFor();
  await panel("Unknown kind").getByText('Unknown kind cannot be drawn: panels of type "candlestick" are not drawn here').waitFor();
  await panel("No query").getByText("it has no query").waitFor();
  await panel("Half a query").getByText('invalid parameter "query"').waitFor();
  await panel("Elsewhere").getByText("does not fit into 24 columns").waitFor();
  await panel("Many").getByText("The first 60 of 100 lines").waitFor();
  await page.getByText("Variable slow:").getByText("repeats what repeats").waitFor();
  expect(await faultsOfAccess(page)).toEqual([]);
  await page.getByLabel("Dashboard").selectOption("kat-monitoring/not-json/not-json.json");
  await page.getByRole("alert").getByText("its JSON cannot be read").waitFor();
  for (const name of ["not-json", "half"]) await api(page, "DELETE", `${configMaps}/${name}`);
});

withAddress("who may not ask Prometheus is told so, and what it takes", async () => {
  await api(page, "POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "stranger" } });
  const review = await api(page, "POST", "/api/v1/namespaces/default/serviceaccounts/stranger/token", { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} });
  const other = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 } });
  const stranger = await open(other, faults);
  await stranger.goto(`${server}/dashboard/metrics`);
  await stranger.getByLabel("Token").fill(review.status.token as string);
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await stranger.getByRole("heading", { name: "You may not ask Prometheus" }).waitFor();
  await stranger.getByText("prometheus:http", { exact: true }).waitFor();
  await stranger.getByText("Only dashboards that come with this page").waitFor();
  const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/kat-monitoring";
  await api(page, "POST", `${rbac}/roles`, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "figures" }, rules: [{ apiGroups: [""], resources: ["services/proxy"], resourceNames: ["prometheus:http"], verbs: ["get"] }] });
  await api(page, "POST", `${rbac}/rolebindings`, {
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name: "figures" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "figures" }, subjects: [{ kind: "ServiceAccount", name: "stranger", namespace: "default" }],
  });
  await expect.poll(async () => {
    const again = stranger.getByRole("button", { name: "Try again" });
    if (await again.count()) await again.click().catch(() => undefined);
    return panel("Nodes ready", stranger).count();
  }, { timeout: 30_000, interval: 500 }).toBe(1);
  await other.close();
});

withAddress("says so when Prometheus is away, and draws again when it is back", async () => {
  await go("metrics?board=kat-cluster&refresh=10s");
  await panel("Nodes ready").locator("strong").waitFor();
  const away = await played(outward);
  away.close();
  await install(page, outward, away.port);
  await page.getByRole("heading", { name: "Prometheus does not answer" }).waitFor({ timeout: 45_000 });
  await install(page, outward, source.port);
  await panel("Nodes ready").locator("strong").waitFor({ timeout: 45_000 });
}, 120_000);

test.skipIf(!hasPrometheus || !outward)("figures of the real Prometheus about this cluster are drawn (skipped where Debian's package prometheus is not installed)", async () => {
  await api(page, "POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "scraper" } });
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  await api(page, "POST", `${rbac}/clusterroles`, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "scraper" }, rules: [{ nonResourceURLs: ["/metrics", "/metrics/kube-state"], verbs: ["get"] }] });
  await api(page, "POST", `${rbac}/clusterrolebindings`, {
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "scraper" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "scraper" }, subjects: [{ kind: "ServiceAccount", name: "scraper", namespace: "default" }],
  });
  const review = await api(page, "POST", "/api/v1/namespaces/default/serviceaccounts/scraper/token", { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} });
  const job = (job_name: string, metrics_path: string) => ({
    job_name, metrics_path, honor_labels: true, scheme: "https", tls_config: { insecure_skip_verify: true }, authorization: { credentials: review.status.token as string }, static_configs: [{ targets: [new URL(server).host] }],
  });
  const one = await real(outward, [job("apiserver", "/metrics"), job("kube-state", "/metrics/kube-state")]);
  others.push(one);
  await install(page, outward, one.port);
  await go("metrics?board=kat-cluster&from=now-5m&refresh=10s");
  await expect.poll(() => panel("Nodes ready").locator("strong").textContent(), { timeout: 45_000 }).toBe("3");
  await page.getByLabel("Dashboard").selectOption("API server");
  await panel("Requests by verb").getByRole("button", { name: /^GET/ }).waitFor({ timeout: 45_000 });
  await expect.poll(() => panel("Time to the answer").getByRole("img").getAttribute("aria-label"), { timeout: 45_000 }).toMatch(/[1-9]\d* buckets, most in those up to/);
}, 120_000);

withAddress.each(["light", "dark"] as const)("charts meet WCAG AA, %s", async (colorScheme) => {
  await install(page, outward, source.port);
  await page.emulateMedia({ colorScheme });
  for (const board of ["kat-cluster", "kat-apiserver"]) {
    await page.setViewportSize({ width: 1280, height: 4000 });
    await go(`metrics?board=${board}&from=now-1h&refresh=`);
    await page.locator(".panel").first().waitFor();
    await expect.poll(() => page.locator(".panel .loading, .panel.asking").count(), { timeout: 30_000 }).toBe(0);
    expect(await faultsOfAccess(page), board).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 1100 });
    await picture(page, `console-metrics-${board.slice(4)}-${colorScheme}`);
  }
});
