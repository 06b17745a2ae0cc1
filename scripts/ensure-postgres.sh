# shellcheck shell=bash
# Makes sure that a PostgreSQL is there for the sandbox: a server named in INGEST_TEST_DSN, else server binaries on the
# machine, else a Docker engine, else, as root, the system's package manager. To be sourced:
#
#   source scripts/ensure-postgres.sh
#   ensure_postgres
#
# A container that it starts is named in INGEST_CONTAINER; release_postgres removes it.

INGEST_IMAGE="${INGEST_IMAGE:-postgres:17}"

ensure_postgres() {
    if [ -n "${INGEST_TEST_DSN:-}" ]; then
        echo "PostgreSQL: the server named in INGEST_TEST_DSN" >&2
    elif postgres_bin; then
        echo "PostgreSQL: $POSTGRES_BIN" >&2
    elif [ -n "${INGEST_PG_BIN:-}" ]; then
        echo "INGEST_PG_BIN names $INGEST_PG_BIN, which does not hold initdb, pg_ctl and postgres: correct or unset it" >&2
        return 1
    elif docker info >/dev/null 2>&1; then
        postgres_in_docker
    elif [ "$(id -u)" = 0 ]; then
        install_postgres
        postgres_bin || {
            echo "PostgreSQL was installed, but initdb, pg_ctl and postgres are in none of the usual places: name their folder in INGEST_PG_BIN" >&2
            return 1
        }
        echo "PostgreSQL: $POSTGRES_BIN" >&2
    else
        echo "No PostgreSQL: install its server (Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17)," >&2
        echo "or start Docker, or name a server in INGEST_TEST_DSN (postgresql://user:password@host:port/database)." >&2
        return 1
    fi
}

# Sets POSTGRES_BIN to the folder with the server's programs. The order is that of PostgresBinaries.cs.
postgres_bin() {
    local folder
    if [ -n "${INGEST_PG_BIN:-}" ]; then
        is_postgres_bin "$INGEST_PG_BIN"
        return
    fi
    folder="$(dirname "$(command -v initdb || echo /nowhere/initdb)")"
    is_postgres_bin "$folder" && return
    folder="$(pg_config --bindir 2>/dev/null || true)"
    [ -n "$folder" ] && is_postgres_bin "$folder" && return
    # Newest first, as far as a plain sort can tell; which one serves is decided when the sandbox starts.
    while IFS= read -r folder; do
        is_postgres_bin "$folder" && return
    done < <(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
        /Applications/Postgres.app/Contents/Versions/*/bin /usr/local/pgsql/bin \
        "${PROGRAMFILES:-/nowhere}"/PostgreSQL/*/bin 2>/dev/null | sort -r)
    return 1
}

is_postgres_bin() {
    local program
    for program in initdb pg_ctl postgres; do
        [ -x "$1/$program" ] || [ -x "$1/$program.exe" ] || return 1
    done
    POSTGRES_BIN="$1"
}

postgres_in_docker() {
    local password port deadline
    password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
    INGEST_CONTAINER="$(POSTGRES_PASSWORD="$password" docker run --detach --rm --env POSTGRES_PASSWORD \
        --publish 127.0.0.1::5432 "$INGEST_IMAGE" -c fsync=off)"
    port="$(docker port "$INGEST_CONTAINER" 5432/tcp | head -n 1 | sed 's/.*://')"
    deadline=$((SECONDS + 60))
    # Over TCP: while the image prepares its data, it listens on the socket alone.
    until docker exec "$INGEST_CONTAINER" pg_isready --quiet --host 127.0.0.1; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            echo "The container of $INGEST_IMAGE takes no connections after 60 s; its last words:" >&2
            docker logs --tail 5 "$INGEST_CONTAINER" >&2
            release_postgres
            return 1
        fi
        sleep 0.2
    done
    export INGEST_TEST_DSN="postgresql://postgres:$password@127.0.0.1:$port/postgres"
    echo "PostgreSQL: a container of $INGEST_IMAGE on port $port" >&2
}

release_postgres() {
    if [ -n "${INGEST_CONTAINER:-}" ]; then
        docker rm --force "$INGEST_CONTAINER" >/dev/null 2>&1 || true
        INGEST_CONTAINER=
    fi
}

install_postgres() {
    echo "PostgreSQL: not found, installing the system's package" >&2
    if command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq >&2
        apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
        # The package would also make and start a server of its own; the sandbox wants the programs alone.
        grep -qs '^create_main_cluster *= *false' /etc/postgresql-common/createcluster.conf ||
            echo 'create_main_cluster = false' >>/etc/postgresql-common/createcluster.conf
        apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    elif command -v dnf >/dev/null; then
        dnf install -y -q postgresql-server postgresql-contrib >&2
    elif command -v apk >/dev/null; then
        apk add --quiet postgresql postgresql-contrib postgresql-client >&2
    elif command -v zypper >/dev/null; then
        zypper --quiet --non-interactive install postgresql-server postgresql-contrib >&2
    elif command -v pacman >/dev/null; then
        pacman -Sy --noconfirm --needed postgresql >&2
    else
        echo "No package manager that this script knows: install PostgreSQL's server by hand" >&2
        return 1
    fi
}
