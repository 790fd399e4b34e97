-- Tags are looked for by value without regard to case (lib/server/devices/device-conditions.ts).
create index tag_key_lower_value_idx on tag (key, lower(value));
