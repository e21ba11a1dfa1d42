-- What jobs remember between two runs. Twin of ../sqlite/0002_jobs.sql.
create table job_state (
  name text primary key not null,
  value text not null
);

-- fang's queue, in one shape for both engines: ids and metadata as text, times as milliseconds.
create table fang_tasks (
  id text primary key not null,
  metadata text not null,
  error_message text,
  state text not null check (state in ('new', 'in_progress', 'failed', 'finished', 'retried')),
  task_type text not null,
  uniq_hash text,
  retries integer not null,
  scheduled_at bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
-- One unfinished task a hash: a periodic chain cannot become two.
create unique index fang_tasks_unfinished on fang_tasks (uniq_hash)
  where state in ('new', 'in_progress', 'retried');
create index fang_tasks_due on fang_tasks (task_type, scheduled_at) where state in ('new', 'retried');

-- Each periodic chain: who works on it until when (0: nobody), and how it went last.
create table job_leases (
  name text primary key not null,
  holder text not null,
  expires_at bigint not null,
  succeeded_at bigint,
  result text,
  failed_at bigint,
  error text
);
