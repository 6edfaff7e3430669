"""The web process."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from portal.garbage import spare_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
# Every page is loaded now and not by whoever asks first.
_ = get_resolver().url_patterns
spare_what_is_loaded()
