"""The entry point of web servers: `granian --interface wsgi factcheck.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from factcheck.environment import refuse_incomplete

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
refuse_incomplete()

application = get_wsgi_application()
