"""Every address of the portal. A controller's pages stand under its slug, or at its own host name."""

from django.conf import settings
from django.urls import include, path

from portal.protocols import choices, health, mail_hook, notices, opendsr, stop_mail, well_known

urlpatterns = [
    path("livez", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path("notices/<str:token>/", notices.no_more, name="no_more_notices"),
    path("hooks/mail/", mail_hook.take, name="mail_hook"),
    path("hooks/choices/<slug:slug>/", choices.visitor, name="choices"),
    path("hooks/links/<slug:slug>/", stop_mail.make_links, name="make_links"),
    path("stop-mail/<str:token>/", stop_mail.stop_mail, name="stop_mail"),
    path(".well-known/gpc.json", well_known.gpc, name="gpc"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("<slug:slug>/.well-known/gpc.json", well_known.gpc, name="gpc_of"),
    path("<slug:slug>/.well-known/security.txt", well_known.security, name="security_of"),
    path("hooks/opendsr/", opendsr.take, name="opendsr"),
    path("staff/", include("portal.staff.urls")),
    path("accounts/", include("portal.staff.sign_in_urls")),
]

if settings.PORTAL_EMBEDDED:
    urlpatterns.append(path("mailroom/", include("portal.embedded.mailroom_urls")))

urlpatterns.append(path("", include("portal.public.urls")))

handler403 = "portal.front.forbidden"
handler404 = "portal.front.not_found"
handler500 = "portal.front.server_error"
