import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// Where `kat dashboard --port 8001` answers during development.
const server = process.env.KAT_DASHBOARD ?? "http://127.0.0.1:8001";

export default defineConfig({
  base: "/dashboard/",
  plugins: [vue()],
  build: { outDir: "../target/web", emptyOutDir: true, chunkSizeWarningLimit: 700, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { fs: { allow: [".", "../../addons/charts/monitoring/dashboards"] }, proxy: { "^/(api|apis|openapi|version)": { target: server, ws: true }, "/dashboard/session.json": server } },
  test: {
    reporters: ["default", "junit"],
    outputFile: { junit: "target/surefire-reports/TEST-unit.xml" },
    environment: "happy-dom", include: ["src/**/*.test.ts"]
  },
});
