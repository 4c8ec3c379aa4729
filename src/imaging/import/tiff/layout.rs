//! How numbers are written in a TIFF: byte order, and offsets of 32 or 64 bits.

/// Where the values of an entry are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) count: u64,
    /// Bytes of one value.
    pub(super) value_len: usize,
    pub(super) values_at: usize,
}

/// The byte order and the width of offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    is_big_endian: bool,
    has_64_bit_offsets: bool,
}

impl Layout {
    /// By a file's first bytes; `None` for other files.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes.get(..4)? {
            b"II*\0" => Self { is_big_endian: false, has_64_bit_offsets: false },
            b"MM\0*" => Self { is_big_endian: true, has_64_bit_offsets: false },
            b"II+\0" => Self { is_big_endian: false, has_64_bit_offsets: true },
            b"MM\0+" => Self { is_big_endian: true, has_64_bit_offsets: true },
            _ => return None,
        })
    }

    /// Where the offset of the first directory is.
    pub(super) fn first_offset_at(self) -> usize {
        self.offset_len()
    }

    pub(super) fn offset_len(self) -> usize {
        if self.has_64_bit_offsets { 8 } else { 4 }
    }

    /// Bytes of a directory's count of entries, and of an entry.
    pub(super) fn directory_lens(self) -> (usize, usize) {
        if self.has_64_bit_offsets { (8, 20) } else { (2, 12) }
    }

    /// The number in `len` bytes at `at`.
    pub(super) fn number(self, bytes: &[u8], at: usize, len: usize) -> Option<u64> {
        let digits = bytes.get(at..at.checked_add(len)?)?;
        let append = |number: u64, digit: &u8| (number << 8) | u64::from(*digit);
        Some(if self.is_big_endian { digits.iter().fold(0, append) } else { digits.iter().rev().fold(0, append) })
    }

    pub(super) fn offset_at(self, bytes: &[u8], at: usize) -> Option<u64> {
        self.number(bytes, at, self.offset_len())
    }

    /// The number in `len` bytes, as the file has it.
    pub(super) fn digits(self, number: u64, len: usize) -> Vec<u8> {
        if self.is_big_endian { number.to_be_bytes()[8 - len..].to_vec() } else { number.to_le_bytes()[..len].to_vec() }
    }

    /// The entry at `at`.
    pub(super) fn entry(self, bytes: &[u8], at: usize) -> Option<Entry> {
        let count = self.number(bytes, at + 4, self.offset_len())?;
        let value_len = match self.number(bytes, at + 2, 2)? {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => 1,
        };
        let inside_at = at + 4 + self.offset_len();
        let is_inside = count.checked_mul(value_len as u64)? <= self.offset_len() as u64;
        let values_at = if is_inside { inside_at } else { usize::try_from(self.offset_at(bytes, inside_at)?).ok()? };
        Some(Entry { count, value_len, values_at })
    }
}
