"""A published version never changes: the database itself refuses an UPDATE (promise 5).

Deleting is refused by the model, and by the foreign key for a version that a plan follows. SQLite drops a table's
triggers when Django rebuilds the table, so a later migration that alters plans_version must end with `protect`; the
test of promise 5 fails when it does not.
"""

from django.db import migrations

CREATE = {
    "sqlite": [
        """
        CREATE TRIGGER plans_version_never_changes BEFORE UPDATE ON plans_version
        BEGIN SELECT RAISE(ABORT, 'A published version never changes.'); END
        """
    ],
    "postgresql": [
        """
        CREATE FUNCTION plans_version_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'A published version never changes.' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER plans_version_never_changes BEFORE UPDATE ON plans_version
        FOR EACH ROW EXECUTE FUNCTION plans_version_never_changes()
        """,
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER IF EXISTS plans_version_never_changes"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS plans_version_never_changes ON plans_version",
        "DROP FUNCTION IF EXISTS plans_version_never_changes()",
    ],
}


def protect(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unprotect(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
