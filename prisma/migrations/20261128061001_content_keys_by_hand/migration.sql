-- No device has two current keys, whoever writes.
create unique index content_key_one_active on content_key (device_id) where state = 'active';
-- What lib/server/encryption/advance-content-keys.ts looks for once a second.
create index content_key_first_use on content_key (device_id) where state = 'next' and first_seen_at is not null;
create index content_key_grace on content_key (superseded_at) where state = 'grace';
create index content_key_retired on content_key (retired_at) where state = 'retired';

-- Brokers hold keys and policies in memory. Whoever changes them, by whatever way, the brokers hear of it with the commit.
create function notify_content_key() returns trigger language plpgsql as $$
begin
  perform pg_notify('content_key', coalesce(new.device_id, old.device_id));
  return null;
end $$;

-- Not on what the ingest counts with every commit.
create trigger content_key_changed after insert or delete or update of state, key_wrapped, received_at on content_key
  for each row execute function notify_content_key();
create trigger device_key_changed after insert or delete or update of thumbprint on device_key
  for each row execute function notify_content_key();

create function notify_profile_encryption() returns trigger language plpgsql as $$
begin
  perform pg_notify('content_key', '');
  return null;
end $$;
create trigger profile_encryption_changed after update of encryption on profile
  for each row when (old.encryption is distinct from new.encryption) execute function notify_profile_encryption();

create function notify_device_encryption() returns trigger language plpgsql as $$
begin
  if exists (select 1 from profile where id in (new.profile_id, case when tg_op = 'UPDATE' then old.profile_id end) and encryption <> 'off') then
    perform pg_notify('content_key', new.id);
  end if;
  return null;
end $$;
create trigger device_encryption_changed after insert or update of profile_id on device
  for each row execute function notify_device_encryption();
