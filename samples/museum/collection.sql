CREATE TABLE collection (
    inventory_no text PRIMARY KEY,
    title        text NOT NULL,
    artist       text NOT NULL,
    dated        text,
    acquired_on  date,
    height_cm    numeric(6, 2),
    width_cm     numeric(6, 2),
    material     text NOT NULL,
    insured_eur  numeric(12, 2),
    description  text
);
