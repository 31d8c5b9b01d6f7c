"""Return codes, and how often they were tried."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "codes",
        sa.Column("locator", sa.LargeBinary(length=16), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversations.id"],
            name="fk_codes_conversation_conversations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("locator", name="pk_codes"),
    )
    op.create_index("ix_codes_conversation", "codes", ["conversation"], unique=True)
    op.create_table(
        "tries",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", storage.database.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_tries"),
    )
    op.create_index("ix_tries_since", "tries", ["since"], unique=False)
