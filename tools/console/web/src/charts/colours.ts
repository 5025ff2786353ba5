// Colours of the page's style, as a canvas needs them: resolved for the ground that is seen.
import { onBeforeUnmount, ref, watch } from "vue";
import { theme } from "../lib/chosen";

export const COLOURS = 10;

/** A colour of the style sheet, in the form that the browser computes. */
export function colour(name: string, within: Element): string {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  within.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export const faded = (colour: string, share: number) => colour.replace(/^rgba?\(([^)]*)\)$/, (_, parts: string) => `rgba(${parts.split(/[ ,/]+/).slice(0, 3).join(", ")}, ${share})`);

/** Counts up each time that the colours change. */
export function useGround() {
  const turn = ref(0);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const changed = () => void turn.value++;
  dark.addEventListener("change", changed);
  onBeforeUnmount(() => dark.removeEventListener("change", changed));
  watch(theme, changed, { flush: "post" });
  return turn;
}
