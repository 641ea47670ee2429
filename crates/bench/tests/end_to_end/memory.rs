//! A suite that is killed for lack of memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{TINY, bench, exits, folder};

/// A control group of this test, below the one that it runs in; removed when dropped.
struct Group(PathBuf);

impl Group {
    /// With a limit of so many bytes; `None` where that can't be set, as it takes root and a writable
    /// hierarchy.
    fn with_limit(bytes: u64) -> Option<Self> {
        let own = fs::read_to_string("/proc/self/cgroup").ok()?;
        let of = |prefix: &str| {
            own.lines()
                .find_map(|line| line.split_once(prefix))
                .map(|at| at.1)
        };
        let places = [
            (
                of(":memory:"),
                "/sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
            ),
            (of("0::"), "/sys/fs/cgroup", "memory.max"),
        ];
        places.into_iter().find_map(|(own, mount, file)| {
            let at = Path::new(mount).join(own?.trim_start_matches('/'));
            let group = at.join(format!("bench-test-{}", std::process::id()));
            fs::create_dir(&group).ok()?;
            let group = Self(group);
            // Swapped out, it would be slow instead of dead. Not every kernel has these.
            let _ = fs::write(group.0.join("memory.swap.max"), "0");
            let _ = fs::write(group.0.join("memory.swappiness"), "0");
            // Creating a file is not refused everywhere, but this one has to be the kernel's.
            let limit = group.0.join(file);
            (limit.exists() && fs::write(limit, bytes.to_string()).is_ok()).then_some(group)
        })
    }

    /// The command, started inside.
    fn enter(&self, command: &Command) -> Command {
        let mut inside = Command::new("sh");
        let script = "echo $$ > \"$0\" && exec \"$@\"";
        inside.args(["-c", script]).arg(self.0.join("cgroup.procs"));
        inside.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => inside.env(name, value),
                None => inside.env_remove(name),
            };
        }
        inside
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn it_is_said_with_the_word_memory_and_the_limit() {
    let Some(group) = Group::with_limit(64 << 20) else {
        println!("skipped: only root with a writable control group can set a limit");
        return;
    };
    let at = folder();
    let mut command = bench(["run"]);
    command.args(TINY).args(["--filter", "sizes/comp3_64mib"]);
    command.arg("--output").arg(at.path().join("out"));
    let (_, stderr) = exits(&mut group.enter(&command), 1);
    assert!(
        stderr.contains("launch 1 of 3: killed for lack of memory"),
        "{stderr}"
    );
    assert!(stderr.contains("limit is 64 MiB"), "{stderr}");
}
