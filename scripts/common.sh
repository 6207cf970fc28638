# Read by the other scripts: where the project is, and how a build tree is made.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${CMAKE_BUILD_PARALLEL_LEVEL:=$(nproc)}"
export CMAKE_BUILD_PARALLEL_LEVEL
# What ccache needs to know to serve precompiled headers.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# configure TREE [-D…]: Ninja for a new tree, ccache when the machine has it.
configure() {
    local tree=$1 options=()
    shift
    [[ -f $tree/CMakeCache.txt ]] || options+=(-G Ninja)
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    cmake -S "$root" -B "$tree" "${options[@]}" "$@"
}

# The C and C++ files of the project, or those of them that are named; of other files nothing.
source_files() {
    if (($#)); then
        local file
        for file; do
            [[ $file != -* ]] || fail "there is no option $file"
            [[ ! -d $file ]] || fail "$file is a folder: name files"
            [[ $file != *.[ch] && $file != *.[ch]pp ]] || printf '%s\n' "$file"
        done
    else
        (cd "$root" && find client host32 plugins samples sdk tests \
            -name '*.[ch]' -o -name '*.[ch]pp' | sort)
    fi
}
