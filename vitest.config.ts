import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const exclude = ["**/node_modules/**", "**/.next/**", "e2e/**", "**/generated/**"];
const alias = { "@": path.resolve(import.meta.dirname) };

/** Files that take a minute go first: one of them begun last would keep a single process busy while the other has nothing to do. */
const LONG = ["claim/power-cut", "rabbitmq/cluster", "app/api/v1/routes"];
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((part) => moduleId.includes(part));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

// Two projects: `unit` needs nothing but Node and takes seconds; `integration` gets one real Postgres for the whole run.
export default defineConfig({
  resolve: { alias },
  test: {
    // A busy machine makes a wait longer, never a test fail.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx,mjs}"],
          // Nothing but Node: threads start faster than processes.
          pool: "threads",
          // And all of one thread in one world: they are pure, and whoever changes the world puts it back.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          restoreMocks: true,
          exclude: [...exclude, "**/*.integration.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["**/*.integration.test.ts"],
          exclude,
          globalSetup: ["lib/testing/global-postgres.ts"],
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
