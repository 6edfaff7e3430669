"""The database role that alone may remove the events of an expired case."""

from django.db import migrations

MAKE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_purge') THEN
        CREATE ROLE portal_purge NOLOGIN;
    END IF;
END
$$;
GRANT portal_purge TO CURRENT_USER;
GRANT SELECT, DELETE ON requests_app_caseevent TO portal_purge;
"""


class Migration(migrations.Migration):
    """The role is the cluster's, so another portal's database may have made it already."""

    dependencies = [("requests_app", "0001_first")]

    operations = [
        migrations.RunSQL(MAKE, reverse_sql="REVOKE ALL ON requests_app_caseevent FROM portal_purge;"),
    ]
