# Sourced by tests of files that nothing compiles (workflows, the flake): every check has to hold of the
# files as they are, and to refuse a copy that is broken in the way it guards against. The caller defines
# check_NAME FOLDER for each of `checks`, and `files`, the arguments of `git ls-files` that list what a
# copy consists of.
# shellcheck shell=bash disable=SC2154  # checks and files are the caller's

sabotage_dir=$(mktemp -d)
trap 'rm -rf "$sabotage_dir"' EXIT

# A fresh copy of the files.
copy_files() {
  rm -rf "$sabotage_dir/copy"
  mkdir "$sabotage_dir/copy"
  git ls-files -z --cached --others --exclude-standard -- "${files[@]}" | tar -c --null -T - | tar -x -C "$sabotage_dir/copy"
}

# Every check holds, here and, since what refuses a broken copy must accept an unbroken one, of a copy.
all_hold() {
  local check place
  copy_files
  for check in "${checks[@]}"; do
    for place in . "$sabotage_dir/copy"; do
      "check_$check" "$place" || { echo "$0: $check does not hold in $place" >&2; exit 1; }
    done
    echo "ok: $check"
  done
}

# refuses CHECK FILE SED: the check fails on a copy in which SED changed FILE.
refuses() {
  local check=$1 file=$2 change=$3
  [[ " ${checks[*]} " == *" $check "* ]] || return 0
  copy_files
  sed -i "$change" "$sabotage_dir/copy/$file"
  ! cmp -s "$file" "$sabotage_dir/copy/$file" || { echo "$0: '$change' changes nothing in $file: out of date" >&2; exit 1; }
  if "check_$check" "$sabotage_dir/copy" >"$sabotage_dir/log" 2>&1; then
    echo "$0: $check accepts $file after '$change'" >&2
    exit 1
  fi
  echo "ok: $check refuses $file after $change"
}
