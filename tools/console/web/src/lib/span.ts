// The time that a dashboard shows: up to now, or between two moments.
import { seconds } from "./grafana";
import type { Window } from "./variables";

export interface Span {
  /** `now-1h`, or milliseconds. */
  from: string;
  /** `now`, or milliseconds. */
  to: string;
}

export const RANGES: [string, string][] = [
  ["now-5m", "5 minutes"], ["now-15m", "15 minutes"], ["now-30m", "30 minutes"], ["now-1h", "hour"], ["now-3h", "3 hours"], ["now-6h", "6 hours"],
  ["now-12h", "12 hours"], ["now-24h", "24 hours"], ["now-2d", "2 days"], ["now-7d", "7 days"], ["now-30d", "30 days"],
];

/** About as many points as a chart has room for. */
const POINTS = 240;
const STEPS = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

function moment(text: string, nowMillis: number, otherwise: number): number {
  if (text === "now") return nowMillis / 1000;
  const back = /^now-(\d+[smhdw])$/.exec(text);
  if (back) return nowMillis / 1000 - seconds(back[1]!);
  const at = /^\d{10,14}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(at) ? at / 1000 : otherwise;
}

/** Both ends lie on whole steps, so that points stay where they are while time goes on. */
export function windowOf(span: Span, nowMillis: number): Window {
  const last = moment(span.to, nowMillis, nowMillis / 1000);
  let first = moment(span.from, nowMillis, last - 3600);
  if (first >= last) first = last - 3600;
  const length = last - first;
  const step = STEPS.find((each) => each >= length / POINTS) ?? Math.ceil(length / POINTS / 86_400) * 86_400;
  const to = Math.floor(last / step) * step;
  return { from: Math.min(to - step, Math.floor(first / step) * step), to, step };
}

export const isRelative = ({ from, to }: Span) => to === "now" && from.startsWith("now-");
