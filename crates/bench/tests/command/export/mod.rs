//! `bench export`: to the real receivers, which are then asked for the value, and to bad ones.

mod bad;
mod deployed;
mod receivers;
mod support;
