import { CHANNELS } from "../database/notify";

/** In the transaction that handles their sessions: what waits for these devices is sent, and what they may not have got is sent again. */
export const DELIVER_TO_CONNECTED = `
  with asked as (
    insert into outbox (fleet_id, kind, payload, available_at)
    select fleet_id, 'command.deliver', jsonb_build_object('commandId', id, 'attempt', 0), $2 from command
    where device_id = any($1) and ended_at is null and state in ('queued', 'sent') order by requested_at, id
    returning 1)
  select pg_notify('${CHANNELS.outbox}', '') from asked limit 1`;
