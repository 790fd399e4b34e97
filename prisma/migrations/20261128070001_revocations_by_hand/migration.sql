-- What the worker looks for: revocations that are not settled, and sessions of revoked tokens that were not cut.
create index revocation_unsettled on revocation (at) where settled_at is null;
create index revoked_session_open on revoked_session (revocation_id) where cut_at is null;
