-- Rotations of before waves had one, and these devices.
insert into key_rotation_device (rotation_id, device_id, wave, version)
select rotation_id, device_id, 0, version from content_key where rotation_id is not null;
update key_rotation set wave_started_at = started_at, state_since = started_at, state_by = started_by;

-- What lib/server/encryption/advance-rotations.ts looks for once a second.
create index key_rotation_running on key_rotation (id) where state = 'running';
