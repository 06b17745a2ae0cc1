CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'delivered', 'cancelled');

CREATE TABLE orders (
    order_id   bigint PRIMARY KEY,
    customer   text NOT NULL,
    ordered_at timestamptz NOT NULL,
    status     order_status NOT NULL,
    amount     numeric(12, 2) NOT NULL,
    currency   char(3) NOT NULL,
    shipped_on date,
    tags       text[],
    ship_to    text,
    note       text
);
