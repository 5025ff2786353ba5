// Whether Chromium shows a heading on the page at an address: node shows.mjs URL TEXT
import { chromium } from "playwright-core";

const [address, text] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
let isShown = false;
try {
  const page = await browser.newPage();
  const end = Date.now() + 120_000;
  while (!isShown && Date.now() < end) {
    // A rollout may cut a request off; the next one is asked.
    const answer = await page.goto(address, { timeout: 10_000 }).catch(() => null);
    if (answer?.ok()) {
      isShown = await page
        .getByRole("heading", { name: text, exact: true })
        .waitFor({ timeout: 300 })
        .then(() => true, () => false);
    }
  }
} finally {
  await browser.close();
}
process.exit(isShown ? 0 : 1);
