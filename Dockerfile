# The packages of the lock, each checked against its hash; then without those that only tests and checks need.
FROM python:3.13-slim AS packages
WORKDIR /src
COPY pyproject.toml requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install -q --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: --no-binary http-ece -r requirements.lock \
    && python -c "import re, tomllib; groups = tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']; print(*(re.match(r'[\w-]+', name)[0] for group in groups.values() for name in group))" \
       | xargs /venv/bin/pip uninstall -q -y --disable-pip-version-check

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR=/var/lib/rehab STATIC_ROOT=/app/static
RUN useradd --system --create-home --home-dir /var/lib/rehab rehab
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py pyproject.toml ./
COPY rehab rehab
COPY accounts accounts
COPY plans plans
COPY templates templates
RUN python manage.py collectstatic --no-input -v 0 && rm -f /var/lib/rehab/secret_key && chown -R rehab: /var/lib/rehab
USER rehab
EXPOSE 8000
CMD ["gunicorn", "rehab.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--preload", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
