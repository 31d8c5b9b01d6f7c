"""Offers: to whom the holder of a case would hand it over."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.add_column("cases", sa.Column("offered_to", sa.String(length=64), nullable=True))
