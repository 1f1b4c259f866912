# `ucap` in a container, with the locked packages, as a normal user:
#   docker build --tag ucap .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/project" ucap build
FROM python:3.13-slim AS build
COPY . /source
WORKDIR /source
RUN python -m venv /opt/ucap \
 && /opt/ucap/bin/pip install --no-cache-dir --require-hashes --requirement locks/reports.txt \
 && /opt/ucap/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
COPY --from=build /opt/ucap /opt/ucap
# The cache of fonts and templates must belong to the user that runs `ucap`; for another user it is not used.
RUN useradd --create-home --uid 10001 ucap && mkdir /project && chown ucap:ucap /project
ENV PATH=/opt/ucap/bin:$PATH PYTHONUNBUFFERED=1
USER ucap
WORKDIR /project
ENTRYPOINT ["ucap"]
CMD ["--help"]
