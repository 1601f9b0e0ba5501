//! The plugin ABI of Assay, version 1, as <assay/plugin.h> has it: the parts that rules and sinks
//! use, in the header's order. A table may be longer than what a plugin knows of it, never shorter.
//!
//! Everything is unsafe that the host hands over: its pointers are valid until the call returns.
#![allow(dead_code)]

use std::ffi::c_void;
use std::mem::size_of;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

/// The least that a host must have for what stands here.
pub const ABI_MINOR: u32 = 0;

pub type Status = i32;
pub const OK: Status = 0;
pub const NOT_WANTED: Status = 2;
pub const FAILED: Status = -1;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    pub data: *const u8,
    pub size: u64,
}

impl Text {
    pub fn of(text: &str) -> Text {
        Text {
            data: text.as_ptr(),
            size: text.len() as u64,
        }
    }
    /// Borrowed from the host: copy what has to live longer than the call.
    pub unsafe fn as_str<'a>(self) -> &'a str {
        if self.size == 0 {
            return "";
        }
        std::str::from_utf8(std::slice::from_raw_parts(self.data, self.size as usize)).unwrap_or("")
    }
}

/// Text inside a block or a buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Cell {
    pub offset: u32,
    pub size: u32,
}

// Owned by the host; only their addresses are known here.
pub type Error = c_void;
pub type Config = c_void;
pub type Shared = c_void;
pub type Instance = c_void;
pub type Stream = c_void;

#[repr(C)]
pub struct Host {
    pub size: u32,
    pub minor: u32,
    pub get_interface: unsafe extern "C" fn(*const Host, *const c_char) -> *const c_void,
    pub fail: unsafe extern "C" fn(*mut Error, i32, Text),
    pub locate: unsafe extern "C" fn(*mut Error, Text, u32, u32),
    pub advise: unsafe extern "C" fn(*mut Error, Text),
}

impl Host {
    pub unsafe fn refuse(&self, error: *mut Error, why: &str) -> Status {
        (self.fail)(error, 1, Text::of(why));
        FAILED
    }
}

#[repr(C)]
pub struct ConfigApi {
    pub size: u32,
    pub flags: u32,
    pub has: unsafe extern "C" fn(*const Config, Text) -> u32,
    pub int64: unsafe extern "C" fn(*const Config, Text, i64) -> i64,
    pub float64: unsafe extern "C" fn(*const Config, Text, f64) -> f64,
    pub flag: unsafe extern "C" fn(*const Config, Text, u32) -> u32,
    pub decimal: unsafe extern "C" fn(*const Config, Text, i64) -> i64,
    pub duration: unsafe extern "C" fn(*const Config, Text, i64) -> i64,
    pub text: unsafe extern "C" fn(*const Config, Text, Text) -> Text,
    pub count: unsafe extern "C" fn(*const Config, Text) -> u32,
    pub key_at: unsafe extern "C" fn(*const Config, Text, u32) -> Text,
    pub path: unsafe extern "C" fn(*const Config, Text, Text) -> Text,
}

/// The host's look-ups, or nothing where it has none.
pub unsafe fn config_api<'a>(host: *const Host) -> Option<&'a ConfigApi> {
    ((*host).get_interface)(host, "assay.config/1\0".as_ptr().cast())
        .cast::<ConfigApi>()
        .as_ref()
}

pub const INT64: u32 = 1;
pub const DOUBLE: u32 = 2;
pub const BOOL: u32 = 3;
pub const TIME: u32 = 4;
pub const DURATION: u32 = 5;
pub const DECIMAL: u32 = 6;
pub const TEXT: u32 = 7;
pub const TOKEN: u32 = 8;

pub const REQUIRED: u32 = 0;
pub const OPTIONAL: u32 = 1;
/// A feature's coverage is not read: it gets no column.
pub const NO_COVERAGE: u32 = 2;
pub const FOR_ANALYST: u32 = 0;

/// Amounts are integers with four digits behind the point.
pub const MONEY: i64 = 10_000;

#[repr(C)]
pub struct Evidence {
    pub name: Text,
    pub unit: Text,
    pub kind: u32,
    pub flags: u32,
}

#[repr(C)]
pub struct Reason {
    pub size: u32,
    pub audience: u32,
    pub code: Text,
    pub words: Text,
    pub customer_words: Text,
    pub evidence: *const Evidence,
    pub evidence_count: u32,
    pub flags: u32,
}

#[repr(C)]
pub struct Binder {
    pub size: u32,
    pub flags: u32,
    pub field: unsafe extern "C" fn(*const Binder, Text, u32, u32, *mut u32) -> Status,
    pub feature: unsafe extern "C" fn(*const Binder, Text, u32, u32, *mut u32, *mut u32) -> Status,
    pub reason: unsafe extern "C" fn(*const Binder, *const Reason, *mut u32) -> Status,
}

impl Binder {
    /// The number of the field's column; the host says itself what it refuses.
    pub unsafe fn column(&self, name: &str, kind: u32, flags: u32) -> Result<u32, Status> {
        let mut column = 0;
        match (self.field)(self, Text::of(name), kind, flags, &mut column) {
            OK => Ok(column),
            refused => Err(refused),
        }
    }
    /// The number of the column of a feature such as `count() by card over 10m`; its coverage is
    /// not asked for.
    pub unsafe fn feature_column(&self, text: &str, kind: u32) -> Result<u32, Status> {
        let (mut column, mut coverage) = (0, 0);
        let text = Text::of(text);
        match (self.feature)(self, text, kind, NO_COVERAGE, &mut column, &mut coverage) {
            OK => Ok(column),
            refused => Err(refused),
        }
    }
    pub unsafe fn declare(
        &self,
        code: &str,
        words: &str,
        evidence: &[Evidence],
    ) -> Result<u32, Status> {
        let reason = Reason {
            size: size_of::<Reason>() as u32,
            audience: FOR_ANALYST,
            code: Text::of(code),
            words: Text::of(words),
            customer_words: Text::of(""),
            evidence: evidence.as_ptr(),
            evidence_count: evidence.len() as u32,
            flags: 0,
        };
        let mut number = 0;
        match (self.reason)(self, &reason, &mut number) {
            OK => Ok(number),
            refused => Err(refused),
        }
    }
}

#[repr(C)]
struct Column {
    cells: u64,
    validity: u64,
    stride: u32,
    validity_stride: u32,
}

#[repr(C)]
pub struct Batch {
    pub size: u32,
    pub rows: u32,
    pub column_count: u32,
    pub flags: u32,
    columns: u64,
    arena: u64,
    arena_size: u64,
    pub block_size: u64,
    pub sequence: u64,
}

impl Batch {
    unsafe fn cell<T: Copy>(&self, column: u32, row: u32) -> Option<T> {
        let block = (self as *const Batch).cast::<u8>();
        let columns = block.add(self.columns as usize).cast::<Column>();
        let column = &*columns.add(column as usize);
        let row = row as usize;
        if *block.add(column.validity as usize + row * column.validity_stride as usize) == 0 {
            return None;
        }
        let at = block.add(column.cells as usize + row * column.stride as usize);
        Some(ptr::read_unaligned(at.cast::<T>()))
    }
    /// Of an INT64, BOOL, TIME, DURATION or DECIMAL. Absent is not zero.
    pub unsafe fn int64(&self, column: u32, row: u32) -> Option<i64> {
        self.cell(column, row)
    }
    pub unsafe fn float64(&self, column: u32, row: u32) -> Option<f64> {
        self.cell(column, row)
    }
    pub unsafe fn text(&self, column: u32, row: u32) -> Option<&str> {
        let cell: Cell = self.cell(column, row)?;
        let block = (self as *const Batch).cast::<u8>();
        let text = Text {
            data: block.add(self.arena as usize + cell.offset as usize),
            size: cell.size as u64,
        };
        Some(text.as_str())
    }
}

pub const NO_HIT: u16 = 0;
pub const HIT: u16 = 1;
pub const INCONCLUSIVE: u16 = 2;
/// Scores are in millionths.
pub const SCORE_ONE: i32 = 1_000_000;

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub answer: u16,
    pub reason: u16,
    pub score: i32,
    pub evidence: i64,
}

impl Verdict {
    pub fn no_hit() -> Verdict {
        Verdict {
            answer: NO_HIT,
            reason: 0,
            score: 0,
            evidence: 0,
        }
    }
    /// Something that the rule needs is absent.
    pub fn inconclusive() -> Verdict {
        Verdict {
            answer: INCONCLUSIVE,
            ..Verdict::no_hit()
        }
    }
    /// `score` from 0 to 1.
    pub fn hit(reason: u32, score: f64, evidence: i64) -> Verdict {
        Verdict {
            answer: HIT,
            reason: reason as u16,
            score: (score.clamp(0.0, 1.0) * SCORE_ONE as f64).round() as i32,
            evidence,
        }
    }
}

#[repr(C)]
pub struct Verdicts {
    pub size: u32,
    pub count: u32,
    pub rows: *mut Verdict,
}

/// `Rule` is whatever `create` made.
#[repr(C)]
pub struct RuleApi<Rule> {
    pub size: u32,
    pub flags: u32,
    pub state_version: u64,
    pub describe: extern "C" fn() -> *const c_char,
    pub create_shared: Option<unsafe extern "C" fn()>,
    pub destroy_shared: Option<unsafe extern "C" fn()>,
    pub create: unsafe extern "C" fn(
        *const Host,
        *const Config,
        *mut Shared,
        *const Instance,
        *mut *mut Rule,
        *mut Error,
    ) -> Status,
    pub destroy: unsafe extern "C" fn(*mut Rule),
    pub bind: unsafe extern "C" fn(*mut Rule, *const Binder, *mut Error) -> Status,
    pub evaluate:
        unsafe extern "C" fn(*mut Rule, *const Batch, *const Verdicts, *mut Error) -> Status,
    pub tick: Option<unsafe extern "C" fn(*mut Rule, i64)>,
    pub save: Option<unsafe extern "C" fn(*mut Rule, *const Stream, *mut Error) -> Status>,
    pub load: Option<unsafe extern "C" fn(*mut Rule, *const Stream, u64, *mut Error) -> Status>,
}

/// Kinds of records.
pub const DECISION: u32 = 1;
pub const HOLDER: u32 = 2;

#[repr(C)]
pub struct RecordBatch {
    pub batch: Batch,
    pub kind: u32,
    pub partition: i32,
    topic: Cell,
    group: Cell,
    step: Cell,
    pub first_offset: i64,
    pub next_offset: i64,
    verdict_spans: u64,
    verdicts: u64,
    evidence: u64,
    verdict_count: u32,
    evidence_count: u32,
}

pub const DELIVERED: u16 = 0;
pub const RETRY: u16 = 1;
pub const REJECTED: u16 = 2;
pub const SCOPE_RECORD: u16 = 0;
pub const SCOPE_BATCH: u16 = 1;
pub const SCOPE_SINK: u16 = 2;
pub const CLASS_NONE: u16 = 0;
pub const CLASS_TRANSIENT: u16 = 1;
pub const CLASS_DATA: u16 = 2;
pub const CLASS_CONFIGURATION: u16 = 3;

#[repr(C)]
pub struct SinkStatus {
    pub outcome: u16,
    pub scope: u16,
    pub error_class: u16,
    pub flags: u16,
    pub retry_after: i64,
    pub code: Cell,
    pub text: Cell,
}

#[repr(C)]
pub struct Statuses {
    pub size: u32,
    pub count: u32,
    pub rows: *mut SinkStatus,
    pub buffer: *mut u8,
    pub capacity: u32,
    pub used: u32,
}

impl Statuses {
    /// An outage of the sink as a whole: the host tries again, for ever. Codes and texts hold no
    /// payload and no secret.
    pub unsafe fn outage(&mut self, code: &str, text: &str) {
        if self.count == 0 {
            return;
        }
        let (code, text) = (self.append(code), self.append(text));
        let status = &mut *self.rows;
        status.outcome = RETRY;
        status.scope = SCOPE_SINK;
        status.error_class = CLASS_TRANSIENT;
        status.code = code;
        status.text = text;
    }
    unsafe fn append(&mut self, text: &str) -> Cell {
        let size = text.len().min((self.capacity - self.used) as usize);
        ptr::copy_nonoverlapping(text.as_ptr(), self.buffer.add(self.used as usize), size);
        let cell = Cell {
            offset: self.used,
            size: size as u32,
        };
        self.used += size as u32;
        cell
    }
}

/// `Sink` is whatever `create` made.
#[repr(C)]
pub struct SinkApi<Sink> {
    pub size: u32,
    pub flags: u32,
    pub describe: extern "C" fn() -> *const c_char,
    pub create:
        unsafe extern "C" fn(*const Host, *const Config, *mut *mut Sink, *mut Error) -> Status,
    pub destroy: unsafe extern "C" fn(*mut Sink),
    pub bind: unsafe extern "C" fn(*mut Sink, u32, *const Binder, *mut Error) -> Status,
    pub write: unsafe extern "C" fn(
        *mut Sink,
        *const RecordBatch,
        i64,
        *mut Statuses,
        *mut Error,
    ) -> Status,
    pub flush: Option<unsafe extern "C" fn(*mut Sink, i64, *mut Statuses, *mut Error) -> Status>,
    pub health: unsafe extern "C" fn(*mut Sink, i64, *mut Statuses, *mut Error) -> Status,
    pub interrupt: Option<unsafe extern "C" fn(*mut Sink)>,
}

#[repr(C)]
pub struct Entry {
    pub size: u32,
    pub minor: u32,
    pub id: *const c_char,
    pub init: unsafe extern "C" fn(*const Host, *mut Error) -> Status,
    pub deinit: unsafe extern "C" fn(),
    pub get_interface: unsafe extern "C" fn(*const c_char) -> *const c_void,
    pub version: *const c_char,
}

// Constant, and so are the texts that it points to.
unsafe impl Sync for Entry {}

pub unsafe extern "C" fn nothing_to_initialise(_: *const Host, _: *mut Error) -> Status {
    OK
}
pub unsafe extern "C" fn nothing_to_give_back() {}

/// No panic leaves a plugin.
pub fn guarded(body: impl FnOnce() -> Status) -> Status {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(FAILED)
}

// As the header asserts it; layout.rs has the rest.
const _: () = assert!(size_of::<usize>() == 8, "the ABI needs 64-bit pointers");

#[cfg(test)]
mod layout;
