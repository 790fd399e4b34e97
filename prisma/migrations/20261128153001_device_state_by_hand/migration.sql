-- What the worker looks for: layers to lay anew, versions to send and devices that have not caught up.
create index device_state_stale on device_state (device_id) where stale;
create index device_state_due on device_state (device_id) where sent_at is null and version > applied_version;
create index device_state_behind on device_state (device_id) where version > applied_version;

-- Whoever changes what a profile wants of its devices, or the profile of a device, by whatever way: the worker lays the layers anew.
create function profile_state_changed() returns trigger language plpgsql as $$
begin
  insert into device_state (device_id, fleet_id, stale) select id, fleet_id, true from device where profile_id = new.id order by id
    on conflict (device_id) do update set stale = true;
  return null;
end $$;
create trigger profile_state_changed after update of desired_state on profile
  for each row when (old.desired_state is distinct from new.desired_state) execute function profile_state_changed();

create function device_profile_state() returns trigger language plpgsql as $$
begin
  if exists (select 1 from profile where id in (new.profile_id, case when tg_op = 'UPDATE' then old.profile_id end) and desired_state <> '{}') then
    insert into device_state (device_id, fleet_id, stale) values (new.id, new.fleet_id, true) on conflict (device_id) do update set stale = true;
  end if;
  return null;
end $$;
create trigger device_profile_state after insert or update of profile_id on device for each row execute function device_profile_state();
