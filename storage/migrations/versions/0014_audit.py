"""The audit: a chain of rows that are appended and never changed, its end, and the heads that were signed."""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# What keeps a mistake of ours from changing what was written; whoever owns the database can take it away.
_SQLITE = """
CREATE TRIGGER audit_no_{event} BEFORE {event} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is appended to, never changed'); END
"""
_FUNCTION = """
CREATE FUNCTION audit_unchanged() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is appended to, never changed'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_unchanged()
"""
_GUARDS = {
    "sqlite": [_SQLITE.format(event=event) for event in ("UPDATE", "DELETE")],
    "postgresql": [_FUNCTION, _TRIGGER],
}


def upgrade() -> None:
    """Move the schema forward."""
    moment = storage.database.UtcDateTime
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_who", "audit", ["who", "at"], unique=False)
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    end = op.create_table(
        "audit_end",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_end")),
    )
    op.bulk_insert(end, [{"id": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "audit_heads",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_looks",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", "act", "case", name=op.f("pk_audit_looks")),
    )
    for guard in _GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)
