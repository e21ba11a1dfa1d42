-- The list of somebody's pastes and its sums come from the index alone, and pastes without an owner
-- are not in it. Twin of ../postgres/0005_owner_index.sql.
drop index pastes_owner;
create index pastes_owner on pastes (owner_id, created_at, id, expires_at, bytes)
  where deleted_at is null and owner_id is not null;
