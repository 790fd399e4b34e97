-- In a sealed fleet nothing is taken in the open, whatever a profile says: brokers read all policies again.
create trigger sealed_fleet_changed after insert or delete on sealed_fleet
  for each row execute function notify_profile_encryption();

create or replace function notify_device_encryption() returns trigger language plpgsql as $$
begin
  if exists (select 1 from profile where id in (new.profile_id, case when tg_op = 'UPDATE' then old.profile_id end) and encryption <> 'off')
    or exists (select 1 from sealed_fleet where fleet_id = new.fleet_id) then
    perform pg_notify('content_key', new.id);
  end if;
  return null;
end $$;

-- A statement that was signed stays as it is.
create function refuse_sealed_change() returns trigger language plpgsql as $$
begin
  raise exception 'statements of a sealed fleet are only added to';
end $$;
create trigger sealed_statement_stays before update on sealed_statement for each row execute function refuse_sealed_change();

-- What is no key of the server is announced by a signature.
alter table content_key add constraint content_key_one_custody check (key_wrapped is null or announcement is null);
