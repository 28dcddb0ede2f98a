"""Webhooks: who wants to hear, the outbox of events, what is to be sent to whom, and what became of it.

An event and its deliveries are written by the transaction that makes the change. The two partial indexes hold only what is
still to be sent. They start from the webhook: a sender serves all stores, and one line for each object of a webhook.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

SQL = r"""
create table webhooks (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    dialect text not null,                -- whose words its bodies are in: shoplazza, shoplus, customeow
    app_id bigint,                        -- the client that subscribed; null: the merchant
    address text not null,
    topics text[] not null check (cardinality(topics) > 0),   -- as the dialect writes them
    format text not null default 'json',
    secret text not null,                 -- what deliveries are signed with
    details jsonb not null default '{}',  -- what only that dialect shows
    failing_since timestamptz,            -- the first failure of an unbroken row of them
    failed_at timestamptz,                -- the newest of that row
    paused_until timestamptz,             -- the receiver asked for a pause
    disabled_at timestamptz,
    notice text not null default '',      -- for the merchant: why it is disabled
    removed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid),
    unique (id)
);
create index on webhooks (store_id, created_at, id) where removed_at is null;

create table events (
    store_id bigint not null,             -- no reference: see 0004, orders
    id bigint not null default nextval('ids'),
    topic text not null,                  -- in the core's words: order.created
    object_kind text not null,
    object_id bigint not null,
    sequence integer not null,            -- counts the events of one object, without gaps
    facts jsonb not null default '{}',    -- what the object itself can no longer tell
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, object_kind, object_id, sequence)
);
create index on events using brin (created_at);   -- for forgetting old ones, over all stores

create table deliveries (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    webhook_id bigint not null,
    event_id bigint not null,
    object_id bigint not null,
    topic text not null,                  -- as the dialect writes it
    body bytea not null,                  -- byte for byte what is sent, also again
    headers jsonb not null,               -- those of the dialect, but for signatures
    next_attempt_at timestamptz not null, -- or when to look whether the earlier ones about the same object have ended
    attempts integer not null default 0,  -- since it was last put in line
    leased_until timestamptz,
    delivered_at timestamptz,
    gave_up_at timestamptz,
    last_status smallint,
    last_error text not null default '',
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    foreign key (store_id, webhook_id) references webhooks (store_id, id),
    foreign key (store_id, event_id) references events (store_id, id),
    check (delivered_at is null or gave_up_at is null)
);
create index on deliveries (store_id, webhook_id, id);
create index on deliveries (store_id, event_id);
create index on deliveries using brin (created_at);
create index deliveries_due on deliveries (webhook_id, next_attempt_at) where delivered_at is null and gave_up_at is null;
create index deliveries_line on deliveries (webhook_id, object_id, id) where delivered_at is null and gave_up_at is null;
alter table deliveries set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Whether senders want to be called. A call makes commits wait for each other, so a busy sender looks by itself instead.
-- A crash of the database empties it: then they are called.
create unlogged table sender_rest (
    only_row boolean primary key default true check (only_row),
    resting boolean not null
);

create table delivery_attempts (
    store_id bigint not null,
    delivery_id bigint not null,
    id bigint not null default nextval('ids'),
    attempted_at timestamptz not null,
    duration_ms integer not null,
    status smallint,                      -- null: no answer
    response bytea not null default '',   -- how the answer began
    error text not null default '',
    primary key (store_id, delivery_id, id),
    foreign key (store_id, delivery_id) references deliveries (store_id, id) on delete cascade
);
"""


def upgrade() -> None:
    op.get_bind().connection.driver_connection.execute(SQL)
