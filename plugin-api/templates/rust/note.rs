//! What the plugin is, readable without running it: the ELF note that ASSAY_NOTE of <assay/note.h>
//! writes in C, joined while compiling. Several notes are one object together, and a key that two of
//! them have must say the same in both.

use crate::assay::ABI_MINOR;

/// As the header lays it out.
#[repr(C)]
#[allow(dead_code)] // read in the file, by others
pub struct Note<const ROOM: usize> {
    name_size: u32,
    content_size: u32,
    kind: u32,
    name: [u8; 8],
    format: u32,
    abi_minor: u32,
    text: [u8; ROOM],
}

const fn size(parts: &[&str]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += parts[i].len();
        i += 1;
    }
    sum
}

/// Whole words: the next note begins behind them.
pub const fn room(parts: &[&str]) -> usize {
    (size(parts) + 3) / 4 * 4
}

impl<const ROOM: usize> Note<ROOM> {
    pub const fn of(parts: &[&str]) -> Note<ROOM> {
        let mut text = [0; ROOM];
        let (mut end, mut i) = (0, 0);
        while i < parts.len() {
            let part = parts[i].as_bytes();
            let mut at = 0;
            while at < part.len() {
                text[end] = part[at];
                end += 1;
                at += 1;
            }
            i += 1;
        }
        Note {
            name_size: 6,
            content_size: 8 + size(parts) as u32,
            kind: 1,
            name: *b"Assay\0\0\0",
            format: 1,
            abi_minor: ABI_MINOR,
            text,
        }
    }
}

/// `note!("{\"summary\": \"", SUMMARY, "\"}")`: a note of constant texts, which are one JSON object.
macro_rules! note {
    ($($part:expr),+) => {
        const _: () = {
            const PARTS: &[&str] = &[$($part),+];
            #[used]
            #[link_section = ".note.assay"]
            static NOTE: $crate::note::Note<{ $crate::note::room(PARTS) }> =
                $crate::note::Note::of(PARTS);
        };
    };
}
pub(crate) use note;

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::size_of_val;

    #[test]
    fn it_is_laid_out_as_in_c() {
        const PARTS: &[&str] = &["{\"a\":", "1}"];
        let note = Note::<{ room(PARTS) }>::of(PARTS);
        assert_eq!(size_of_val(&note), 28 + 8);
        assert_eq!((note.name_size, note.content_size), (6, 8 + 7));
        assert_eq!((note.kind, note.format), (1, 1));
        assert_eq!(&note.text, b"{\"a\":1}\0");
    }
}
