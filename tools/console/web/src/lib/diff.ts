// What changed between two texts, line by line.
export interface Line {
  kind: "same" | "gone" | "new" | "skipped";
  text: string;
}

const MOST_CELLS = 4_000_000;
const AROUND = 3;

/** The lines of both, in order, with equal stretches far from any change left out. */
export function diff(before: string, after: string): Line[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (text: string): Line => ({ kind: "same", text });
  return folded([...a.slice(0, head).map(same), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...a.slice(a.length - tail).map(same)]);
}

/** By the longest common subsequence; very large changes are told as one block that goes and one that comes. */
function middle(a: string[], b: string[]): Line[] {
  const gone = (text: string): Line => ({ kind: "gone", text });
  const come = (text: string): Line => ({ kind: "new", text });
  if (a.length * b.length > MOST_CELLS) return [...a.map(gone), ...b.map(come)];
  const width = b.length + 1;
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i]! });
      i++;
      j++;
    } else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) lines.push(gone(a[i++]!));
    else lines.push(come(b[j++]!));
  }
  return [...lines, ...a.slice(i).map(gone), ...b.slice(j).map(come)];
}

function folded(lines: Line[]): Line[] {
  const near = new Set<number>();
  lines.forEach((line, index) => {
    if (line.kind !== "same") for (let i = index - AROUND; i <= index + AROUND; i++) near.add(i);
  });
  const kept: Line[] = [];
  let skipped = 0;
  lines.forEach((line, index) => {
    if (near.has(index)) {
      if (skipped) kept.push({ kind: "skipped", text: skipped === 1 ? "1 equal line" : `${skipped} equal lines` });
      skipped = 0;
      kept.push(line);
    } else skipped++;
  });
  return kept;
}
