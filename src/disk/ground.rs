//! What the system says of a place: who may do what there, and what it stands on.

use std::fs;
use std::io;
use std::path::Path;

/// What this process may do with a file or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Whether it may read it.
    pub is_readable: bool,
    /// Whether it may write to it.
    pub is_writable: bool,
    /// Whether its user owns it.
    pub is_own: bool,
}

/// What a folder stands on, as far as the system tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ground {
    /// The kind of file system, if it is one that may be another machine's.
    pub remote: Option<&'static str>,
    /// How many bytes can still be written.
    pub free: Option<u64>,
}

/// Returns what this process may do with a file or a folder.
#[cfg(target_os = "linux")]
pub(super) fn rights(path: &Path) -> io::Result<Rights> {
    use rustix::fs::{Access, access};
    use std::os::unix::fs::MetadataExt;
    let owner = fs::metadata(path)?.uid();
    Ok(Rights {
        is_readable: access(path, Access::READ_OK).is_ok(),
        is_writable: access(path, Access::WRITE_OK).is_ok(),
        is_own: owner == rustix::process::geteuid().as_raw(),
    })
}

/// Returns what this process may do with a file or a folder.
#[cfg(not(target_os = "linux"))]
pub(super) fn rights(path: &Path) -> io::Result<Rights> {
    let is_writable = !fs::metadata(path)?.permissions().readonly();
    Ok(Rights { is_readable: true, is_writable, is_own: true })
}

/// Returns what a folder stands on.
#[cfg(target_os = "linux")]
pub(super) fn ground(folder: &Path) -> io::Result<Ground> {
    let data = rustix::fs::statfs(folder)?;
    // The numbers of `linux/magic.h`, and of file systems that are not listed there.
    let remote = match data.f_type as u32 {
        0x6969 => Some("NFS"),
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => Some("SMB"),
        0x0102_1997 => Some("9P"),
        0x6573_5546 => Some("FUSE"),
        0x00c3_6400 => Some("Ceph"),
        0x5346_414f => Some("AFS"),
        0x0bd0_0bd0 => Some("Lustre"),
        0x786f_4256 => Some("a shared folder of VirtualBox"),
        _ => None,
    };
    Ok(Ground { remote, free: Some(data.f_bavail.saturating_mul(data.f_bsize as u64)) })
}

/// Returns what a folder stands on.
#[cfg(not(target_os = "linux"))]
pub(super) fn ground(folder: &Path) -> io::Result<Ground> {
    fs::metadata(folder).map(|_| Ground::default())
}

/// Returns the time by the system's clock, in nanoseconds since 1970.
pub(super) fn clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock that stands before 1970 is as good as one that stands at 1970.
    since.map_or(0, |since| since.as_nanos() as i64)
}
