-- Reports that are there: what is loopback among their sockets is told by the next one, some minutes from now.
update posture_report set inbound = listening_tcp + listening_udp, inbound_since = received_at,
  listened_at = case when listening_tcp + listening_udp > 0 then received_at end;

-- What the worker looks for every second.
create index posture_report_not_judged_idx on posture_report (received_at) where judged_at is null or judged_at < received_at;

-- What a device shows now, each once; and who violates now.
create unique index posture_finding_open_key on posture_finding (device_id, kind, what) where ended_at is null;
create index posture_finding_violations_idx on posture_finding (fleet_id, device_id) where ended_at is null and verdict = 'violation';
