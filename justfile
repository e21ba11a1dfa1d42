# List the recipes
default:
    @just --list --unsorted

# Run the site and restart it on changes: http://127.0.0.1:8080. `just dev fleet`: with PostgreSQL, Redis and S3
dev with="":
    #!/usr/bin/env bash
    set -uo pipefail
    case "{{ with }}" in
    '') ;;
    fleet)
        deploy/fleet up --without-site || exit 1
        source <(deploy/fleet env)
        ;;
    *)
        echo "just dev, or just dev fleet" >&2
        exit 2
        ;;
    esac
    stamp=$(mktemp)
    site=
    stop() { [ -z "$site" ] || { kill "$site" 2>/dev/null; wait "$site" 2>/dev/null; }; site=; }
    trap 'stop; rm -f "$stamp"; [ -z "{{ with }}" ] || echo "The other services still run; just fleet-down stops them."' EXIT
    trap exit INT TERM
    while true; do
        touch "$stamp"
        if cargo build -p app; then
            "${CARGO_TARGET_DIR:-target}/debug/pastebin" &
            site=$!
        fi
        until [ -n "$(find Cargo.toml app assets idservice jobs migrations regexlimits render server startup store vendor -newer "$stamp" -type f -print -quit)" ]; do
            # A site that has exited, for example because its port is in use, has printed the reason.
            [ -z "$site" ] || kill -0 "$site" 2>/dev/null || exit 1
            sleep 0.5
        done
        stop
    done

# Start all services without Docker, with the installed PostgreSQL and Redis: http://127.0.0.1:18080
fleet:
    deploy/fleet up

# Stop the services; their data stays in .fleet/
fleet-down:
    deploy/fleet down

# Check format and lints, and run the tests that need no servers
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo test --workspace

# Run all tests, with real servers and a real browser
test:
    tests/run

# Test the containers alone (needs Docker with Compose v2)
containers:
    cargo test --locked -p app --test containers -- --include-ignored --test-threads 1 --nocapture

# Take a screenshot of every page and state, into tests/browser/shots
shots:
    cd tests/browser && npm ci --no-audit --no-fund
    cargo test -p app --test browser -- --ignored --exact shots

# Measure the site against its budgets and write docs/performance.md (needs wrk, and nginx for comparison). `just bench fleet`: with all services; `just bench load` or `scale`: one chapter; `just bench micro`: the hot functions only
bench what="":
    #!/usr/bin/env bash
    set -euo pipefail
    case "{{ what }}" in
    '') cargo bench --workspace --bench bench --locked ;;
    load | scale) cargo bench --workspace --bench bench --locked -- "{{ what }}" ;;
    micro) cargo bench --workspace --bench micro --locked ;;
    fleet)
        cargo build --release --locked --workspace --bins
        cargo bench --workspace --bench bench --locked --no-run
        # Private servers on separate ports, with full durability. The user of PostgreSQL must be able to enter the folder.
        FLEET_HOME=$(mktemp -d)
        chmod 755 "$FLEET_HOME"
        FLEET_BIN=$(realpath "${CARGO_TARGET_DIR:-target}")/release
        export FLEET_HOME FLEET_BIN IDSERVICE_PORT=28081 POSTGRES_PORT=25432 REDIS_PORT=26379 S3_PORT=23900
        trap 'deploy/fleet down; rm -rf "$FLEET_HOME"' EXIT
        trap exit INT TERM
        deploy/fleet up --without-site
        source <(deploy/fleet env)
        cargo bench --workspace --bench bench --locked -- fleet
        ;;
    *)
        echo "just bench, or with one of: load scale fleet micro" >&2
        exit 2
        ;;
    esac

# Run load, client aborts and kills for a number of minutes: `just soak 30`, or `just soak 30 fleet` (needs PostgreSQL and Redis); see docs/soak.md
soak minutes="5" setup="embedded":
    cargo build --release --workspace --bins --locked
    cargo bench --workspace --bench soak --locked -- {{ minutes }} {{ setup }}

# Check licences, sources and known vulnerabilities of the dependencies (needs cargo-deny)
deny:
    cargo deny check
