//! The names of the kernels.

/// A family of inner loops. All of them print the same; they differ in what CPU they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KernelChoice {
    /// Safe Rust for every CPU; what the others are tested against.
    Scalar,
    /// x86-64 with AVX2, BMI1, BMI2 and LZCNT.
    Avx2,
    /// x86-64 with AVX-512 F, BW, VL and VBMI.
    Avx512,
    /// aarch64.
    Neon,
}

impl KernelChoice {
    /// The name that [`std::str::FromStr`] reads: `scalar`, `avx2`, `avx512`, `neon`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            KernelChoice::Scalar => "scalar",
            KernelChoice::Avx2 => "avx2",
            KernelChoice::Avx512 => "avx512",
            KernelChoice::Neon => "neon",
        }
    }
}

impl std::str::FromStr for KernelChoice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        [
            KernelChoice::Scalar,
            KernelChoice::Avx2,
            KernelChoice::Avx512,
            KernelChoice::Neon,
        ]
        .into_iter()
        .find(|choice| choice.name() == name)
        .ok_or_else(|| format!("expected a kernel (scalar, avx2, avx512 or neon), found `{name}`"))
    }
}
