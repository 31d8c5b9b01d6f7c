"""Staffing: when responders were there, how long cases waited for them, and how many people come at once."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    moment = storage.database.UtcDateTime
    op.create_table(
        "duty",
        sa.Column("card", sa.String(length=64), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("card", name=op.f("pk_duty")),
    )
    op.create_table(
        "attention",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("read_at", moment(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"], ["cases.id"], name=op.f("fk_attention_case_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_attention")),
    )
    op.create_index("ix_attention_read_at", "attention", ["read_at"], unique=False)
    op.create_table(
        "newcomers",
        sa.Column("since", moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_newcomers")),
    )
    op.create_table(
        "surge",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surge")),
    )
