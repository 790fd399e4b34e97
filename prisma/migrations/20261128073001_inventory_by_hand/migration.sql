-- Until now an installation had one signing key: it signed every token that is there.
update access_token set kid = (select max(kid) from signing_key) where (select count(*) from signing_key) = 1;

-- Rewritten all the time: leave room on the page for the next version.
alter table scope_use set (fillfactor = 70);
