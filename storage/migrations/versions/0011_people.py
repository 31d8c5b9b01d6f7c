"""People: the roster's log of changes, stopped keys, and files that a responder has sealed again."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    _roster()
    _suspensions()
    _rewraps()


def _roster() -> None:
    op.create_table(
        "roster_changes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", storage.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_roster_changes")),
    )
    op.create_table(
        "countersignatures",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("card", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", "kind", "card", "by", name=op.f("pk_countersignatures")),
    )


def _suspensions() -> None:
    op.create_table(
        "suspensions",
        sa.Column("card", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", storage.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("card", name=op.f("pk_suspensions")),
    )
    op.create_table(
        "lifts",
        sa.Column("card", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card"], ["suspensions.card"], name=op.f("fk_lifts_card_suspensions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("card", "by", name=op.f("pk_lifts")),
    )


def _rewraps() -> None:
    op.create_table(
        "rewraps",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("recipient_class", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["cases.id"], name=op.f("fk_rewraps_case_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case", "number", "tier", "recipient_class", name=op.f("pk_rewraps")),
    )
    op.create_index("ix_rewraps_made_at", "rewraps", ["made_at"], unique=False)
