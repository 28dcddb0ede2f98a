"""The shop: what a store is called and where it stands; products, stock, collections, customers; orders with money,
states and history; fulfilments, refunds; script tags and comments.

Where Shoplazza shows a noun it has a UUID beside its integer key. Amounts are numeric, never binary floats.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

SQL = r"""
alter table stores
    add column email text not null default '',
    add column customer_email text not null default '',
    add column domain text not null default '',          -- the shop's own domain; empty: {slug}.myshoplaza.com
    add column owner text not null default '',
    add column account text not null default '',
    add column phone text not null default '',
    add column address1 text not null default '',
    add column address2 text not null default '',
    add column city text not null default '',
    add column zip text not null default '',
    add column province_code text not null default '',
    add column country_code text not null default '',
    add column company text not null default '',
    add column legal_person text not null default '',
    add column category text not null default '',
    add column currency char(3) not null default 'USD',
    add column time_zone text not null default 'UTC',    -- a name of the IANA database
    add column locale text not null default 'en_US',
    add column icon text not null default '',            -- an address
    add column updated_at timestamptz not null default now();

create table products (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    version bigint not null default 1,                   -- grows with every change of what any API shows of the product
    title text not null,
    brief text not null default '',
    handle text not null,
    description text not null default '',                -- HTML as it came; pages sanitise it
    vendor text not null default '',
    vendor_url text not null default '',
    type text not null default '',
    code text not null default '',                       -- the merchant's own number of the product (SPU)
    tags text[] not null default '{}',
    note text not null default '',
    requires_shipping boolean not null default true,
    taxable boolean not null default true,
    only_default_variant boolean not null default true,
    needs_variant_image boolean not null default false,
    hides_when_sold_out boolean not null default false,  -- Shoplazza's policy auto_unpublished
    meta_title text not null default '',
    meta_description text not null default '',
    meta_keyword text not null default '',
    details jsonb not null default '{}',                 -- texts only one API knows (size chart, return policy ...)
    published_at timestamptz,                            -- null: not published
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    search tsvector not null generated always as (
        to_tsvector('simple', title || ' ' || brief || ' ' || vendor || ' ' || code)) stored,
    primary key (store_id, id),
    unique (store_id, uuid),
    unique (store_id, handle)
);
create index on products (store_id, created_at desc, id desc) include (published_at);
create index on products (store_id, updated_at);
create index on products (store_id, published_at);
create index on products using gin (search);

create table product_images (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    product_id bigint not null,
    position integer not null,
    src text not null,
    width integer,
    height integer,
    alt text not null default '',
    title text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid),
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade
);
create index on product_images (store_id, product_id, position);

create table product_options (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    product_id bigint not null,
    position smallint not null check (position between 1 and 3),
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, product_id, position) deferrable,  -- checked after each statement: options may change places
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade
);

create table product_option_values (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    option_id bigint not null,
    position integer not null,
    value text not null,
    image_id bigint,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, option_id, value),
    foreign key (store_id, option_id) references product_options (store_id, id) on delete cascade,
    foreign key (store_id, image_id) references product_images (store_id, id) on delete set null (image_id)
);
create index on product_option_values (store_id, image_id) where image_id is not null;

-- Stock of a tracked variant: available may be sold, locked is promised to unpaid orders, sold has left.
-- available + locked + sold = the sum of all adjustments (see stock_movements).
create table variants (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    product_id bigint not null,
    position integer not null,
    title text not null,
    option1 text not null default '',
    option2 text not null default '',
    option3 text not null default '',
    custom_options text[] not null default '{}',
    price numeric(18, 4) not null check (price >= 0),
    compare_at_price numeric(18, 4) check (compare_at_price >= 0),
    purchase_price numeric(18, 4) check (purchase_price >= 0),
    sku text not null default '',
    barcode text not null default '',
    note text not null default '',
    weight numeric(18, 4) not null default 0 check (weight >= 0),
    weight_unit text not null default 'kg' check (weight_unit in ('g', 'kg', 'oz', 'lb')),
    image_id bigint,
    tracked boolean not null default false,
    oversells boolean not null default false,            -- policy continue: available may go below zero
    available integer not null default 0,
    locked integer not null default 0 check (locked >= 0),
    sold integer not null default 0 check (sold >= 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid),
    unique (store_id, product_id, option1, option2, option3) deferrable,
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade,
    foreign key (store_id, image_id) references product_images (store_id, id) on delete set null (image_id),
    check (available >= 0 or oversells or not tracked)
);
create index on variants (store_id, product_id, position);
create index on variants (store_id, sku) where sku <> '';
create index on variants (store_id, image_id) where image_id is not null;  -- for deleting images

-- The ledger of stock. Its sums are what the variants' columns say.
create table stock_movements (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    variant_id bigint not null,                          -- no reference: the ledger outlives the variant
    order_line_id bigint,
    reason text not null check (reason in ('adjusted', 'reserved', 'released', 'sold', 'returned')),
    available integer not null,
    locked integer not null,
    sold integer not null,
    created_at timestamptz not null default now(),
    primary key (store_id, id)
);
create index on stock_movements (store_id, variant_id, id);
create index on stock_movements (store_id, order_line_id) where order_line_id is not null;

create table metafields (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    product_id bigint not null,
    namespace text not null,
    key text not null,
    value text not null,
    value_type text not null check (value_type in ('string', 'integer', 'json_string')),
    description text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid),
    unique (store_id, product_id, namespace, key),
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade
);

create table collections (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    title text not null,
    handle text not null,
    description text not null default '',
    meta_title text not null default '',
    meta_description text not null default '',
    meta_keyword text not null default '',
    image jsonb,                                         -- {src, width, height, alt}
    sort_order text not null default 'manual'
        check (sort_order in ('alpha-asc', 'alpha-desc', 'price-asc', 'price-desc', 'created-desc', 'manual')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid),
    unique (store_id, handle)
);
create index on collections (store_id, updated_at);

create table collects (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    collection_id bigint not null,
    product_id bigint not null,
    position integer not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid),
    unique (store_id, collection_id, product_id),
    foreign key (store_id, collection_id) references collections (store_id, id) on delete cascade,
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade
);
create index on collects (store_id, product_id);
create index on collects (store_id, collection_id, position);

-- A product as one API prints it, kept beside it: read while its version is the product's, written again after a change.
create unlogged table product_prints (
    store_id bigint not null,
    product_id bigint not null,
    dialect text not null,
    form text not null,                                  -- of the code that made it: another code's prints are not read
    version bigint not null,
    body bytea not null,
    primary key (store_id, product_id, dialect),
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade
) with (toast_tuple_target = 8160, fillfactor = 50);
-- Read fifty at a time and often rewritten: neither compressed nor moved out, with room for the next version.
alter table product_prints alter column body set storage external;

create table customers (
    store_id bigint not null,                            -- no reference: see orders
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    email text not null default '',
    phone text not null default '',
    first_name text not null default '',
    last_name text not null default '',
    accepts_marketing boolean not null default false,
    tags text[] not null default '{}',
    note text not null default '',
    orders_count integer not null default 0 check (orders_count >= 0),
    total_spent numeric(20, 4) not null default 0,       -- paid less refunded, in the store's currency
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid)
);
create unique index on customers (store_id, lower(email)) where email <> '';
create index on customers (store_id, created_at desc, id desc);
create index on customers (store_id, updated_at);

create table customer_addresses (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    customer_id bigint not null,
    address jsonb not null,                              -- the fields of core.addresses.Address
    is_default boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    foreign key (store_id, customer_id) references customers (store_id, id) on delete cascade
);
create unique index on customer_addresses (store_id, customer_id) where is_default;
create index on customer_addresses (store_id, customer_id, id);

-- Orders, their events and customers do not reference their store: each check would lock the store's one row, and many
-- orders at once would spend a fifth of their time sharing that lock. A store is never deleted.
alter table orders drop constraint orders_store_id_fkey;

-- An order of the shop itself has its UUID as platform_order_id and its number as platform_order_no.
alter table orders
    add column uuid uuid not null default gen_random_uuid(),
    add column token text not null default encode(sha256(gen_random_uuid()::text::bytea), 'hex'),  -- opens the buyer's own page
    add column status text not null default 'placed' check (status in ('opened', 'placed', 'finished', 'cancelled')),
    add column financial_status text not null default 'paid'
        check (financial_status in ('waiting', 'paid', 'failed', 'cancelled', 'partially_refunded', 'refunded')),
    add column fulfillment_status text not null default 'waiting'
        check (fulfillment_status in ('initialled', 'waiting', 'partially_shipped', 'shipped', 'partially_finished', 'finished',
                                      'cancelled')),
    add column customer_id bigint,
    add column email text not null default '',
    add column phone text not null default '',
    add column payment_method text not null default 'none' check (payment_method in ('cod', 'online', 'none')),
    add column gateway text not null default '',
    add column payment jsonb not null default '{}',      -- {id, merchant, account, company}
    add column sub_total numeric(20, 4) not null default 0,            -- of the lines, before code discount
    add column line_discount_total numeric(20, 4) not null default 0,
    add column code_discount_total numeric(20, 4) not null default 0,
    add column total_discount numeric(20, 4) not null default 0,
    add column total_tax numeric(20, 4) not null default 0,
    add column tax_rate numeric(9, 6) not null default 0,
    add column total_shipping numeric(20, 4) not null default 0,
    add column total_insurance numeric(20, 4) not null default 0,
    add column total_tip numeric(20, 4) not null default 0,
    add column total_price numeric(20, 4) not null default 0,
    add column total_refunded numeric(20, 4) not null default 0,
    add column total_weight numeric(18, 4) not null default 0,         -- grams
    add column shipping_line text not null default '',
    add column discount_code text not null default '',
    add column tags text[] not null default '{}',
    add column note text not null default '',
    add column customer_note text not null default '',
    add column cancel_reason text,
    add column buyer_accepts_marketing boolean not null default false,
    add column shipping_address jsonb,
    add column billing_address jsonb,
    add column client jsonb not null default '{}',       -- {id, ip, locale}
    add column source text not null default 'web',
    add column landing_site text not null default '',
    add column referring_site text not null default '',
    add column test boolean not null default false,
    add column placed_at timestamptz,
    add column paid_at timestamptz,
    add column finished_at timestamptz,
    add column cancelled_at timestamptz,
    add column deleted_at timestamptz,
    add column customer_deleted_at timestamptz,
    add column updated_at timestamptz not null default now(),
    add unique (store_id, uuid),
    add foreign key (store_id, customer_id) references customers (store_id, id),
    add check (total_refunded between 0 and greatest(total_price, 0)),
    add check ((status = 'cancelled') = (cancelled_at is not null));
create index on orders (store_id, created_at desc, id desc) include (status, financial_status, fulfillment_status, deleted_at);
create index on orders (store_id, updated_at);
create index on orders (store_id, placed_at);
create index on orders (store_id, customer_id) where customer_id is not null;
create index on orders (store_id, platform_order_no);
-- The makers' list of orders (0001) has no use for those that wait for a payment.
drop index orders_store_id_platform_created_at_id_line_count_idx;
create index orders_made on orders (store_id, platform_created_at desc, id desc) include (line_count)
    where placed_at is not null and deleted_at is null;

alter table order_lines
    add column uuid uuid not null default gen_random_uuid(),
    add column product_id bigint,                        -- no reference: an order outlives its products
    add column product_uuid uuid,
    add column variant_id bigint,
    add column variant_uuid uuid,
    add column note text not null default '',
    add column compare_at_price numeric(20, 6),
    add column discount numeric(20, 4) not null default 0,
    add column tax numeric(20, 4) not null default 0,
    add column total numeric(20, 4) not null default 0,  -- price x quantity - discount
    add column weight numeric(18, 4) not null default 0,
    add column weight_unit text not null default 'kg',
    add column vendor text not null default '',
    add column product_handle text not null default '',
    add column product_url text not null default '',
    add column option_names text[] not null default '{}',
    add column option_values text[] not null default '{}',
    add column properties jsonb not null default '[]',   -- [{name, value}], as they came
    add column is_gift boolean not null default false,
    add column reserved integer not null default 0 check (reserved >= 0),   -- of a tracked variant, not yet sold or released
    add column shipped integer not null default 0,
    add column finished integer not null default 0,
    add column refunded integer not null default 0,
    add column refund_amount numeric(20, 4) not null default 0,
    add column created_at timestamptz not null default now(),
    add column updated_at timestamptz not null default now(),
    add unique (store_id, uuid),
    add check (shipped between 0 and quantity),
    add check (finished between 0 and shipped),
    add check (refunded between 0 and quantity);

-- What happened to an order, in the order it happened.
create table order_history (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    order_id bigint not null,
    event text not null,                                 -- order.placed, order.paid, fulfilment.created ...
    actor text not null,                                 -- shopper, app:<id>, staff:<id>, system
    facts jsonb not null default '{}',
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    foreign key (store_id, order_id) references orders (store_id, id)
);
create index on order_history (store_id, order_id, id);

create table order_discounts (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    order_id bigint not null,
    code text not null default '',
    title text not null default '',
    type smallint not null default 3 check (type between 1 and 8),          -- Shoplus' eight kinds
    amount numeric(20, 4) not null check (amount >= 0),
    lines jsonb not null default '[]',                   -- [{line_id, variant_id, quantity, total_quantity, amount}]
    primary key (store_id, id),
    foreign key (store_id, order_id) references orders (store_id, id)
);
create index on order_discounts (store_id, order_id);

create table fulfillments (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    order_id bigint not null,
    status text not null default 'shipped' check (status in ('waiting', 'shipped', 'finished', 'cancelled')),
    tracking_company text not null default '',
    tracking_number text not null default '',
    tracking_company_code text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    cancelled_at timestamptz,
    primary key (store_id, id),
    unique (store_id, uuid),
    foreign key (store_id, order_id) references orders (store_id, id)
);
create index on fulfillments (store_id, order_id, id);

create table fulfillment_lines (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    fulfillment_id bigint not null,
    line_id bigint not null,
    quantity integer not null check (quantity > 0),
    primary key (store_id, id),
    unique (store_id, fulfillment_id, line_id),
    foreign key (store_id, fulfillment_id) references fulfillments (store_id, id),
    foreign key (store_id, line_id) references order_lines (store_id, id)
);

create table refunds (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    order_id bigint not null,
    amount numeric(20, 4) not null check (amount >= 0),
    reason text not null default '',
    lines jsonb not null default '[]',                   -- [{line_id, quantity, amount, restocked}]
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    foreign key (store_id, order_id) references orders (store_id, id)
);
create index on refunds (store_id, order_id);

create table script_tags (
    store_id bigint not null references stores,
    id bigint not null default nextval('ids'),
    uuid uuid not null default gen_random_uuid(),
    client_id bigint,                                    -- the app that set it; null: the merchant
    src text not null,                                   -- as it came: an address or one script element
    address text not null,                               -- the address in it, vetted: what the storefront loads
    display_scope text not null default 'all',
    event_type text not null default 'app',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (store_id, id),
    unique (store_id, uuid)
);

create table comments (
    store_id bigint not null,
    id bigint not null default nextval('ids'),
    product_id bigint not null,
    username text not null,
    content text not null,
    star smallint not null check (star between 1 and 5),
    images text[] not null default '{}',
    likes integer not null default 0 check (likes >= 0),
    commented_at timestamptz not null,                   -- as the client says
    created_at timestamptz not null default now(),
    primary key (store_id, id),
    foreign key (store_id, product_id) references products (store_id, id) on delete cascade
);
create index on comments (store_id, product_id, id);
"""


def upgrade() -> None:
    op.get_bind().connection.driver_connection.execute(SQL)
