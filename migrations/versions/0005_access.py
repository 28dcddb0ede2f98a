"""Access: OAuth clients and where they are installed, codes and tokens, staff who consent, and how fast a token may call."""

from alembic import op

revision = "0005"
down_revision = "0004"

SQL = r"""
-- An app that calls a shop's API. The secret is needed in clear: it signs what we send.
create table clients (
    id bigint primary key default nextval('ids'),
    key text not null unique,                -- client_id on the wire
    secret text not null,
    name text not null,
    app_uri text not null default '',        -- where an installation begins
    redirect_uris text[] not null default '{}',
    store_id bigint references stores,       -- a private app of this store; null: any shop may install it
    created_at timestamptz not null default now()
);

create table installations (
    store_id bigint not null references stores,
    client_id bigint not null references clients,
    scopes text[] not null,
    installed_at timestamptz not null default now(),
    uninstalled_at timestamptz,
    primary key (store_id, client_id)
);

-- One grant of a store to a client: the tokens that follow from one code. Ended as a whole.
create table grants (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    client_id bigint not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    primary key (store_id, id),
    foreign key (store_id, client_id) references installations (store_id, client_id)
);
create index on grants (store_id, client_id) where revoked_at is null;

create table authorization_codes (
    hash bytea primary key check (length(hash) = 32),
    store_id bigint not null,
    client_id bigint not null,
    scopes text[] not null,
    redirect_uri text not null,
    challenge text not null default '',      -- PKCE, S256
    grant_id bigint,                         -- what it was exchanged for
    created_at timestamptz not null default now(),
    used_at timestamptz,
    foreign key (store_id, client_id) references installations (store_id, client_id)
);
create index on authorization_codes (store_id, created_at);

create table tokens (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    grant_id bigint not null,
    kind text not null check (kind in ('access', 'refresh')),
    hash bytea not null unique check (length(hash) = 32),
    hint text not null,                      -- the last four characters
    scopes text[] not null,
    calls_per_second integer not null default 20 check (calls_per_second > 0),
    created_at timestamptz not null default now(),
    expires_at timestamptz,                  -- null: does not expire
    replaced_at timestamptz,                 -- a refresh token that was used
    seed bytea,                              -- of the pair it gave: with the token itself it gives that pair again
    primary key (store_id, id),
    foreign key (store_id, grant_id) references grants (store_id, id)
);
create index on tokens (store_id, grant_id);

-- What is left of a token's calls. A crash of the database empties it: that only forgives.
create unlogged table call_buckets (
    token_id bigint primary key,
    calls double precision not null,
    filled_at timestamptz not null
);

create table staff (
    merchant_id bigint not null references merchants,
    id bigint not null default nextval('ids'),
    email text not null,
    password text not null,                  -- scrypt, with its parameters and salt
    name text not null default '',
    created_at timestamptz not null default now(),
    primary key (merchant_id, id)
);
create unique index on staff (lower(email));

create table staff_sessions (
    hash bytea primary key check (length(hash) = 32),
    merchant_id bigint not null,
    staff_id bigint not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    foreign key (merchant_id, staff_id) references staff (merchant_id, id) on delete cascade
);

-- Passwords that were wrong, counted by whom they were tried for and from where. A crash of the database forgives.
create unlogged table sign_in_failures (
    key bytea primary key check (length(key) = 32),
    failures integer not null,
    since timestamptz not null
);
"""


def upgrade() -> None:
    op.get_bind().connection.driver_connection.execute(SQL)
