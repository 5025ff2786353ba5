import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// Where the API is during development and in the browser test; in the cluster the ingress joins the two.
const api = process.env.TODO_API ?? "http://localhost:8080";

export default defineConfig({
  base: "/frontend/",
  plugins: [vue()],
  server: { proxy: { "/api": api } },
  preview: { proxy: { "/api": api } },
  test: {
    reporters: ["default", "junit"],
    outputFile: { junit: "target/surefire-reports/TEST-unit.xml" },
    environment: "happy-dom", include: ["src/**/*.test.ts"]
  },
});
