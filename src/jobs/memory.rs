//! The memory that this process holds.

use std::fs;

/// Memory of this process in MiB, as the system counts it (resident); `None` where the system does not tell, as all but
/// Linux.
pub fn resident_mib() -> Option<u32> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kib: u32 =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allocated_is_counted() {
        let Some(before) = resident_mib() else { return };
        let block = vec![1_u8; 64 << 20];
        let after = resident_mib().unwrap();
        assert!(before > 0 && after + 8 > before + 64, "{before} {after} {}", block.len());
    }
}
