-- PostgreSQL database dump
SET statement_timeout = 0;
CREATE SCHEMA sales;
CREATE TABLE sales.customers (
    id bigint NOT NULL,
    email character varying(255) NOT NULL
);
CREATE TABLE sales.orders (
    id bigint NOT NULL,
    customer_id bigint REFERENCES sales.customers(id),
    placed_at timestamp with time zone DEFAULT now()
);
ALTER TABLE ONLY sales.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
CREATE TABLE sales.lines (order_id bigint, line integer, sku text, PRIMARY KEY (order_id, line));
ALTER TABLE ONLY sales.lines
    ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES sales.orders(id) ON DELETE CASCADE;
CREATE VIEW sales.recent AS SELECT * FROM sales.orders;
