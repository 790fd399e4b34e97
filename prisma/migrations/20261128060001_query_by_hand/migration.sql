-- What the query language needs and Prisma has no word for (docs/query.md).

-- A version as numbers that compare from left to right, like readVersion of lib/domain/query/version.ts: `2.10` after `2.9`,
-- `v2.1` like `2.1.0`, `2.1.0-rc1` before `2.1`. Null for text that does not begin with a number; never an error.
create function version_parts(version text) returns bigint[] language sql immutable parallel safe as $$
  select string_to_array(regexp_replace(m[1], '(\.0+)+$', ''), '.')::bigint[] || case when m[2] is null then 0 else -1 end::bigint
  from regexp_match(version, '^v?([0-9]{1,15}(?:\.[0-9]{1,15}){0,7})(-[0-9a-z])?', 'i') as m
  where m is not null
$$;

-- Plain words are looked for in ids too. The condition is always true: see device_name_trigrams.
do $$
begin
  create index if not exists device_id_trigrams on device using gin (id gin_trgm_ops) with (fastupdate = off) where id is not null;
exception
  when undefined_object then
    raise notice 'pg_trgm is not available here: device search works, without an index';
end
$$;

-- `connected:true`: sessions that are open now are few among all that ever were.
create index session_open on session (device_id, token_id) where disconnected_at is null;
