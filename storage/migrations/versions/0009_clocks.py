"""Service clocks of cases, and pages to staff."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward; the clocks of what is in the queue have run since it came, and are looked at soon."""
    moment = storage.database.UtcDateTime
    op.create_table(
        "clocks",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("free_since", moment(), nullable=True),
        sa.Column("paged_at", moment(), nullable=True),
        sa.Column("danger", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("danger_at", moment(), nullable=True),
        sa.Column("danger_lease", moment(), nullable=True),
        sa.Column("opens_at", moment(), nullable=True),
        sa.Column("second_at", moment(), nullable=True),
        sa.Column("look_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"], ["cases.id"], name=op.f("fk_clocks_case_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_clocks")),
    )
    op.create_index("ix_clocks_look_at", "clocks", ["look_at"], unique=False)
    op.execute(
        'INSERT INTO clocks ("case", urgency, since, look_at)'
        " SELECT id, urgency, received_at, 0 FROM cases WHERE state <> 'closed'"
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("due_at", moment(), nullable=True),
        sa.Column("changed_at", moment(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(length=32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_pages_case_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    op.create_index("ix_pages_case", "pages", ["case"], unique=False)
    op.create_index("ix_pages_due_at", "pages", ["due_at"], unique=False)
    op.create_index("ix_pages_made_at", "pages", ["made_at"], unique=False)
