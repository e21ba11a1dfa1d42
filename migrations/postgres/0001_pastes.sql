-- Times are milliseconds since the Unix epoch. Twin of ../sqlite/0001_pastes.sql.
create table users (
  id bigint primary key not null,
  email text not null unique,
  password_hash text not null,
  created_at bigint not null
);

create table sessions (
  token_hash bytea primary key not null,
  user_id bigint not null references users (id) on delete cascade,
  created_at bigint not null,
  expires_at bigint not null
);
create index sessions_user on sessions (user_id);
create index sessions_expires on sessions (expires_at);

create table pastes (
  id text collate "C" primary key not null,
  owner_id bigint references users (id),
  title text not null,
  syntax text not null,
  visibility text not null check (visibility in ('unlisted', 'public', 'private')),
  bytes bigint not null,
  lines bigint not null,
  sha256 bytea not null,
  blob_key text collate "C" not null unique,
  created_at bigint not null,
  expires_at bigint,
  deleted_at bigint
);
create index pastes_owner on pastes (owner_id, created_at, id) where deleted_at is null;
create index pastes_public on pastes (created_at, id) where deleted_at is null and visibility = 'public';
create index pastes_expires on pastes (expires_at) where deleted_at is null and expires_at is not null;
create index pastes_deleted on pastes (deleted_at) where deleted_at is not null;

-- Texts, where no bucket is named: zstd-compressed, under a key that no paste's id reveals.
create table blobs (
  key text collate "C" primary key not null,
  body bytea not null,
  created_at bigint not null
);
