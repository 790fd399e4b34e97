-- Tokens that came by a claim code belong to devices with an identity key.
update access_token t set renews = true from enrolment e where e.token_id = t.id;

-- Brokers know identity keys by their thumbprint, in memory. One hint for a whole transaction.
create function notify_identity() returns trigger language plpgsql as $$
begin
  perform pg_notify('device_identity', '');
  return null;
end $$;
create trigger identity_changed after insert or update or delete on device_identity for each statement execute function notify_identity();
create index device_identity_enrolled_at_idx on device_identity (enrolled_at);

-- Renewals that the platform waits for, and tokens that ought to have been renewed.
create index device_renewal_asked_idx on device_renewal (asked_at) where asked_at is not null;
create index access_token_renews_idx on access_token (expires_at) where renews and revoked_at is null;
