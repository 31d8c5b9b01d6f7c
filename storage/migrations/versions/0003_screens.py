"""Screens: when something has to leave the phone. What stands there already goes once its conversation is silent."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.add_column("chats", sa.Column("wipe_at", storage.database.UtcDateTime(), nullable=True))
    op.create_index("ix_chats_wipe_at", "chats", ["wipe_at"], unique=False)
    op.execute(
        "UPDATE chats SET wipe_at = (SELECT COALESCE(silence_at, expires_at, 0) FROM conversations"
        " WHERE conversations.id = chats.conversation)"
    )
