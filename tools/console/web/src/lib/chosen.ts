// What the person chose for the whole page: kept in the browser where it is a matter of taste.
import { ref, watch } from "vue";

export type Theme = "system" | "light" | "dark";

export const namespace = ref("");
export const theme = ref<Theme>((localStorage.getItem("kat-theme") as Theme | null) ?? "system");

watch(
  theme,
  (chosen) => {
    document.documentElement.dataset.theme = chosen;
    if (chosen === "system") localStorage.removeItem("kat-theme");
    else localStorage.setItem("kat-theme", chosen);
  },
  { immediate: true },
);
