"""From a shopper's answers to a print file: merchants, features, customizations, orders, composites, files.

Keys: one sequence gives every noun an integer of 15 digits, so that it is safe in JavaScript (below 2^53) and in
every dialect (Shoplus allows 15 digits). Keys and indexes start from the store, so that stores can be spread over
shards. Customizations are reached from browsers: their ids are random.
"""

from alembic import op
from procrastinate.connector import BaseConnector
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

SQL = r"""
create sequence ids start 100000000000001;

create function random_id() returns bigint language sql volatile
    as $$ select 100000000000000 + floor(random() * 900000000000000)::bigint $$;

create table merchants (
    id bigint primary key default nextval('ids'),
    name text not null,
    created_at timestamptz not null default now()
);

create table stores (
    id bigint primary key default nextval('ids'),
    merchant_id bigint not null references merchants,
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text not null,
    created_at timestamptz not null default now()
);
create index on stores (merchant_id, id);

-- A key is shown once; here stand its SHA-256 and its last four characters.
create table api_keys (
    id bigint primary key default nextval('ids'),
    merchant_id bigint not null references merchants,
    name text not null,
    hash bytea not null unique check (length(hash) = 32),
    hint text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
create index on api_keys (merchant_id);

-- The times of a key's last calls, at most as many as its limit. A crash of the database empties it: that only forgives.
create unlogged table call_windows (
    key_id bigint primary key,
    calls timestamptz[] not null
);

-- A file as one store knows it; its bytes lie in the object store under their SHA-256.
create table files (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    token text not null unique,          -- the unguessable part of its address
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text not null,
    size bigint not null check (size > 0),
    width integer,
    height integer,
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, sha256)
);

create table features (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    title text not null,
    published_version_id bigint,         -- what shoppers get now
    created_at timestamptz not null default now(),
    primary key (store_id, id)
);

create table feature_versions (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    feature_id bigint not null,
    number integer not null check (number > 0),
    definition jsonb not null,           -- steps and components
    published_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, feature_id, number),
    foreign key (store_id, feature_id) references features (store_id, id)
);
alter table features add foreign key (store_id, published_version_id) references feature_versions (store_id, id);

create table template_versions (
    store_id bigint not null,
    id bigint not null default nextval('ids'),    -- CustoMeow's compositeId
    template_id bigint not null default nextval('ids'),  -- the same through all versions of the feature
    feature_version_id bigint not null,
    position integer not null,
    title text not null,
    usage smallint not null check (usage in (1, 2)),     -- 1 production, 2 preview
    document jsonb not null,
    primary key (store_id, id),
    unique (store_id, feature_version_id, position),
    foreign key (store_id, feature_version_id) references feature_versions (store_id, id)
);

-- Law 10: what is published stays as it is.
create function refuse_published_change() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'feature_versions' then
        if old.published_at is not null then
            raise exception 'a published feature version never changes' using errcode = 'restrict_violation';
        end if;
    elsif exists (
        select from feature_versions v where v.published_at is not null
        and (v.store_id, v.id) in (
            (coalesce(old.store_id, new.store_id), coalesce(old.feature_version_id, new.feature_version_id)),
            (coalesce(new.store_id, old.store_id), coalesce(new.feature_version_id, old.feature_version_id))
        )
    ) then
        raise exception 'a template of a published feature version never changes' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger published_stays before update or delete on feature_versions
    for each row execute function refuse_published_change();
create trigger published_stays before insert or update or delete on template_versions
    for each row execute function refuse_published_change();

create table skus (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    sku text not null check (sku <> ''),
    feature_id bigint,
    integrated_status smallint not null default 1 check (integrated_status between 0 and 4),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, sku),
    foreign key (store_id, feature_id) references features (store_id, id),
    check ((integrated_status in (2, 3)) <= (feature_id is not null))
);

-- The font files (family, weight, style -> SHA-256) that confirmed answers were approved with.
create table font_books (
    digest text primary key,
    faces jsonb not null,
    created_at timestamptz not null default now()
);

-- A shopper's confirmed answers. Never changed; pinned to the feature version, font book and files they were given with.
create table customizations (
    store_id bigint not null references stores,
    id bigint not null default random_id(),
    sku text not null,
    feature_id bigint not null,
    feature_version_id bigint not null,
    font_book text not null references font_books,
    lang text not null,
    answers jsonb not null,              -- component key -> value
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (id),
    foreign key (store_id, feature_version_id) references feature_versions (store_id, id)
);
create index on customizations (store_id, created_at);

create table orders (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    platform_type smallint not null default 0 check (platform_type between 0 and 7),
    platform_order_id text not null,
    platform_order_no text not null,
    platform_created_at timestamptz not null,
    currency char(3) not null,
    content_hash bytea not null,         -- of everything the platform sent: tells a retry from a clash
    quantity integer not null,           -- of all lines
    line_count integer not null check (line_count > 0),
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, platform_order_id)
);
create index on orders (store_id, platform_created_at desc, id desc) include (line_count);

create table order_lines (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    order_id bigint not null,
    position integer not null,
    sku text not null,
    customization_id bigint,
    feature_id bigint,
    feature_version_id bigint,
    platform_item_id text not null,
    platform_product_id text not null,
    platform_product_title text not null,
    platform_variant_title text not null,
    platform_variant_id text not null,
    platform_product_image text not null default '',
    quantity integer not null default 1 check (quantity > 0),
    price numeric(20, 6),
    primary key (store_id, id),
    unique (store_id, order_id, position),
    foreign key (store_id, order_id) references orders (store_id, id),
    foreign key (store_id, customization_id) references customizations (store_id, id)
);
create index on order_lines (store_id, customization_id) where customization_id is not null;

-- A production file is stored once under the hash of everything that made it (document, values, files, fonts, engine).
create table production_files (
    store_id bigint not null references stores,
    recipe text not null,
    file_id bigint not null,
    lineage jsonb not null,
    created_at timestamptz not null default now(),
    primary key (store_id, recipe),
    foreign key (store_id, file_id) references files (store_id, id)
);

create table composite_tasks (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    customization_id bigint not null,
    template_version_id bigint not null,
    status smallint not null default 1 check (status in (1, 2, 3)),   -- 1 running, 2 done, 3 failed
    attempts integer not null default 0,  -- also the fence: a worker whose number is no longer current may not write
    crashes integer not null default 0,   -- how often it took the renderer down
    failed_reason text not null default '',
    recipe text,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    primary key (store_id, id),
    foreign key (store_id, customization_id) references customizations (store_id, id),
    foreign key (store_id, template_version_id) references template_versions (store_id, id),
    foreign key (store_id, recipe) references production_files (store_id, recipe),
    check ((status = 1) = (finished_at is null)),
    check ((status = 2) = (recipe is not null)),
    check ((status = 3) = (failed_reason <> ''))
);
create index on composite_tasks (store_id, customization_id, template_version_id, id desc);
create index on composite_tasks (store_id, created_at) where status = 1;
"""


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    connection.execute(SQL)
    connection.execute(SchemaManager(BaseConnector()).get_schema())
