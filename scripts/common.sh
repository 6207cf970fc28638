# Sourced by the other scripts: finds the project and configures build trees.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${CMAKE_BUILD_PARALLEL_LEVEL:=$(nproc)}"
export CMAKE_BUILD_PARALLEL_LEVEL
# Lets ccache work with precompiled headers.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# configure TREE [-D…]: with Ninja for a new tree, and with ccache if it is installed.
configure() {
    local tree=$1 options=()
    shift
    [[ -f $tree/CMakeCache.txt ]] || options+=(-G Ninja)
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    cmake -S "$root" -B "$tree" "${options[@]}" "$@"
}

# Prints the project's C and C++ files, or those among the arguments.
source_files() {
    if (($#)); then
        local file
        for file; do
            [[ $file != -* ]] || fail "there is no option $file"
            [[ ! -d $file ]] || fail "$file is a folder: name files"
            [[ $file != *.[ch] && $file != *.[chi]pp ]] || printf '%s\n' "$file"
        done
    else
        (cd "$root" && find client host32 plugins samples sdk tests \
            -name '*.[ch]' -o -name '*.[chi]pp' | sort)
    fi
}
