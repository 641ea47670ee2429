//! What each version added, so that a receipt is written as it was read.

use serde_json::Value;

use super::Receipt;

/// Fields by the object that they are in.
type Fields = &'static [(&'static str, &'static [&'static str])];

/// What version 6 has and version 5 has not.
const SIXTH: Fields = &[("benchmarks", &["allocations"])];

/// What version 5 has and version 4 has not.
const FIFTH: Fields = &[("environment", &["task"])];

/// What version 4 has and version 3 has not.
const FOURTH: Fields = &[
    ("slo", &["ceiling_s"]),
    ("environment", &["first_launch_s"]),
];

/// What version 3 has and version 2 has not.
const THIRD: Fields = &[
    ("", &["baseline", "peers"]),
    ("slo", &["floor_times", "peer", "ci95_times"]),
    ("not_judged", &["peer"]),
];

/// What version 2 has and version 1 has not.
const SECOND: Fields = &[
    (
        "",
        &[
            "format_version",
            "build_profile",
            "target_cpu",
            "not_judged",
            "objectives_sha256",
            "settings",
        ],
    ),
    ("benchmarks", &["sampling", "percentiles_ns", "kernels"]),
    ("slo", &["ceiling_mib"]),
    (
        "environment",
        &[
            "profile",
            "file_system",
            "command_source_hash",
            "command_version",
            "command_toolchain",
            "os",
            "kernel",
            "cpu_model",
            "cpu_cores",
            "unfit",
        ],
    ),
];

impl Receipt {
    /// As JSON, with the fields that its version has.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn to_value(&self) -> serde_json::Result<Value> {
        let mut value = serde_json::to_value(self)?;
        let all = [(6, SIXTH), (5, FIFTH), (4, FOURTH), (3, THIRD), (2, SECOND)];
        for (version, added) in all {
            if self.schema_version < version {
                without(&mut value, added);
            }
        }
        Ok(value)
    }
}

fn without(receipt: &mut Value, added: Fields) {
    for (object, fields) in added {
        let object = match *object {
            "" => Some(&mut *receipt),
            name => receipt.get_mut(name),
        };
        object.into_iter().for_each(|object| strip(object, fields));
    }
}

/// Removes the fields from an object, or from each object of an array.
fn strip(value: &mut Value, fields: &[&str]) {
    match value {
        Value::Object(object) => object.retain(|key, _| !fields.contains(&key.as_str())),
        Value::Array(array) => array.iter_mut().for_each(|item| strip(item, fields)),
        _ => {}
    }
}
