-- Whoever counts, and however many do: never one device more than the claim says.
alter table claim add constraint claim_used_within_limit check (used between 0 and use_limit);

-- Brokers know claim codes by their digest, in memory.
create function notify_claim() returns trigger language plpgsql as $$
begin
  perform pg_notify('claim', coalesce(new.id, old.id));
  return null;
end $$;
create trigger claim_changed after insert or delete on claim for each row execute function notify_claim();
