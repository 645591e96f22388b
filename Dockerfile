# Solemate as an image: docker build -t solemate .
# compose.yaml runs it, with the sound card of the machine; docs/installing.md tells how.
FROM debian:trixie-slim AS built
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY . /source
RUN python3 -m venv /opt/solemate \
    && /opt/solemate/bin/pip install --no-cache-dir --constraint /source/requirements.lock "/source[page,mqtt,wyoming]"

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends espeak-ng libasound2-plugins libportaudio2 python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 --groups audio solemate \
    && install --directory --owner=solemate --group=solemate /data
COPY --from=built /opt/solemate /opt/solemate
# What is to outlast the container is in one place: history, settings, models that were fetched, rendered sentences.
ENV PATH=/opt/solemate/bin:$PATH \
    LANG=C.UTF-8 \
    SOLEMATE_CONFIG=/data/config \
    XDG_DATA_HOME=/data \
    XDG_CACHE_HOME=/data/cache
USER 1000
WORKDIR /data
VOLUME /data
ENTRYPOINT ["solemate"]
