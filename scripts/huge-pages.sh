# shellcheck shell=bash
# Lets Linux hold huge pages ready for servers, whose sessions would otherwise map their shared memory 4 KB at a time: the tests
# have thousands of sessions of a few milliseconds each. To be sourced; only root may ask, and others do without.
#
#   source scripts/huge-pages.sh
#   reserve_huge_pages KILOBYTES
#   release_huge_pages           # gives back what was asked for

HUGE_PAGES_ADDED=0

reserve_huge_pages() {
    local count=/proc/sys/vm/nr_hugepages size available before
    [ "$(id -u)" = 0 ] && [ -w "$count" ] || return 0
    size="$(awk '/^Hugepagesize:/ { print $2 }' /proc/meminfo)"
    available="$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)"
    [ "${size:-0}" -gt 0 ] && [ "$available" -gt $((4 * $1)) ] || return 0
    before="$(cat "$count")"
    # In a container it may look writable and not be.
    echo $((before + $1 / size)) 2>/dev/null >"$count" || return 0
    HUGE_PAGES_ADDED=$(($(cat "$count") - before))
    # Memory in too many pieces: the kernel gives what it finds, and raises no error.
    [ "$HUGE_PAGES_ADDED" -ge $(($1 / size)) ] || release_huge_pages
}

release_huge_pages() {
    [ "$HUGE_PAGES_ADDED" -eq 0 ] || echo $(($(cat /proc/sys/vm/nr_hugepages) - HUGE_PAGES_ADDED)) >/proc/sys/vm/nr_hugepages
    HUGE_PAGES_ADDED=0
}
