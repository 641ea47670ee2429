//! A code page as serde writes it: the name of a built-in one, or the user's whole table.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CodePage, UserTable};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Page {
    BuiltIn(String),
    User {
        name: String,
        /// Of the bytes from X'00'.
        chars: Vec<Option<char>>,
    },
}

impl Serialize for CodePage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let page = match self {
            CodePage::User(table) => Page::User {
                name: table.name.clone(),
                chars: table.chars.to_vec(),
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
            Page::User { name, chars } => {
                let count = chars.len();
                let chars = chars.try_into().map_err(|_| {
                    D::Error::custom(format!("expected a table of 256 characters, found {count}"))
                })?;
                Ok(CodePage::User(Arc::new(UserTable { name, chars })))
            }
        }
    }
}
