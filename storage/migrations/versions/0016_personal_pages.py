"""Pages about the audit in place of a case, and what the holder of a case is told of when it comes."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    moment = storage.database.UtcDateTime
    for name in ("lapses_at", "due_at", "window_at"):
        op.add_column("clocks", sa.Column(name, moment(), nullable=True))
    with op.batch_alter_table("pages") as pages:
        pages.alter_column("case", existing_type=sa.String(length=32), nullable=True)
        pages.add_column(sa.Column("entry", sa.BigInteger(), nullable=True))
