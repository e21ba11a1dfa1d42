-- Whether the syntax is our guess and not the author's choice. Twin of ../postgres/0003_syntax_guessed.sql.
alter table pastes add column syntax_guessed boolean not null default false;
