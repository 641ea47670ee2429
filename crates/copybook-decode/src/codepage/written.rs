//! A code page as serde writes it: the name of a built-in one, or the user's whole table.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CodePage, DoubleBytes, Switch, UserTable};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Page {
    BuiltIn(String),
    User {
        name: String,
        /// Of the bytes from X'00'.
        chars: Vec<Option<char>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        double: Option<Double>,
    },
}

/// Characters of two bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Double {
    /// Whether shift-out and shift-in stand around them.
    shifts: bool,
    /// Codes with their characters.
    chars: Vec<(u16, String)>,
}

impl Serialize for CodePage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let page = match self {
            CodePage::User(table) => Page::User {
                name: table.name.clone(),
                chars: table.chars.to_vec(),
                double: table.double.as_deref().map(Double::of),
            },
            built_in => Page::BuiltIn(built_in.name().to_owned()),
        };
        page.serialize(to)
    }
}

impl<'de> Deserialize<'de> for CodePage {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Page::deserialize(from)? {
            Page::BuiltIn(name) => name.parse().map_err(D::Error::custom),
            Page::User {
                name,
                chars,
                double,
            } => {
                let count = chars.len();
                let chars = chars.try_into().map_err(|_| {
                    D::Error::custom(format!("expected a table of 256 characters, found {count}"))
                })?;
                let double = double.map(|double| double.read().map_err(D::Error::custom));
                Ok(CodePage::User(Arc::new(UserTable {
                    name,
                    chars,
                    double: double.transpose()?.map(Arc::new),
                })))
            }
        }
    }
}

impl Double {
    fn of(double: &DoubleBytes) -> Double {
        let coded = |(bytes, text)| (u16::from_be_bytes(bytes), text);
        Double {
            shifts: double.switch() == Switch::Shifts,
            chars: double.iter().map(coded).collect(),
        }
    }

    fn read(self) -> Result<DoubleBytes, String> {
        let switch = if self.shifts {
            Switch::Shifts
        } else {
            Switch::Lead
        };
        let mut double = DoubleBytes::new(switch);
        for (code, text) in self.chars {
            if text.chars().count() > 2 {
                return Err(format!(
                    "expected one or two characters for the code {code:04X}, found more"
                ));
            }
            if !double.assign(code.to_be_bytes(), &text) {
                return Err(format!(
                    "the code {code:04X} comes twice, or stands for nothing"
                ));
            }
        }
        Ok(double)
    }
}
