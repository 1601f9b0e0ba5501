//! The same rule in Rust, by the C ABI alone: hits where the amount is above a limit.
//!
//!     rustc --edition 2021 --crate-type cdylib -C opt-level=2 -C panic=abort above_limit.rs -o above_limit.so
//!
//! What is declared here of <assay/plugin.h> is what this rule uses, in the header's order: a table
//! may be longer than what a plugin knows of it, never shorter.
#![allow(non_upper_case_globals)]

use std::ffi::{c_void, CStr};
use std::mem::size_of;
use std::os::raw::c_char;
use std::ptr;

type Status = i32;
const OK: Status = 0;
const FAILED: Status = -1;

#[repr(C)]
#[derive(Clone, Copy)]
struct Text {
    data: *const u8,
    size: u64,
}

fn text(of: &'static str) -> Text {
    Text {
        data: of.as_ptr(),
        size: of.len() as u64,
    }
}

// Owned by the host; only their addresses are known here.
type Error = c_void;
type Config = c_void;
type Shared = c_void;
type Instance = c_void;

#[repr(C)]
struct Host {
    size: u32,
    minor: u32,
    get_interface: extern "C" fn(*const Host, *const c_char) -> *const c_void,
    fail: extern "C" fn(*mut Error, i32, Text),
}

#[repr(C)]
struct ConfigApi {
    size: u32,
    flags: u32,
    has: extern "C" fn(*const Config, Text) -> u32,
    int64: extern "C" fn(*const Config, Text, i64) -> i64,
    float64: extern "C" fn(*const Config, Text, f64) -> f64,
    flag: extern "C" fn(*const Config, Text, u32) -> u32,
    decimal: extern "C" fn(*const Config, Text, i64) -> i64,
}

const DECIMAL: u32 = 6;
const REQUIRED: u32 = 0;
const FOR_ANALYST: u32 = 0;

#[repr(C)]
struct Evidence {
    name: Text,
    unit: Text,
    kind: u32,
    flags: u32,
}

#[repr(C)]
struct Reason {
    size: u32,
    audience: u32,
    code: Text,
    words: Text,
    customer_words: Text,
    evidence: *const Evidence,
    evidence_count: u32,
    flags: u32,
}

#[repr(C)]
struct Binder {
    size: u32,
    flags: u32,
    field: extern "C" fn(*const Binder, Text, u32, u32, *mut u32) -> Status,
    feature: extern "C" fn(*const Binder, Text, u32, u32, *mut u32, *mut u32) -> Status,
    reason: extern "C" fn(*const Binder, *const Reason, *mut u32) -> Status,
}

#[repr(C)]
struct Column {
    cells: u64,
    validity: u64,
    stride: u32,
    validity_stride: u32,
}

#[repr(C)]
struct Batch {
    size: u32,
    rows: u32,
    column_count: u32,
    flags: u32,
    columns: u64,
}

const HIT: u16 = 1;
const INCONCLUSIVE: u16 = 2;
const SCORE_ONE: i32 = 1_000_000;

#[repr(C)]
struct Verdict {
    answer: u16,
    reason: u16,
    score: i32,
    evidence: i64,
}

#[repr(C)]
struct Verdicts {
    size: u32,
    count: u32,
    rows: *mut Verdict,
}

struct Rule {
    limit: i64, // money at scale 4
    amount: u32,
    reason: u32,
}

extern "C" fn describe() -> *const c_char {
    const SCHEMA: &str = "{\"type\": \"object\", \"properties\": {\"limit\": \
                          {\"type\": \"string\", \"format\": \"decimal\"}}}\0";
    SCHEMA.as_ptr().cast()
}

unsafe extern "C" fn create(
    host: *const Host,
    config: *const Config,
    _: *mut Shared,
    _: *const Instance,
    rule: *mut *mut Rule,
    error: *mut Error,
) -> Status {
    let api = ((*host).get_interface)(host, "assay.config/1\0".as_ptr().cast()).cast::<ConfigApi>();
    if api.is_null() {
        ((*host).fail)(error, 1, text("the host has no configuration"));
        return FAILED;
    }
    let limit = ((*api).decimal)(config, text("limit"), 1000 * 10_000);
    *rule = Box::into_raw(Box::new(Rule {
        limit,
        amount: 0,
        reason: 0,
    }));
    OK
}

unsafe extern "C" fn destroy(rule: *mut Rule) {
    drop(Box::from_raw(rule));
}

// The host says itself what it refuses.
unsafe extern "C" fn bind(rule: *mut Rule, binder: *const Binder, _: *mut Error) -> Status {
    let status = ((*binder).field)(
        binder,
        text("amount"),
        DECIMAL,
        REQUIRED,
        &mut (*rule).amount,
    );
    if status != OK {
        return status;
    }
    let evidence = Evidence {
        name: text("amount"),
        unit: text("EUR"),
        kind: DECIMAL,
        flags: 0,
    };
    let reason = Reason {
        size: size_of::<Reason>() as u32,
        audience: FOR_ANALYST,
        code: text("above_limit"),
        words: text("{amount} is too much"),
        customer_words: text(""),
        evidence: &evidence,
        evidence_count: 1,
        flags: 0,
    };
    ((*binder).reason)(binder, &reason, &mut (*rule).reason)
}

unsafe extern "C" fn evaluate(
    rule: *mut Rule,
    batch: *const Batch,
    verdicts: *const Verdicts,
    _: *mut Error,
) -> Status {
    let rule = &*rule;
    let block = batch.cast::<u8>();
    let column = &*block
        .add((*batch).columns as usize)
        .cast::<Column>()
        .add(rule.amount as usize);
    for row in 0..(*batch).rows as usize {
        let verdict = &mut *(*verdicts).rows.add(row);
        if *block.add(column.validity as usize + row * column.validity_stride as usize) == 0 {
            verdict.answer = INCONCLUSIVE;
            continue;
        }
        let at = block.add(column.cells as usize + row * column.stride as usize);
        let amount = ptr::read_unaligned(at.cast::<i64>());
        if amount > rule.limit {
            *verdict = Verdict {
                answer: HIT,
                reason: rule.reason as u16,
                score: SCORE_ONE / 2,
                evidence: amount,
            };
        }
    }
    OK
}

#[repr(C)]
pub struct RuleApi {
    size: u32,
    flags: u32,
    state_version: u64,
    describe: extern "C" fn() -> *const c_char,
    create_shared: Option<extern "C" fn()>,
    destroy_shared: Option<extern "C" fn()>,
    create: unsafe extern "C" fn(
        *const Host,
        *const Config,
        *mut Shared,
        *const Instance,
        *mut *mut Rule,
        *mut Error,
    ) -> Status,
    destroy: unsafe extern "C" fn(*mut Rule),
    bind: unsafe extern "C" fn(*mut Rule, *const Binder, *mut Error) -> Status,
    evaluate: unsafe extern "C" fn(*mut Rule, *const Batch, *const Verdicts, *mut Error) -> Status,
    tick: Option<extern "C" fn()>,
    save: Option<extern "C" fn()>,
    load: Option<extern "C" fn()>,
}

static API: RuleApi = RuleApi {
    size: size_of::<RuleApi>() as u32,
    flags: 0,
    state_version: 0,
    describe,
    create_shared: None,
    destroy_shared: None,
    create,
    destroy,
    bind,
    evaluate,
    tick: None,
    save: None,
    load: None,
};

extern "C" fn init(_: *const Host, _: *mut Error) -> Status {
    OK
}

extern "C" fn deinit() {}

unsafe extern "C" fn get_interface(id: *const c_char) -> *const c_void {
    if CStr::from_ptr(id).to_bytes() == b"assay.rule/1" {
        return (&API as *const RuleApi).cast();
    }
    ptr::null()
}

#[repr(C)]
pub struct Entry {
    size: u32,
    minor: u32,
    id: *const c_char,
    init: extern "C" fn(*const Host, *mut Error) -> Status,
    deinit: extern "C" fn(),
    get_interface: unsafe extern "C" fn(*const c_char) -> *const c_void,
    version: *const c_char,
}

// Constant, and so are the texts that it points to.
unsafe impl Sync for Entry {}

#[no_mangle]
pub static assay_entry_v1: Entry = Entry {
    size: size_of::<Entry>() as u32,
    minor: 0,
    id: "above_limit\0".as_ptr().cast(),
    init,
    deinit,
    get_interface,
    version: "1.0.0\0".as_ptr().cast(),
};
