//! The inner loops, chosen once at run time. The only place with unsafe code.
