-- Each sign of a claim is open once; what the worker looks for.
create unique index claim_misuse_open_key on claim_misuse (claim_id, kind) where ended_at is null;
