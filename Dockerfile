# docker run --rm -v "$PWD:/work" meshlint lint
FROM node:20-alpine AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund && npm pack --ignore-scripts

FROM node:20-alpine
# git tells what changed (--changed, --staged).
RUN apk add --no-cache git && git config --system --add safe.directory '*'
COPY --from=build /src/meshlint-*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/meshlint-*.tgz && rm /tmp/meshlint-*.tgz
USER node
WORKDIR /work
ENTRYPOINT ["meshlint"]
CMD ["lint"]
