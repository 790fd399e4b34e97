import { afterAll, beforeAll, expect, test } from "vitest";
import { suiteFor } from "@/lib/domain/tokens/decision-suite";
import type { Scope } from "@/lib/protocol/access";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { grantedToken } from "@/lib/testing/granted-token";
import { runDecisionSuite } from "@/lib/testing/run-decision-suite";
import { type TestBroker, testBroker } from "@/lib/testing/test-broker";

let store: TestDatabase;
let broker: TestBroker;

beforeAll(async () => {
  store = await testDatabase();
  broker = await testBroker(store);
});
afterAll(async () => {
  await broker?.stop();
  await store?.close();
});

const login = async (scopes: readonly Scope[]) => ({ port: broker.port, ...(await grantedToken(store.database, { scopes })) });
const everything: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];

test("the embedded broker keeps the decision suite, over real sockets", async () => {
  const grants = suiteFor("embedded");
  const run = await runDecisionSuite({ grants, control: await login(everything), provision: ({ scopes }) => login(scopes) });
  expect(run.differences).toEqual([]);
  expect(run.ran).toBe(grants.flatMap(({ decisions }) => decisions).length);
});
