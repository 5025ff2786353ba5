// Values with their unit, as a person reads them: 1536 bytes are 1.5 KiB, 0.25 of one is 25 %.
import { age } from "./objects";

const DECIMAL = ["", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const SMALL = ["", "m", "µ", "n"];
const SPANS: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
const SECONDS: Record<string, number> = { ns: 1e-9, µs: 1e-6, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400, dtdurations: 1, dtdurationms: 1e-3 };
const AFTER: Record<string, string> = { reqps: "req/s", rps: "rd/s", wps: "wr/s", ops: "ops/s", opm: "ops/min", cps: "c/s", iops: "io/s", pps: "p/s", eps: "evt/s", mps: "msg/s", hertz: "Hz", celsius: "°C", watt: "W" };
const BYTES: Record<string, [number, string]> = {
  bytes: [1024, "B"], kbytes: [1024, "KiB"], mbytes: [1024, "MiB"], gbytes: [1024, "GiB"], binBps: [1024, "B/s"],
  decbytes: [1000, "B"], Bps: [1000, "B/s"], bps: [1000, "b/s"], bits: [1024, "b"], decbits: [1000, "b"],
};

function digits(value: number, decimals: number | undefined): string {
  if (decimals !== undefined) return value.toFixed(Math.min(10, Math.max(0, decimals)));
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}

function scaled(value: number, base: number, prefixes: string[], after: string, decimals?: number): string {
  let [left, step] = [value, 0];
  for (; Math.abs(left) >= base && step < prefixes.length - 1; step++) left /= base;
  // What rounds up to the next prefix is written with it.
  if (Math.abs(Number(digits(left, decimals))) >= base && step < prefixes.length - 1) [left, step] = [left / base, step + 1];
  const unit = prefixes[step]! + after;
  return digits(left, decimals) + (unit ? ` ${unit}` : "");
}

function tiny(value: number, after: string, decimals?: number): string {
  let [left, step] = [value, 0];
  for (; left !== 0 && Math.abs(left) < 0.01 && step < SMALL.length - 1; step++) left *= 1000;
  return `${digits(left, decimals)} ${SMALL[step]}${after}`.trimEnd();
}

function span(seconds: number, decimals?: number): string {
  if (seconds === 0) return "0 s";
  const [length, name] = SPANS.find(([length]) => Math.abs(seconds) >= length) ?? SPANS.at(-1)!;
  return `${digits(seconds / length, decimals)} ${name}`;
}

/** A value in Grafana's name of a unit; a unit that is not known stands behind the number as it is. */
export function written(value: number | null | undefined, unit = "", decimals?: number, now = Date.now()): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (unit === "percentunit") return `${digits(value * 100, decimals)} %`;
  if (unit === "percent") return `${digits(value, decimals)} %`;
  if (unit in BYTES) {
    const [base, after] = BYTES[unit]!;
    const larger = { kbytes: 1024, mbytes: 1024 ** 2, gbytes: 1024 ** 3 }[unit];
    return larger ? written(value * larger, "bytes", decimals, now) : scaled(value, base, base === 1024 ? BINARY : DECIMAL, after, decimals);
  }
  if (unit in SECONDS) return span(value * SECONDS[unit]!, decimals);
  if (unit === "dateTimeFromNow") return `${age(new Date(value).toISOString(), now)} ago`;
  if (/^dateTimeAs|^dateTime/.test(unit)) return new Date(value).toLocaleString();
  if (unit === "none" || unit === "") return Math.abs(value) >= 1e6 ? scaled(value, 1000, DECIMAL, "", decimals) : Math.abs(value) < 0.01 && value !== 0 ? value.toPrecision(2) : digits(value, decimals);
  const after = unit === "short" ? "" : (AFTER[unit] ?? unit.replace(/^(suffix|si|short):/, ""));
  return Math.abs(value) < 0.01 && value !== 0 ? tiny(value, after, decimals) : scaled(value, 1000, DECIMAL, after, decimals);
}
