"""Regrades: sealed reasons of responders, and since which revision a case stands as one of them said."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.add_column("cases", sa.Column("regraded", sa.Integer(), server_default="-1", nullable=False))
    op.create_table(
        "regrades",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("recipient_class", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_regrades_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", "recipient_class", "number", name=op.f("pk_regrades")),
    )
