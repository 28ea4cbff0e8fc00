from config.staff import audit_trail, colleagues
from config.staff.site import site

# Naming the modules registers what they show.
PAGES = (colleagues, audit_trail)
urls = site.urls
