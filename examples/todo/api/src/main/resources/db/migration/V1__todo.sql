create table todo (
    id          uuid primary key default gen_random_uuid(),
    title       text not null check (char_length(title) between 1 and 200),
    description text not null default '' check (char_length(description) <= 4000),
    done        boolean not null default false,
    due         date,
    -- Lists are sorted by this; a to-do that moves gets a number between its new neighbours.
    position    double precision not null,
    -- Counts changes; it is the ETag.
    version     bigint not null default 1,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    -- Set while a deletion can still be undone.
    deleted_at  timestamptz
);

create index todo_position on todo (position, id) where deleted_at is null;
create index todo_deleted on todo (deleted_at) where deleted_at is not null;
