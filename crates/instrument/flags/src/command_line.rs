//! Reads rustc's command line.

use std::path::Path;
use std::{env, fs};

/// Options of `-C` that only name things; the rest of `-C` decides about the machine code.
const NAMES: [&str; 3] = ["metadata", "extra-filename", "dep-info"];

/// The arguments of this process. Long ones come in a file, one a line: rustc's `@path`.
pub(crate) fn arguments() -> Vec<String> {
    let mut all = Vec::new();
    for argument in env::args_os().skip(1) {
        let argument = argument.to_string_lossy().into_owned();
        match argument.strip_prefix('@').map(fs::read_to_string) {
            Some(Ok(lines)) => all.extend(lines.lines().map(str::to_owned)),
            _ => all.push(argument),
        }
    }
    all
}

/// What decides about the machine code, one word each.
pub(crate) fn flags(arguments: &[String]) -> String {
    let mut words = Vec::new();
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        if argument == "-O" {
            words.push("opt-level=3".to_owned());
        } else if argument == "-g" {
            words.push("debuginfo=2".to_owned());
        } else if let Some(option) = value(argument, "-C", "--codegen", &mut rest) {
            words.extend(codegen(option));
        } else if let Some(option) = value(argument, "-Z", "--Z", &mut rest) {
            words.push(format!("-Z{}", without_folders(option)));
        } else if let Some(target) = value(argument, "--target", "--target", &mut rest) {
            words.push(format!("target={}", without_folders(target)));
        } else if let Some(cfg) = value(argument, "--cfg", "--cfg", &mut rest) {
            words.push(format!("--cfg={}", without_folders(cfg)));
        }
    }
    words.join(" ")
}

/// The folder above the one that the compiler writes to: `target/release/deps`.
pub(crate) fn profile(arguments: &[String]) -> Option<String> {
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        if let Some(folder) = value(argument, "--out-dir", "--out-dir", &mut rest) {
            let folder = Path::new(folder);
            let of_cargo = folder.ends_with("deps") || folder.ends_with("examples");
            let name = folder.parent()?.file_name()?.to_str()?;
            return of_cargo.then(|| name.to_owned());
        }
    }
    None
}

/// The value of an option in any of the forms that rustc takes: `-C x`, `-Cx`, `--codegen x`,
/// `--codegen=x`.
fn value<'a>(
    argument: &'a str,
    short: &str,
    long: &str,
    rest: &mut impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    if argument == short || argument == long {
        return rest.next();
    }
    if short != long
        && let Some(value) = argument.strip_prefix(short)
    {
        return Some(value);
    }
    argument.strip_prefix(long)?.strip_prefix('=')
}

fn codegen(option: &str) -> Option<String> {
    match option.split_once('=').unwrap_or((option, "")) {
        (name, _) if NAMES.contains(&name) => None,
        // Its folder differs; that there is one moves code between units.
        ("incremental", _) => Some("incremental".to_owned()),
        // What cargo passes for `lto = true`, which means the same.
        ("lto", "") => Some("lto=fat".to_owned()),
        _ => Some(without_folders(option)),
    }
}

/// Every path shortened to its last component: `linker=/usr/bin/clang` becomes `linker=clang`.
fn without_folders(option: &str) -> String {
    let short = |word: &str| {
        let start = word.find('/').map_or(0, |slash| {
            // A path may follow the option's name: `-L/usr/lib`, `link-arg=-fuse-ld=/usr/bin/mold`.
            word[..slash]
                .rfind(['=', ',', ':'])
                .map_or(0, |before| before + 1)
        });
        let (name, path) = word.split_at(start);
        format!("{name}{}", path.rsplit('/').next().unwrap_or_default())
    };
    option.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn what_cargo_passes_for_a_benchmark() {
        let line = "--crate-name slo_validation --edition=2024 crates/workload/benches/a/main.rs \
                    --error-format=json --emit=dep-info,link -C opt-level=3 -C panic=abort -C lto \
                    -C codegen-units=1 --cfg test --check-cfg cfg(docsrs,test) -C metadata=1ab \
                    -C extra-filename=-9f --out-dir /t/release/deps -L dependency=/t/release/deps \
                    --extern workload=/t/release/deps/libworkload-1.rlib -C strip=debuginfo \
                    -Ctarget-cpu=native --codegen=target-feature=+avx2 --remap-path-prefix=/a=/b";
        assert_eq!(
            flags(&arguments(line)),
            "opt-level=3 panic=abort lto=fat codegen-units=1 --cfg=test strip=debuginfo \
             target-cpu=native target-feature=+avx2"
        );
        assert_eq!(profile(&arguments(line)).as_deref(), Some("release"));
    }

    #[test]
    fn folders_leave_no_trace_and_what_lies_in_them_does() {
        let line = "-C incremental=/t/debug/incremental -C linker=/nix/store/abc-gcc/bin/cc \
                    -C link-arg=-fuse-ld=/usr/bin/mold -C profile-use=/home/me/run.profdata \
                    --target /home/me/bare.json -Zthreads=8 -O --out-dir=/t/odd";
        assert_eq!(
            flags(&arguments(line)),
            "incremental linker=cc link-arg=-fuse-ld=mold profile-use=run.profdata \
             target=bare.json -Zthreads=8 opt-level=3"
        );
        assert_eq!(profile(&arguments(line)), None);
    }

    #[test]
    fn several_paths_in_one_option() {
        assert_eq!(
            without_folders("link-args=-Wl,-rpath,/a/b -L/c/d"),
            "link-args=-Wl,-rpath,b d"
        );
    }
}
