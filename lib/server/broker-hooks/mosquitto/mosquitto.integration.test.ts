import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { suiteFor } from "@/lib/domain/tokens/decision-suite";
import type { Scope, TokenClaims } from "@/lib/protocol/access";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { grantedToken } from "@/lib/testing/granted-token";
import { type MosquittoBroker, mosquittoInstalled, startMosquitto } from "@/lib/testing/mosquitto-broker";
import type { WireLogin } from "@/lib/testing/mqtt-wire";
import { runDecisionSuite } from "@/lib/testing/run-decision-suite";
import { parseToken } from "../../tokens/parse-token";
import { type MosquittoControl, openMosquittoControl } from "./control";
import { prepareMosquitto, provisionMosquitto } from "./provision";

const everything: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];

describe.skipIf(!mosquittoInstalled)("Mosquitto with grants in its dynamic-security plugin", () => {
  let store: TestDatabase;
  let broker: MosquittoBroker;
  let control: MosquittoControl;
  beforeAll(async () => {
    store = await testDatabase();
    broker = await startMosquitto();
    control = await openMosquittoControl(broker.controlUrl);
    await prepareMosquitto(control);
  });
  afterAll(async () => {
    await control?.close();
    await broker?.stop();
    await store?.close();
  });

  const claimsOf = (token: string): TokenClaims => {
    const parsed = parseToken(token);
    if (typeof parsed === "string") throw new Error(parsed);
    return parsed.claims as TokenClaims;
  };
  const login = async (scopes: readonly Scope[], protocolVersion: 4 | 5 = 4): Promise<WireLogin> => {
    const token = await grantedToken(store.database, { scopes });
    await provisionMosquitto(control, { claims: claimsOf(token.password), token: token.password });
    return { port: broker.port, protocolVersion, ...token };
  };

  test.each([4, 5] as const)("keeps the decision suite, MQTT %s", async (version) => {
    const grants = suiteFor("mosquitto");
    const run = await runDecisionSuite({ grants, control: await login(everything, version), provision: ({ scopes }) => login(scopes, version) });
    expect(run.differences).toEqual([]);
    expect(run.ran).toBe(grants.flatMap(({ decisions }) => decisions).length);
  });
});
