"""Messages: what responders write to contacts and to colleagues. From now on every case has a way back."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("recipient_class", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", storage.database.UtcDateTime(), nullable=False),
        sa.Column("changed_at", storage.database.UtcDateTime(), nullable=False),
        sa.Column("expires_at", storage.database.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_messages_case", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_order", "messages", ["case", "recipient_class", "number"], unique=True)
    op.create_index("ix_messages_expires_at", "messages", ["expires_at"], unique=False)
    op.execute(sa.update(sa.table("cases", sa.column("relay_open", sa.Boolean()))).values(relay_open=True))
