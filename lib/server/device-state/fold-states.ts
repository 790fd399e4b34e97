import type { PoolClient } from "pg";
import { type Folded, foldLayers, foldReport, type StateChange, type StateFacts } from "@/lib/domain/device-state/fold-state";
import { type StateDocument, stateReportSchema } from "@/lib/protocol/state";
import { CHANNELS } from "../database/notify";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { factsOf, STATE_COLUMNS, type StateRow } from "./state-row";

/** Messages, and devices whose layers changed, per transaction. */
const LIMIT = 500;

type Row = StateRow & { deviceId: string; fleetId: string; defaults: StateDocument; stale: boolean; number: string };
interface Message {
  id: string;
  deviceId: string;
  fleetId: string;
  receivedAt: Date;
  number: string | null;
  report: unknown;
}

/** One device on its way through a step. */
interface Folding {
  row: Row;
  state: StateFacts;
  number: bigint;
  isDue: boolean;
  lines: { at: Date; side: "profile" | "reported"; version: number; changes: StateChange[] }[];
}

/**
 * Folds what devices reported into what is known of them, in the order in which it was stored, and lays changed defaults of profiles under
 * their devices' own state. Answers how much it looked at; 0: nothing waits.
 */
export async function foldStates({ database, clock }: Pick<StepContext, "database" | "clock">): Promise<number> {
  return withLock(database.pool, "device_state", async (client) => {
    const messages = await takeMessages(client);
    const { rows: stale } = await client.query<{ id: string }>(`select device_id as id from device_state where stale limit ${LIMIT}`);
    const ids = [...new Set([...messages.map(({ deviceId }) => deviceId), ...stale.map(({ id }) => id)])];
    if (ids.length === 0) return 0;
    const folding = await loadStates(client, ids, messages);
    for (const one of folding.values()) if (one.row.stale) layLayers(one, clock.now());
    for (const message of messages) takeReport(folding.get(message.deviceId), message);
    await writeStates(client, [...folding.values()]);
    await writeHistory(client, [...folding.values()]);
    // Whoever publishes looks now instead of at its next tick.
    if ([...folding.values()].some(({ isDue }) => isDue)) await client.query(`select pg_notify('${CHANNELS.outbox}', '')`);
    return messages.length + stale.length;
  });
}

async function takeMessages(client: PoolClient): Promise<Message[]> {
  const { rows } = await client.query<Message>(
    `delete from device_state_message where id in (select id from device_state_message order by id limit ${LIMIT})
     returning id, device_id as "deviceId", fleet_id as "fleetId", received_at as "receivedAt", number, report`,
  );
  return rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

async function loadStates(client: PoolClient, ids: readonly string[], messages: readonly Message[]): Promise<Map<string, Folding>> {
  await client.query(
    `insert into device_state (device_id, fleet_id) select d.id, d.fleet_id from device d where d.id = any($1) order by d.id on conflict do nothing`,
    [messages.map(({ deviceId }) => deviceId)],
  );
  const { rows } = await client.query<Row>(
    `select ${STATE_COLUMNS}, s.device_id as "deviceId", s.fleet_id as "fleetId", p.desired_state as defaults, s.stale, s.report_number as number
     from device_state s join device d on d.id = s.device_id join profile p on p.id = d.profile_id
     where s.device_id = any($1) order by s.device_id for update of s`,
    [ids],
  );
  return new Map(rows.map((row) => [row.deviceId, { row, state: factsOf(row), number: BigInt(row.number), isDue: false, lines: [] }]));
}

function layLayers(folding: Folding, at: Date): void {
  const { defaults, overrides } = folding.row;
  keep(folding, foldLayers(folding.state, { defaults, overrides: overrides as StateDocument }, at), { at, side: "profile" });
}

/** A sealed report that is not newer than the last was played back by somebody on the way. */
function takeReport(folding: Folding | undefined, { number, report, receivedAt }: Message): void {
  const said = stateReportSchema.safeParse(report).data;
  if (!folding || !said || (number !== null && BigInt(number) <= folding.number)) return;
  if (number !== null) folding.number = BigInt(number);
  keep(folding, foldReport(folding.state, said, receivedAt), { at: receivedAt, side: "reported" });
}

function keep(folding: Folding, { state, changes, isDue }: Folded, line: Pick<Folding["lines"][number], "at" | "side">): void {
  folding.state = state;
  folding.isDue ||= isDue;
  if (changes.length > 0) folding.lines.push({ ...line, version: state.version, changes });
}

async function writeStates(client: PoolClient, folding: readonly Folding[]): Promise<void> {
  const of = (pick: (one: Folding) => unknown) => folding.map(pick);
  await client.query(
    `update device_state s set version = c.version, applied_version = c.applied, desired = c.desired, reported = c.reported, reported_at = c.reported_at,
       report_number = c.number, errors = c.errors, paths = c.paths, status = c.status::"StateStatus", status_since = c.since, stale = false,
       sent_at = case when c.due then null else s.sent_at end
     from unnest($1::text[], $2::int[], $3::int[], $4::jsonb[], $5::jsonb[], $6::timestamptz[], $7::bigint[], $8::jsonb[], $9::jsonb[], $10::text[], $11::timestamptz[], $12::bool[])
       as c(device_id, version, applied, desired, reported, reported_at, number, errors, paths, status, since, due)
     where s.device_id = c.device_id`,
    [
      of(({ row }) => row.deviceId),
      of(({ state }) => state.version),
      of(({ state }) => state.appliedVersion),
      of(({ state }) => JSON.stringify(state.desired)),
      of(({ state }) => JSON.stringify(state.reported)),
      of(({ state }) => state.reportedAt),
      of(({ number }) => String(number)),
      of(({ state }) => JSON.stringify(state.errors)),
      of(({ state }) => JSON.stringify(state.paths)),
      of(({ state }) => state.status),
      of(({ state }) => state.statusSince),
      of(({ isDue }) => isDue),
    ],
  );
}

async function writeHistory(client: PoolClient, folding: readonly Folding[]): Promise<void> {
  const lines = folding.flatMap(({ row, lines }) => lines.map((line) => ({ ...line, row })));
  if (lines.length === 0) return;
  await client.query(
    `insert into device_state_change (fleet_id, device_id, at, side, version, changes)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::int[], $6::jsonb[])`,
    [
      lines.map(({ row }) => row.fleetId),
      lines.map(({ row }) => row.deviceId),
      lines.map(({ at }) => at),
      lines.map(({ side }) => side),
      lines.map(({ version }) => version),
      lines.map(({ changes }) => JSON.stringify(changes)),
    ],
  );
}
