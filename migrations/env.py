"""Runs the migrations on the database that `monogram migrate` names; there is no offline mode."""

from alembic import context
from sqlalchemy import create_engine, pool

url = context.config.get_main_option("sqlalchemy.url").replace("postgresql://", "postgresql+psycopg://", 1)

with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        # two starts at once: the second waits here and then finds nothing to do
        connection.exec_driver_sql("select pg_advisory_xact_lock(7202611)")
        connection.exec_driver_sql("set local lock_timeout = '4s'")
        context.run_migrations()
    connection.commit()
