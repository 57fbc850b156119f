import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * Four projects, told by the end of a test file's name, so that test/ mirrors src and tools:
 * `x.test.ts` pure logic, `x.integration.test.ts` real Postgres and Redis, `x.e2e.test.ts` the whole product
 * against the sandbox, `x.browser.test.ts` a real browser.
 */
const kinds = ["integration", "e2e", "browser"];
const project = (name: string, seconds: number) => ({
  test: {
    name,
    include: [name === "unit" ? "test/**/*.test.ts" : `test/**/*.${name}.test.ts`],
    exclude: name === "unit" ? kinds.map((kind) => `test/**/*.${kind}.test.ts`) : [],
    ...(name !== "unit" && { globalSetup: ["test/servers.ts"] }),
    testTimeout: seconds * 1000,
    hookTimeout: 60_000,
    pool: "forks" as const,
  },
});

export default defineConfig({
  test: {
    // How long a test looks again and again for what must come: a loaded machine is slow, not wrong.
    expect: { poll: { timeout: 10_000 } },
    // Most of a file's time is waiting for the servers and the product that it started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [project("unit", 10), project("integration", 30), project("e2e", 60), project("browser", 120)],
  },
});
