-- What the worker looks for every second, and when a device comes back.
create index command_open_idx on command (deadline_at) where ended_at is null;
create index command_to_send_idx on command (device_id) where ended_at is null and state in ('queued', 'sent');

-- What waits for a second admin.
create index command_waiting_idx on command (fleet_id, requested_at desc) where state = 'waiting';
