# The service with everything but models and documents: those live in the volume /data.
# Built in two steps, so that pip's leavings and the sources stay out of the image.

FROM python:3.12-slim AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
# A mirror of the package registry, where the usual one cannot be reached.
ARG PIP_INDEX_URL=""

WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/vraagbaak \
    && /opt/vraagbaak/bin/pip install "$(grep '^pip==' requirements.lock | cut -d' ' -f1)"

# torch by itself, so that it stays in a layer of its own. The default build of it brings graphics
# libraries of several GB along; an index with processor-only builds keeps those out. docs/docker.md
ARG TORCH_INDEX=""
RUN /opt/vraagbaak/bin/pip install --constraint requirements.lock \
    ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    "$(grep '^torch==' requirements.lock | cut -d' ' -f1)"

COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY rag rag
COPY eval eval
COPY prompts prompts
# `embedded,milvus` for a server that several services search. docs/scale.md
ARG EXTRAS=embedded
RUN /opt/vraagbaak/bin/pip install --constraint requirements.lock ".[${EXTRAS}]"

FROM python:3.12-slim

# torch, FAISS and llama.cpp are built with OpenMP. To recognise scans (VRAAGBAAK_OCR=true) install
# tesseract-ocr and tesseract-ocr-nld here as well. docs/documents.md
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home vraagbaak \
    && install --directory --owner=vraagbaak --group=vraagbaak /data
COPY --from=build /opt/vraagbaak /opt/vraagbaak

USER 10001
WORKDIR /data
# The service is reached through a published port, so it cannot listen on the container's loopback
# address; it then refuses to start without keys unless VRAAGBAAK_WITHOUT_KEYS says otherwise.
ENV PATH=/opt/vraagbaak/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    HF_HOME=/data/hub \
    VRAAGBAAK_DATA_DIR=/data \
    VRAAGBAAK_HOST=0.0.0.0
VOLUME /data
EXPOSE 8765

# Whether it lives, not whether it is ready: an index without documents is not ready, and yet all is
# well. Without the proxy that the environment may name: this is about the container itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8765/healthz', timeout=4)"]

ENTRYPOINT ["vraagbaak"]
CMD ["serve"]
