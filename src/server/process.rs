//! What the system tells of this process and its machine. Where it cannot be asked, nothing is known.

/// Bytes of memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// What this process has in use.
    pub(super) used: u64,
    /// The most that it had in use.
    pub(super) peak: u64,
    /// What the machine has.
    pub(super) machine: u64,
}

/// Asks Linux; elsewhere all is 0.
pub(super) fn memory() -> Memory {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    memory_from(&read("/proc/self/status"), &read("/proc/meminfo"))
}

fn memory_from(status: &str, machine: &str) -> Memory {
    Memory {
        used: bytes(status, "VmRSS:"),
        peak: bytes(status, "VmHWM:"),
        machine: bytes(machine, "MemTotal:"),
    }
}

/// The number of a line such as `VmRSS:    12385 kB`, in bytes.
fn bytes(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    number.map_or(0, |kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kilobytes_are_read_and_what_is_missing_is_nothing() {
        let status = "Name:\tkvtutor\nVmHWM:\t   20000 kB\nVmRSS:\t   12385 kB\n";
        assert_eq!(
            memory_from(status, "MemTotal:       24683656 kB\n"),
            Memory { used: 12_682_240, peak: 20_480_000, machine: 25_276_063_744 }
        );
        assert_eq!(memory_from("VmRSS: many kB", ""), Memory::default());
    }
}
