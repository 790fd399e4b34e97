-- What Prisma's schema has no word for. Written by hand; the file before this one is generated (prisma/engine/README.md).

-- Search by a part of a device's name. pg_trgm comes with every usual server; one without it searches without
-- the index. The condition is always true: Prisma leaves partial indexes alone, so the drift gate stays silent.
do $$
begin
  create extension if not exists pg_trgm;
  create index if not exists device_name_trigrams on device using gin (name gin_trgm_ops) with (fastupdate = off) where name is not null;
exception
  when undefined_file or feature_not_supported or insufficient_privilege or undefined_object then
    raise notice 'pg_trgm is not available here: device search works, without an index';
end
$$;

-- Measurements are partitioned by time: a day each, dropped whole when too old. The default partition takes what no day takes,
-- so that an insert never fails for want of a partition.
create table measurement_by_day (like measurement including defaults) partition by range (time);
drop table measurement;
alter table measurement_by_day rename to measurement;
alter table measurement add constraint measurement_pkey primary key (device_id, metric, time, seq);
-- Summarised as it grows: alerts read the newest seconds by arrival, and must not scan what no vacuum has seen yet.
create index measurement_received_at_idx on measurement using brin (received_at) with (autosummarize = on);
create table measurement_default partition of measurement default;

-- Makes the partition of one UTC day unless it is there, and moves rows in that the default partition took before.
create function make_measurement_partition(day date) returns boolean language plpgsql as $$
declare
  part text := 'measurement_' || to_char(day, 'YYYYMMDD');
  first timestamptz := day::timestamp at time zone 'UTC';
  last timestamptz := (day + 1)::timestamp at time zone 'UTC';
begin
  if to_regclass(part) is not null then
    return false;
  end if;
  -- Several processes may ask at once, and writers of the default partition wait for the move. The strongest lock at once:
  -- attaching needs it anyway, and getting it later could deadlock.
  lock table measurement_default in access exclusive mode;
  if to_regclass(part) is not null then
    return false;
  end if;
  execute format('create table %I (like measurement including defaults)', part);
  execute format('with moved as (delete from measurement_default where time >= %L and time < %L returning *) insert into %I select * from moved', first, last, part);
  execute format('alter table measurement attach partition %I for values from (%L) to (%L)', part, first, last);
  return true;
end
$$;

-- One open alert per rule and device, whoever evaluates.
create unique index alert_one_open on alert (rule_id, device_id) where state <> 'resolved';

-- Work that waits: small, however much was done before.
create index outbox_waiting on outbox (available_at, id) where done_at is null;
create index delivery_waiting on delivery (channel_id, next_attempt_at) where state = 'queued';

-- Rows that are rewritten all the time leave room on their page for the next version.
alter table presence set (fillfactor = 70);
alter table latest_measurement set (fillfactor = 70);
alter table broker_run set (fillfactor = 50);

-- The audit log is append-only, for the product's own database user too.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_event_append_only before update or delete or truncate on audit_event
  for each statement execute function refuse_change();
