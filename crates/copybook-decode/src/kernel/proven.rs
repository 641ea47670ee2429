//! Instructions behind the proof that the CPU has them.

/// Makes methods of a proof of intrinsics that touch no memory: what then could be wrong about a call
/// is that the CPU lacks the instruction, and a value of the type proves that it has it.
macro_rules! proven {
    ($proof:ty: $(
        $name:ident $(<$immediate:ident>)? = $intrinsic:ident($($arg:ident: $type:ty),*) -> $result:ty;
    )+) => {
        impl $proof {
            $(
                #[inline(always)]
                fn $name $(<const $immediate: i32>)? (self, $($arg: $type),*) -> $result {
                    // SAFETY: `self` proves that the CPU has the instruction, which touches no memory.
                    unsafe { $intrinsic $(::<$immediate>)? ($($arg),*) }
                }
            )+
        }
    };
}
pub(super) use proven;
