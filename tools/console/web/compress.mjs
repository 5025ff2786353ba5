// Puts a compressed form beside each built file, and says what the first load weighs.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const folder = new URL("../target/web/", import.meta.url).pathname;
const mostBytes = 300_000;
const sizes = new Map();
for (const name of readdirSync(folder, { recursive: true })) {
  const file = join(folder, name);
  if (!statSync(file).isFile() || !/\.(js|css|html|svg)$/.test(name)) continue;
  const small = gzipSync(readFileSync(file), { level: 9 });
  writeFileSync(file + ".gz", small);
  sizes.set(name, small.length);
}
const page = readFileSync(join(folder, "index.html"), "utf8");
const first = [...page.matchAll(/(?:src|href)="\/dashboard\/([^"]+)"/g)].map((found) => found[1]);
const sum = sizes.get("index.html") + first.reduce((all, name) => all + (sizes.get(name) ?? 0), 0);
console.log(`first load: ${(sum / 1000).toFixed(1)} kB compressed, all: ${([...sizes.values()].reduce((a, b) => a + b, 0) / 1000).toFixed(1)} kB`);
if (sum > mostBytes) {
  console.error(`first load is over ${mostBytes / 1000} kB`);
  process.exit(1);
}
