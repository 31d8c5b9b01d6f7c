"""Attachments: files that contacts sent, in sealed pieces. Those of before were only noted, and stay so."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("recipient_class", sa.String(length=16), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", storage.database.UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversations.id"],
            name=op.f("fk_attachments_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_attachments_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_conversation", "attachments", ["conversation"], unique=False)
    op.create_index("ix_attachments_case", "attachments", ["case"], unique=False)
    op.create_index("ix_attachments_due_at", "attachments", ["due_at"], unique=False)
    op.create_table(
        "pieces",
        sa.Column("attachment", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment"], ["attachments.id"], name=op.f("fk_pieces_attachment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attachment", "sealed", "number", name=op.f("pk_pieces")),
    )
