# One image with three programs: `pastebin` (the default command), `idservice` and `jobs`.

FROM rust:1-slim-trixie AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --locked --release -p app -p idservice -p jobs && \
    install -D -t /out target/release/pastebin target/release/idservice target/release/jobs && \
    install -d -o 10001 -g 10001 -m 700 /out/data

FROM debian:trixie-slim
# Root certificates, for an S3 store with an https address.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/pastebin /out/idservice /out/jobs /usr/local/bin/
# The embedded database is in data/ of this folder, unless DATABASE_URL is set.
WORKDIR /srv
COPY --from=build --chown=10001:10001 /out/data data
USER 10001:10001
ENV LISTEN=0.0.0.0:8080
EXPOSE 8080
# For the site. docker-compose.yml has checks for the other two programs.
HEALTHCHECK --interval=10s --timeout=10s --start-period=1m --retries=3 CMD ["pastebin", "healthcheck"]
CMD ["pastebin"]
