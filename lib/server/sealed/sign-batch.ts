import { notFound, SallyportError } from "@/lib/base/errors";
import { CHAIN_REFUSALS, emptyChain, extendChain, type SealedChain } from "@/lib/domain/sealed/chain";
import { type SignedBatch, signedBatchSchema } from "@/lib/domain/sealed/sealed-view";
import { agreementKeySchema } from "@/lib/protocol/key-exchange";
import { thumbprintOf } from "@/lib/protocol/sealed/root-signature";
import { type WriteContext, writeVerb } from "../verb";
import { announce } from "./announce";
import { personOf } from "./custody";
import { openFleet, rootOfFirst } from "./open-fleet";

interface Signed {
  statements: number;
  announced: number;
  rulesSwitchedOff: number;
}

/**
 * Takes what an admin's browser has signed: all of it or nothing. It is verified here as every browser and device will verify it, so
 * that a mistake is refused and not spread; that is no protection against this server, which is why they verify it, too.
 */
export const signBatch = writeVerb({
  permission: "keys:rotate",
  input: signedBatchSchema,
  async run(ctx, batch): Promise<Signed> {
    const { tx, fleetId } = ctx;
    personOf(ctx);
    // One after the other: two who sign at once would both go on from the same statement.
    await tx.$queryRaw`select 1 from fleet where id = ${fleetId} for update`;
    const fleet = await tx.sealedFleet.findUnique({ where: { fleetId }, select: { root: true } });
    const root = fleet?.root ?? (await rootOfFirst(batch));
    const before = await storedChain(ctx, root);
    if (batch.after !== before.n)
      throw new SallyportError("conflict", "Somebody else has signed meanwhile.", { hint: "Load the page again and repeat what you were about to do." });
    const read = await extendChain(before, batch.statements);
    if (!read.ok) throw new SallyportError("invalid_input", `${CHAIN_REFUSALS[read.reason]} (${read.reason}, number ${read.at})`);
    const rulesSwitchedOff = fleet ? 0 : await openFleet(ctx, root, read.chain, batch);
    await append(ctx, before, read.chain, batch);
    const announced = await announce(ctx, read.chain, batch.announcements);
    return { statements: batch.statements.length, announced, rulesSwitchedOff };
  },
});

async function storedChain({ tx, fleetId }: WriteContext, root: string): Promise<SealedChain> {
  const rows = await tx.sealedStatement.findMany({ where: { fleetId }, orderBy: { n: "asc" }, select: { jws: true } });
  const read = await extendChain(
    emptyChain(fleetId, root),
    rows.map(({ jws }) => jws),
  );
  if (read.ok) return read.chain;
  throw new Error(`The stored statements of ${fleetId} are damaged: ${read.reason} at number ${read.at}.`);
}

async function append(ctx: WriteContext, before: SealedChain, chain: SealedChain, { statements, wraps, rootWraps }: SignedBatch): Promise<void> {
  const { tx, fleetId, now } = ctx;
  await tx.sealedStatement.createMany({ data: statements.map((jws, index) => ({ fleetId, n: before.n + 1 + index, jws, signedAt: now })) });
  const moved = [...before.operators].filter(([name, { thumbprint }]) => chain.operators.get(name)?.thumbprint !== thumbprint).map(([name]) => name);
  await tx.sealedWrap.deleteMany({ where: { fleetId, operator: { in: moved } } });
  for (const { operator, version, jwe } of [...wraps, ...rootWraps.map((wrap) => ({ ...wrap, version: 0 }))]) {
    if (!chain.operators.has(operator)) throw notFound(`admitted operator ${operator}`);
    await tx.sealedWrap.upsert({
      where: { fleetId_operator_version: { fleetId, operator, version } },
      create: { fleetId, operator, version, jwe },
      update: { jwe },
    });
  }
  await checkComplete(ctx, chain);
  await ctx.auditAll(changesOf(before, chain, fleetId));
}

/** Nobody is admitted without the keys that make it true, and nobody's key is another than the one that they asked with. */
async function checkComplete({ tx, fleetId }: WriteContext, chain: SealedChain): Promise<void> {
  const wraps = await tx.sealedWrap.findMany({ where: { fleetId, version: { in: [0, chain.version] } }, select: { operator: true, version: true } });
  const asked = await tx.sealedOperator.findMany({ where: { fleetId }, select: { operator: true, publicJwk: true } });
  const keys = new Map(await Promise.all(asked.map(async (row) => [row.operator, await thumbprintOf(agreementKeySchema.parse(row.publicJwk))] as const)));
  for (const [name, { signs, thumbprint }] of chain.operators) {
    const has = (version: number) => wraps.some((wrap) => wrap.operator === name && wrap.version === version);
    if (!has(chain.version) || (signs && !has(0))) throw new SallyportError("invalid_input", `A key for ${name} is missing.`);
    if (keys.get(name) !== thumbprint) throw new SallyportError("invalid_input", `${name} has asked with another public key.`, { hint: "Compare it again." });
  }
}

function changesOf(before: SealedChain, chain: SealedChain, objectId: string) {
  const change = (action: string, after: object) => ({ action: `sealed.${action}`, objectKind: "fleet", objectId, after });
  const { operators, devices } = chain;
  const signed = [...devices].filter(([id, key]) => before.devices.get(id) !== key).length;
  return [
    ...[...operators]
      .filter(([name, { thumbprint }]) => before.operators.get(name)?.thumbprint !== thumbprint)
      .map(([operator, { signs, thumbprint }]) => change("operator_admitted", { operator, signs, thumbprint })),
    ...[...before.operators.keys()].filter((name) => !operators.has(name)).map((operator) => change("operator_removed", { operator })),
    ...(chain.version > before.version ? [change("fleet_key_made", { version: chain.version })] : []),
    ...(signed > 0 ? [change("devices_signed", { devices: signed })] : []),
  ];
}
