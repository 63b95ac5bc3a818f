# The service with everything but models and documents: those live in the volume /data.
FROM python:3.12-slim

# torch, FAISS and llama.cpp are built with OpenMP.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/vraagbaak
COPY requirements.lock ./

# torch by itself, so that it stays in a layer of its own. The default build of it brings graphics
# libraries of several GB along; an index with processor-only builds keeps those out:
#     docker build --build-arg TORCH_INDEX=<address of such an index> .
ARG TORCH_INDEX=""
RUN pip install --no-cache-dir --constraint requirements.lock \
    ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    "$(grep '^torch==' requirements.lock | cut -d' ' -f1)"

COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY rag rag
COPY eval eval
COPY prompts prompts
RUN pip install --no-cache-dir --constraint requirements.lock '.[embedded]'

RUN useradd --uid 10001 --create-home vraagbaak \
    && install --directory --owner=vraagbaak --group=vraagbaak /data
USER 10001
# Not in the folder of the sources: Python would import those instead of what is installed.
WORKDIR /data
ENV PYTHONUNBUFFERED=1 \
    HF_HOME=/data/hub \
    VRAAGBAAK_DATA_DIR=/data \
    VRAAGBAAK_HOST=0.0.0.0
VOLUME /data
EXPOSE 8765

# Without the proxy that the environment may name: this is about the container itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8765/healthz', timeout=4)"]

ENTRYPOINT ["vraagbaak"]
CMD ["serve"]
