// Amounts of processors and memory as Kubernetes writes them.

const CORES: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3 };
const BYTES: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, Pi: 1024 ** 5, m: 1e-3 };

/** Null where nothing is said, or nothing that can be read. */
export function amount(text: unknown): number | null {
  const [, number, unit = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkKMGTP]i?)?$/.exec(String(text ?? "")) ?? [];
  if (number === undefined) return null;
  const factor = unit === "" ? 1 : (CORES[unit] ?? BYTES[unit]);
  return factor === undefined ? null : Number(number) * factor;
}

export function cores(value: number | null): string {
  if (value === null) return "–";
  const milli = value * 1000;
  return milli >= 10_000 ? `${Number(value.toFixed(1))}` : `${milli.toFixed(milli < 10 ? 1 : 0)}m`;
}

export function bytes(value: number | null): string {
  if (value === null) return "–";
  const mib = value / 1024 ** 2;
  return mib >= 10_240 ? `${Number((mib / 1024).toFixed(1))}Gi` : `${mib.toFixed(mib < 10 ? 1 : 0)}Mi`;
}
