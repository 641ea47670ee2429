#!/usr/bin/env python3
"""Builds the image without Nix, for tests: same configuration, same files, other builder.

    image_from_debian.py COMMAND SUITE OUT.tar

The configuration is what nix/image-config.nix answers (read with nix-instantiate, no network). The
tools come from this Debian machine's packages, COMMAND and SUITE from cargo; every shared library
they load comes along. OUT.tar is for `docker load`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What nix/image.nix calls its tools, as Debian packages; Python's parts have the version in names.
TOOLS = ["bash", "coreutils", "findutils", "grep", "sed", "jq"]
# Folders of a package that no program reads.
DROPPED = re.compile(
    r"/usr/share/(doc|man|info|locale|lintian|bug|menu|pixmaps|applications|bash-completion)/"
    r"|/__pycache__/|/(idlelib|ensurepip|lib2to3|pydoc_data|test)/|/etc/"
)
BIN, LIBEXEC = "/usr/local/bin", "/usr/local/libexec/copybook-bench"
# Debian's merged /usr, as its base-files package makes it.
LINKS = {
    "/bin": "usr/bin",
    "/lib": "usr/lib",
    "/lib64": "usr/lib64",
    "/sbin": "usr/sbin",
}
DOCKER_ARCH = {"x86_64": "amd64", "aarch64": "arm64"}


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__.strip().splitlines()[2].strip(), file=sys.stderr)
        return 2
    command, suite, out = map(Path, sys.argv[1:])
    facts = image_config()
    programs = {
        f"{BIN}/bench": command,
        f"{LIBEXEC}/slo_validation": suite,
        f"{BIN}/bench-entrypoint.sh": ROOT / "scripts/bench-entrypoint.sh",
        f"{BIN}/verify_receipt.py": ROOT / "scripts/verify_receipt.py",
    }
    tools = tool_files([command, suite])
    layers = [
        tar(lambda t: add_tools(t, tools)),
        tar(lambda t: add_folders(t, facts)),
        tar(lambda t: add_programs(t, programs)),
    ]
    write_archive(out, facts, layers)
    sizes = ", ".join(
        f"{layer['name']} {len(data) / 1e6:.1f} MB"
        for layer, data in zip(facts["layers"], layers, strict=True)
    )
    print(f"{out}: {facts['name']}:{facts['tag']}, {sizes}")
    return 0


def image_config() -> dict:
    """nix/image-config.nix, asked with the places that the programs have in this image."""
    version = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    arguments = {
        "version": version[1],
        "command": f"{BIN}/bench",
        "entrypoint": f"{BIN}/bench-entrypoint.sh",
        "suite": f"{LIBEXEC}/slo_validation",
        "path": [BIN, "/usr/bin"],
        "revision": revision(),
    }
    expression = (
        f"import {ROOT}/nix/image-config.nix (builtins.fromJSON ''{json.dumps(arguments)}''"
        f" // {{ inherit (import {ROOT}/nix/own.nix) labels; }})"
    )
    facts = json.loads(run("nix-instantiate", "--eval", "--strict", "--json", "--expr", expression))
    # The one deviation: cargo built the programs on this host, and a receipt that said "image"
    # would owe a store path and the hashes of a Nix build.
    facts["config"]["Env"] = [
        "BENCH_ENVIRONMENT=host" if entry.startswith("BENCH_ENVIRONMENT=") else entry
        for entry in facts["config"]["Env"]
    ]
    return facts


def revision() -> str | None:
    """The commit, as `bench` on a host states it; null outside a checkout."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=False, capture_output=True, text=True)
    if head.returncode != 0:
        return None
    dirty = run(*git, "status", "--porcelain", "--untracked-files=no")
    return head.stdout.strip() + ("-dirty" if dirty else "")


def tool_files(programs: Iterable[Path]) -> set[str]:
    """Every path of the tools' packages, and the shared libraries of these and of `programs`."""
    real = Path("/usr/bin/python3").resolve().name  # python3.11
    packages = [*TOOLS, "python3-minimal", f"{real}-minimal"]
    packages += [f"lib{real}-minimal:native", f"lib{real}-stdlib:native"]
    packages = [name.removesuffix(":native") for name in packages]
    listed = run("dpkg", "-L", *packages).splitlines()
    files = {f for f in listed if not DROPPED.search(f) and not Path(f).is_dir()}
    binaries = [f for f in files if is_elf(Path(f))] + [str(p) for p in programs]
    for number in range(0, len(binaries), 50):
        libraries = subprocess.run(
            ["ldd", *binaries[number : number + 50]],
            check=False,
            capture_output=True,
            text=True,
        ).stdout
        if "not found" in libraries:
            raise SystemExit(f"image_from_debian.py: a library is missing:\n{libraries}")
        files.update(re.findall(r"(?:=> |^\t)(/\S+) \(0x", libraries, re.MULTILINE))
    # The shell that scripts ask for by this name.
    return files | {"/bin/sh"}


def is_elf(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.open("rb").read(4) == b"\x7fELF"


def run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"image_from_debian.py: {' '.join(command)}:\n{done.stderr}")
    return done.stdout


def tar(fill) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        fill(archive)
    return data.getvalue()


def entry(path: str, kind: bytes, mode: int, **fields) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path.lstrip("/"))
    info.type, info.mode, info.mtime = kind, mode, 1
    for name, value in fields.items():
        setattr(info, name, value)
    return info


def add_file(archive: tarfile.TarFile, path: str, data: bytes, mode: int) -> None:
    archive.addfile(entry(path, tarfile.REGTYPE, mode, size=len(data)), io.BytesIO(data))


def add_tools(archive: tarfile.TarFile, files: Iterable[str]) -> None:
    for path, target in LINKS.items():
        archive.addfile(entry(path, tarfile.SYMTYPE, 0o777, linkname=target))
    written = set()
    for name in sorted(files):
        source = Path(name)
        # Through /bin, /lib and the like to the merged place, but not through the file's own link.
        place = str(source.parent.resolve() / source.name)
        while place not in written:
            written.add(place)
            if name == "/bin/sh":
                archive.addfile(entry(place, tarfile.SYMTYPE, 0o777, linkname="bash"))
            elif os.path.islink(place):
                target = os.readlink(place)
                archive.addfile(entry(place, tarfile.SYMTYPE, 0o777, linkname=target))
                # A library is often a link to the file with the full version.
                following = Path(place).parent / target
                place = str(following.parent.resolve() / following.name)
            else:
                mode = os.stat(place).st_mode & 0o555
                add_file(archive, place, Path(place).read_bytes(), mode)


def add_folders(archive: tarfile.TarFile, facts: dict) -> None:
    for folder in facts["folders"]:
        owner = {"uid": folder["uid"], "gid": folder["gid"]}
        archive.addfile(entry(folder["path"], tarfile.DIRTYPE, int(folder["mode"], 8), **owner))
    for path, text in sorted(facts["files"].items()):
        add_file(archive, path, text.encode(), 0o444)


def add_programs(archive: tarfile.TarFile, programs: dict[str, Path]) -> None:
    for path, source in programs.items():
        add_file(archive, path, source.read_bytes(), 0o555)


def write_archive(out: Path, facts: dict, layers: list[bytes]) -> None:
    digests = [hashlib.sha256(layer).hexdigest() for layer in layers]
    config = {
        "created": facts["created"],
        "architecture": DOCKER_ARCH[platform.machine()],
        "os": "linux",
        "config": {**facts["config"], "Healthcheck": facts["healthcheck"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{d}" for d in digests]},
        "history": [{"created": facts["created"], "created_by": layer["holds"]} for layer in facts["layers"]],
    }
    encoded = json.dumps(config, separators=(",", ":")).encode()
    name = hashlib.sha256(encoded).hexdigest() + ".json"
    manifest = {
        "Config": name,
        "RepoTags": [f"{facts['name']}:{facts['tag']}"],
        "Layers": [f"{digest}.tar" for digest in digests],
    }
    with tarfile.open(out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for digest, layer in zip(digests, layers, strict=True):
            add_file(archive, f"{digest}.tar", layer, 0o444)
        add_file(archive, name, encoded, 0o444)
        add_file(archive, "manifest.json", json.dumps([manifest]).encode(), 0o444)


if __name__ == "__main__":
    sys.exit(main())
