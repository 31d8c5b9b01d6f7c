"""Audience: whom each case is open to, and what two responders disclosed. Every case so far is the organisation's."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CLASS = sa.String(length=16).with_variant(sa.String(length=20), "postgresql")


def upgrade() -> None:
    """Move the schema forward."""
    moment = storage.database.UtcDateTime
    op.create_table(
        "audience",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("recipient_class", CLASS, nullable=False),
        sa.Column("whom", sa.String(length=64), nullable=False),
        sa.Column("opens_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"], ["cases.id"], name=op.f("fk_audience_case_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case", "recipient_class", "whom", name=op.f("pk_audience")),
    )
    op.execute("INSERT INTO audience SELECT id, 'organisation', '', received_at FROM cases")
    op.create_table(
        "disclosures",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("confirmed_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case"], ["cases.id"], name=op.f("fk_disclosures_case_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_disclosures")),
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite does not look at lengths
        # `second_organisation` is longer than any class before it.
        for table in ("revisions", "regrades", "messages", "attachments"):
            op.alter_column(table, "recipient_class", type_=sa.String(length=20), existing_nullable=False)
