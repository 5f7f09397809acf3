//! What a fan-out wrote: the list of its items, which is its result in the store.

use crate::digest::Digest;
use crate::store::Key;

const MAGIC: &[u8; 8] = b"lcitems1";
/// Bytes of a row: the key, the digest, whether there were warnings, and where its path ends.
const ROW: usize = 32 + 32 + 1 + 4;

/// The items of a fan-out, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ItemList {
    rows: Vec<ItemRow>,
    /// Where the path of each ends.
    ends: Vec<u32>,
    paths: String,
}

/// An item that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ItemRow {
    /// The digest of all that decides its bytes.
    pub(super) key: Key,
    /// The digest of its bytes.
    pub(super) digest: Digest,
    /// Whether there were warnings when it was made.
    pub(super) warns: bool,
}

impl ItemList {
    /// Adds an item; `None` if the paths of all take more than 4 GiB.
    pub(super) fn push(&mut self, path: &str, row: ItemRow) -> Option<()> {
        let end = u32::try_from(self.paths.len() + path.len()).ok()?;
        self.paths.push_str(path);
        self.ends.push(end);
        self.rows.push(row);
        Some(())
    }

    /// Returns the number of items.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the path of an item.
    pub(super) fn path(&self, item: usize) -> &str {
        let start = if item == 0 { 0 } else { self.ends[item - 1] as usize };
        &self.paths[start..self.ends[item] as usize]
    }

    /// Returns an item.
    pub(super) fn row(&self, item: usize) -> &ItemRow {
        &self.rows[item]
    }

    /// Returns all items, each with its path.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &ItemRow)> {
        self.rows.iter().enumerate().map(|(at, row)| (self.path(at), row))
    }

    /// Returns the bytes that the store keeps.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(12 + ROW * self.rows.len() + self.paths.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&(self.rows.len() as u32).to_le_bytes());
        for (row, end) in self.rows.iter().zip(&self.ends) {
            out.extend_from_slice(row.key.0.as_bytes());
            out.extend_from_slice(row.digest.as_bytes());
            out.push(u8::from(row.warns));
            out.extend_from_slice(&end.to_le_bytes());
        }
        out.extend_from_slice(self.paths.as_bytes());
        out
    }

    /// Reads what [`ItemList::encode`] made; `None` for other bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<ItemList> {
        let (count, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (rows, paths) = rest.split_at_checked(count.checked_mul(ROW)?)?;
        let paths = std::str::from_utf8(paths).ok()?;
        let mut list = ItemList { paths: paths.to_owned(), ..ItemList::default() };
        let mut last = 0;
        for row in rows.as_chunks::<ROW>().0 {
            let digest =
                |at: usize| Some(Digest::from_bytes(row.get(at..at + 32)?.try_into().ok()?));
            let end = u32::from_le_bytes(row[65..].try_into().ok()?);
            if end < last || !paths.is_char_boundary(end as usize) {
                return None;
            }
            last = end;
            let (key, digest) = (Key(digest(0)?), digest(32)?);
            list.rows.push(ItemRow { key, digest, warns: row[64] == 1 });
            list.ends.push(end);
        }
        (last as usize == paths.len()).then_some(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_back_as_it_was_and_damage_is_no_panic() {
        let mut list = ItemList::default();
        for (path, warns) in [("docs/é.md", true), ("b", false)] {
            let row = ItemRow { key: Key(Digest::of(b"k")), digest: Digest::of(b"d"), warns };
            list.push(path, row).unwrap();
        }
        let bytes = list.encode();
        assert_eq!(ItemList::decode(&bytes), Some(list.clone()));
        assert_eq!(list.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["docs/é.md", "b"]);
        for length in 0..bytes.len() {
            assert_eq!(ItemList::decode(&bytes[..length]), None, "cut to {length}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0xff;
            if let Some(list) = ItemList::decode(&bytes) {
                assert_eq!(list.iter().len(), 2);
            }
        }
    }
}
