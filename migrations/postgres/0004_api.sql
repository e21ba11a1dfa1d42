-- What clients without a browser bring. Twin of ../sqlite/0004_api.sql.
-- SHA-256 of the token that changes or deletes a paste, where its author had no account.
alter table pastes add column delete_token_hash bytea;

-- A user's tokens for programs. Only their SHA-256 is kept.
create table access_tokens (
  token_hash bytea primary key not null,
  id bigint not null unique,
  user_id bigint not null references users (id) on delete cascade,
  name text not null,
  may_read boolean not null,
  may_write boolean not null,
  may_delete boolean not null,
  created_at bigint not null,
  expires_at bigint,
  last_used_at bigint
);
create index access_tokens_user on access_tokens (user_id, created_at, id);

-- Creates that may be sent twice and happen once: which paste a client's Idempotency-Key made.
create table idempotency_keys (
  key_hash bytea primary key not null,
  request_hash bytea not null,
  paste_id text collate "C" not null,
  salt bytea not null,
  expires_at bigint not null
);
create index idempotency_keys_expires on idempotency_keys (expires_at);
