-- The spelling by which two addresses are the same account; null where the site has yet to compute it,
-- and where another account has it. An ASCII address is its own. Twin of ../postgres/0008_email_key.sql.
alter table users add column email_key text;
update users set email_key = email where octet_length(email) = length(email);
create unique index users_spelling on users (email_key);
