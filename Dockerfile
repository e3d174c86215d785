# Heddle in a container, embedded: see "In a container" in README.md.
# The Node that package.json pins; a test compares them.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY shared/heddle/package.json shared/heddle/
COPY shared/app/package.json shared/app/
RUN npm ci --no-audit --no-fund
COPY host.json tsconfig.json ./
COPY functions functions
COPY shared shared
COPY infra infra
RUN node infra/docker/build.ts image

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="Heddle" \
      org.opencontainers.image.description="Event-driven triggers: verified events in, durable TypeScript actor runs out." \
      org.opencontainers.image.licenses="MIT"
# The queue, the store and the keys. A new volume takes its owner from this folder.
RUN install -d -o 1000 -g 1000 -m 700 /data
WORKDIR /heddle
COPY --from=build /src/image ./
ENV NODE_ENV=production \
    HEDDLE_DATA_DIR=/data \
    LOCAL_HOST_STOP_SECONDS=25
# The user `node` of the base image, as a number, by which orchestrators see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 7071
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 \
    CMD ["node", "host/health.mjs"]
# The process itself gets SIGTERM: no shell and no npm between. It listens on all addresses, so that it
# always asks for a key.
ENTRYPOINT ["node", "host/main.mjs", "--app", "app", "--address", "0.0.0.0", "--keys", "/data/keys.json"]
