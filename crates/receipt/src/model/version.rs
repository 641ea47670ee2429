//! What version 2 added, so that a receipt of version 1 is written as it was read.

use serde_json::Value;

use super::Receipt;

/// Fields that version 1 does not have, by the object that they are in.
const ADDED: &[(&str, &[&str])] = &[
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
        if self.schema_version < 2 {
            for (object, fields) in ADDED {
                let object = match *object {
                    "" => Some(&mut value),
                    name => value.get_mut(name),
                };
                object.into_iter().for_each(|object| strip(object, fields));
            }
        }
        Ok(value)
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
