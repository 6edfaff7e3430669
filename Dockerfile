# The portal as one image; web, worker, beat and mail inlet are its commands.
FROM python:3.11-slim AS build
WORKDIR /portal
COPY requirements/uv.txt requirements/run.txt requirements/
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && VIRTUAL_ENV=/venv /venv/bin/uv pip install --no-cache --require-hashes -r requirements/run.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /portal --shell /usr/sbin/nologin portal \
 && mkdir -p /var/lib/portal/vault /var/lib/portal/suppression && chown -R portal /var/lib/portal
COPY --from=build /venv /venv
WORKDIR /portal
COPY manage.py ./
COPY portal portal
COPY requests_app requests_app
COPY identity identity
COPY templates templates
COPY static static
# The rulebook page shows the law's worked examples, and recomputes them.
COPY tests/law/scenarios tests/law/scenarios
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings \
    PORTAL_STATIC_ROOT=/portal/staticfiles \
    PORTAL_VAULT=/var/lib/portal/vault
# The secrets of this step are of no use to anyone: collecting files opens nothing.
RUN SECRET_KEY=collecting-static-files-needs-no-secret \
    PORTAL_INDEX_KEY=collecting-static-files-needs-no-secret \
    PORTAL_SEALING_KEYS=none:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql://nobody@nowhere/none REDIS_URL=redis://nowhere \
    PORTAL_ORIGIN=https://nowhere.invalid PORTAL_MAIL_DOMAIN=nowhere.invalid \
    python manage.py collectstatic --no-input --verbosity 0
USER portal
EXPOSE 8000 2525
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm"]
