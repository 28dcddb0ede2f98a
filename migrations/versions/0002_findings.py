"""What preflight found: beside the task whose drawing it was looked for with."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("alter table composite_tasks add column findings jsonb not null default '[]'")
