"""Extracts: what is left of cases for analysts, the digests that link cases, and the sealed linkage keys."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    moment = storage.database.UtcDateTime
    op.create_table(
        "extracts",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["cases.id"], name=op.f("fk_extracts_case_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_extracts")),
    )
    op.create_index("ix_extracts_name", "extracts", ["name"], unique=True)
    op.create_table(
        "marks",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_marks_case_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", "case", name=op.f("pk_marks")),
    )
    op.create_index("ix_marks_case", "marks", ["case"], unique=False)
    op.create_table(
        "linkage",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", "serial", name=op.f("pk_linkage")),
    )
