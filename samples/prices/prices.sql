CREATE TABLE prices (
    sku         text PRIMARY KEY,
    description text NOT NULL,
    unit_price  numeric(10, 2) NOT NULL CHECK (unit_price >= 0),
    currency    char(3) NOT NULL,
    stock       integer,
    valid_from  date NOT NULL
);
