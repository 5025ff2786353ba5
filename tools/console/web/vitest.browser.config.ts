import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "junit"],
    outputFile: { junit: `target/surefire-reports/${process.env.CONSOLE_REPORT ?? "TEST-page"}.xml` },
    include: ["tests/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false
  },
});
