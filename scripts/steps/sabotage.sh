# Sourced by tests of files that nothing compiles (workflows, the flake): every check has to hold of the
# files as they are, and to refuse a copy that is broken in the way it guards against. The caller defines
# check_NAME FOLDER for each of `checks`, and `files`, the arguments of `git ls-files` that list what a
# copy consists of.
# shellcheck shell=bash disable=SC2154  # checks, files and scratch are the caller's

copy=$scratch/copy

# A fresh copy of the files.
copy_files() {
  rm -rf "$copy"
  mkdir "$copy"
  git ls-files -z --cached --others --exclude-standard -- "${files[@]}" | tar -c --null -T - | tar -x -C "$copy"
}

# Every check holds, here and, since what refuses a broken copy must accept an unbroken one, of a copy.
all_hold() {
  local check place
  copy_files
  for check in "${checks[@]}"; do
    for place in . "$copy"; do
      "check_$check" "$place" || { echo "$check does not hold in $place" >&2; exit 1; }
    done
    echo "ok: $check"
  done
}

# refuses CHECK FILE SED...: the check fails on each copy in which one SED changed FILE.
refuses() {
  local check=$1 file=$2 change
  [[ " ${checks[*]} " == *" $check "* ]] || return 0
  for change in "${@:3}"; do
    copy_files
    sed -i "$change" "$copy/$file"
    ! cmp -s "$file" "$copy/$file" || { echo "'$change' changes nothing in $file: out of date" >&2; exit 1; }
    refused '' "check_$check" "$copy"
    echo "ok: $check refuses $file after $change"
  done
}
