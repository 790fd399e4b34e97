import { aesGcm } from "@/lib/base/aes-gcm";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import type { DesiredMessage, StateDocument } from "@/lib/protocol/state";
import { topics } from "@/lib/protocol/topics";
import { type Publisher, publishAll } from "../live/publisher";
import type { Secrets } from "../secrets";
import type { StepContext } from "../step";

/** Devices per step. */
const LIMIT = 500;
/** A device that has just connected may not have subscribed yet. */
const SETTLE_SECONDS = 2;
/** A device that is there and does not answer is told again. */
const AGAIN_SECONDS = 300;

interface Row {
  deviceId: string;
  fleetId: string;
  version: number;
  desired: StateDocument;
  encryption: "off" | "optional" | "required";
  keyVersion: number | null;
  keyWrapped: Buffer | null;
}

/** Not in sealed fleets: the server has no key to seal with there, and sends nothing in the open. */
const SENDABLE = `
  select s.device_id as "deviceId", s.fleet_id as "fleetId", s.version, s.desired, p.encryption, k.version as "keyVersion", k.key_wrapped as "keyWrapped"
  from device_state s
  join device d on d.id = s.device_id and d.lifecycle = 'active'
  join profile p on p.id = d.profile_id
  left join lateral (
    select version, key_wrapped from content_key
    where device_id = d.id and state in ('next', 'active', 'grace') and received_at is not null and key_wrapped is not null
    order by version desc limit 1) k on true
  where s.version > s.applied_version and not exists (select 1 from sealed_fleet f where f.fleet_id = s.fleet_id)`;

/** Sends what is desired to devices that are due it: a new version, or the device asked. Answers how many were looked at. */
export async function sendDueStates(ctx: StepContext & { secrets: Secrets }, publisher: Publisher): Promise<number> {
  const { rows } = await ctx.database.pool.query<Row>(`${SENDABLE} and s.sent_at is null limit ${LIMIT}`);
  await send(ctx, publisher, rows);
  return rows.length;
}

/** The same to devices that are connected and have not caught up: once after each connect, then every few minutes. Nothing is retained. */
export async function resendStates(ctx: StepContext & { secrets: Secrets }, publisher: Publisher): Promise<void> {
  const now = ctx.clock.now();
  const { rows } = await ctx.database.pool.query<Row>(
    `${SENDABLE} and exists (
       select 1 from session x where x.device_id = s.device_id and x.disconnected_at is null
         and (s.sent_at < $1::timestamptz - make_interval(secs => ${AGAIN_SECONDS})
           or (s.sent_at < x.connected_at + make_interval(secs => ${SETTLE_SECONDS}) and x.connected_at <= $1::timestamptz - make_interval(secs => ${SETTLE_SECONDS}))))
     limit ${LIMIT}`,
    [now],
  );
  await send(ctx, publisher, rows);
}

async function send({ database, clock, secrets }: StepContext & { secrets: Secrets }, publisher: Publisher, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const at = clock.now();
  const messages = rows.flatMap((row) => messageOf(row, secrets, at) ?? []);
  await publishAll(publisher, messages);
  // A version that came meanwhile is still due. One that may not be sent yet is looked at again when the device says that it has its key.
  await database.pool.query(
    `update device_state s set sent_at = $3 from unnest($1::text[], $2::int[]) as c(device_id, version) where s.device_id = c.device_id and s.version = c.version`,
    [rows.map(({ deviceId }) => deviceId), rows.map(({ version }) => version), at],
  );
}

/** In the envelope as soon as the device has said that it has a key, whatever its profile says; undefined: it needs one and has none. */
function messageOf({ deviceId, fleetId, version, desired, encryption, keyVersion, keyWrapped }: Row, secrets: Secrets, at: Date) {
  const topic = topics.down(fleetId, deviceId, "state");
  const plain = JSON.stringify({ version, desired, at: at.toISOString() } satisfies DesiredMessage);
  if (keyVersion === null || keyWrapped === null) return encryption === "required" ? undefined : { topic, payload: plain };
  const key = { key: secrets.unwrap(keyWrapped), version: keyVersion };
  const sealed = sealEnvelope(aesGcm, key, { device: deviceId, topic, seq: version }, Buffer.from(plain));
  return { topic, payload: Buffer.from(sealed).toString("latin1") };
}
